#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

using namespace clino::test;
using OrderedJson = nlohmann::ordered_json;

namespace {

constexpr const char* kCircles = R"({
  "data": {"source": "circles", "samples": 100, "noise": 0.05},
  "model": {"hidden": [8], "activation": "relu"},
  "loss": "binary_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.3},
  "training": {"epochs": 10, "batch_size": 10}
})";

/// A program beside the config `circles.json`.
struct Compare : Program {
  Compare() { write_text(file("circles.json"), kCircles); }

  Outcome compare(std::vector<std::string> arguments, const std::string& input = "circles.json") {
    arguments.insert(arguments.begin(), {"compare", input});
    return run(arguments);
  }
  std::string without_times(const std::string& directory) const {
    OrderedJson json = OrderedJson::parse(read_text(file(directory + "/comparison.json")));
    json.erase("times");
    return json.dump(1);
  }
};

}  // namespace

TEST_CASE("Compare trains variations and says where the page is") {
  Compare program;
  const Outcome outcome = program.compare(
      {"--vary", "model.activation=relu,tanh", "--seeds", "3", "--target", "accuracy=0.9"});
  CHECK(outcome.code == 0);
  CHECK(outcome.error.empty());
  CHECK(contains(outcome.out, "2 variations, 3 seeds each"));
  CHECK(contains(outcome.out, "page: comparisons/circles/comparison.html"));
  CHECK(contains(outcome.out, "Untuned"));
  CHECK(names_in(program.folder() / "comparisons/circles") ==
        std::vector<std::string>{"comparison.csv", "comparison.html", "comparison.json",
                                 "plan.json", "runs"});

  SECTION("the same command finds everything done") {
    const Outcome again = program.compare(
        {"--vary", "model.activation=relu,tanh", "--seeds", "3", "--target", "accuracy=0.9"});
    CHECK(again.out == outcome.out);
  }
  SECTION("its runs are runs: they can be compared by hand, and inspected") {
    const std::string runs = "comparisons/circles/runs/";
    const Outcome by_hand = program.compare(
        {runs + "tanh/seed-1", runs + "relu/seed-2", runs + "tanh/seed-2"}, runs + "relu/seed-1");
    CHECK(by_hand.code == 0);
    CHECK(contains(by_hand.out, "2 variations, 4 runs"));
    CHECK(program.run({"inspect", runs + "tanh/seed-1"}).code == 0);
  }
}

TEST_CASE("An assertion that does not hold is exit code 1") {
  Compare program;
  const std::vector<std::string> command = {"--vary", "model.activation=relu,tanh", "--seeds", "2",
                                            "--quiet"};
  const auto with = [&](const std::string& assertion) {
    std::vector<std::string> all = command;
    all.insert(all.end(), {"--assert", assertion});
    return program.compare(all);
  };
  CHECK(with("relu.final_accuracy > 0.1").code == 0);
  const Outcome failed = with("relu.final_accuracy > 1.5");
  CHECK(failed.code == 1);
  CHECK(failed.out.empty());
  CHECK(contains(failed.error, "does not hold: relu.final_accuracy > 1.5"));
  CHECK(with("elu.final_accuracy > 0.1").code == 2);
}

TEST_CASE("Compare refuses what makes no sense, and trains nothing") {
  Compare program;
  const auto refusal = [&](std::vector<std::string> arguments) {
    const Outcome outcome = program.compare(std::move(arguments));
    CHECK(outcome.code == 2);
    CHECK_FALSE(std::filesystem::exists(program.folder() / "comparisons"));
    return outcome.error;
  };
  CHECK(contains(refusal({}), "give --vary"));
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "model.activaton=elu"}),
                 "did you mean \"activation\""));  // an override, not a third value
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "--tune-seeds", "2"}), "--tune"));
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "--tune",
                          "optimizer.learning_rate=0.1,0.1"}),
                 "given twice"));
  CHECK(contains(refusal({"--vary", "model.activation=relu"}), "two values"));
  CHECK(contains(refusal({"--vary", "model.activation=relu,rely"}), "did you mean \"relu\""));
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "--target", "f1=1"}),
                 "expected accuracy=NUMBER"));
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "--resume", "--overwrite"}),
                 "one of them"));
  CHECK(contains(refusal({"--vary", "model.activation=relu,tanh", "--seeds", "0"}), "--seeds"));
  CHECK(program.compare({"--vary", "a=1,2"}, "missing.json").code == 3);
}

TEST_CASE("Where every run fails the comparison has failed") {
  Compare program;
  const Outcome outcome =
      program.compare({"--vary", "optimizer.learning_rate=1e30,1e31", "--seeds", "2"});
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.error, "all runs failed"));
  CHECK(contains(outcome.out, "2 of 2 runs of learning_rate=1e+30 failed"));
}

TEST_CASE("A file that is no JSON is refused for that") {
  Compare program;
  write_text(program.file("broken.json"), "{\"config\": ");
  CHECK(contains(program.compare({}, "broken.json").error, "broken.json:1:"));
}

TEST_CASE("A dry run lists what would run, and leaves nothing behind") {
  Compare program;
  const std::vector<std::string> command = {"--vary", "model.activation=relu,tanh", "--seeds", "2",
                                            "--dry-run"};
  const Outcome outcome = program.compare(command);
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "relu: 2 runs, 80 steps"));
  CHECK(contains(outcome.out, "4 of 4 runs to train"));
  CHECK(names_in(program.folder()) == std::vector<std::string>{"circles.json"});
  std::vector<std::string> as_json = command;
  as_json.emplace_back("--json");
  CHECK(OrderedJson::parse(program.compare(as_json).out)["runs"] == 4);
}

TEST_CASE("A comparison file is compared, and the command line goes before it") {
  Compare program;
  write_text(program.file("all.json"), R"({"config": "circles.json", "seeds": 2,
    "vary": {"model.activation": ["relu", "tanh"]}, "target": "accuracy=0.8"})");
  CHECK(contains(program.compare({}, "all.json").out, "2 variations, 2 seeds each"));
  CHECK(contains(program.compare({"--seeds", "3", "--resume"}, "all.json").out, "3 seeds each"));
}

TEST_CASE("Killed at any moment and started again, a comparison comes to the same bytes") {
  constexpr int kKills = 8;
  Compare program;
  const std::vector<std::string> command = {
      "compare", "circles.json",       "--vary", "model.activation=relu,tanh,elu", "--seeds", "3",
      "--quiet", "training.epochs=40", "--tune", "optimizer.learning_rate=0.1,0.3"};
  const auto into = [&](const char* directory) {
    std::vector<std::string> all = command;
    all.insert(all.end(), {"--out", directory});
    return all;
  };
  REQUIRE(program.run(into("whole")).code == 0);
  int killed = 0;
  for (int i = 1; i <= kKills; ++i) {
    program.start(into("parts"), ::open("/dev/null", O_RDONLY | O_CLOEXEC), program.create("out"));
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * i));
    program.signal(SIGKILL);
    if (program.wait().code == -1) ++killed;
  }
  CHECK(killed > 0);
  REQUIRE(program.run(into("parts")).code == 0);
  CHECK(program.without_times("parts") == program.without_times("whole"));
}

TEST_CASE("Interrupted, it says how to go on") {
  Compare program;
  program.start({"compare", "circles.json", "--vary", "model.activation=relu,tanh", "--seeds", "50",
                 "training.epochs=2000", "--out", "long"},
                ::open("/dev/null", O_RDONLY | O_CLOEXEC), program.create("out"));
  std::this_thread::sleep_for(std::chrono::milliseconds(700));
  program.signal(SIGINT);
  const Outcome outcome = program.wait();
  CHECK(outcome.code == 130);
  CHECK(contains(outcome.error, "the same command goes on"));
}

TEST_CASE("One configuration against itself with other seeds cannot be told apart", "[slow]") {
  // At a rate of .95 fewer than 89 of 100 would happen once in 250 times: binomial, P(X < 89) =
  // .0043.
  constexpr int kComparisons = 100;
  Compare program;
  write_text(program.file("same.json"), R"({"config": "circles.json", "seeds": 6, "paired": false,
    "overrides": {"training.epochs": 2, "log": {"every": null}},
    "variations": [{"label": "a"}, {"label": "b"}], "measure": "final_loss"})");
  int told_apart = 0;
  for (int i = 0; i < kComparisons; ++i) {
    const Outcome outcome = program.compare(
        {"seed=" + std::to_string(100 * i + 1), "--json", "--out", "same" + std::to_string(i)},
        "same.json");
    REQUIRE(outcome.code == 0);
    const OrderedJson json = OrderedJson::parse(outcome.out);
    int pairs = 0;
    for (const OrderedJson& pair : json["pairs"]) {
      if (pair["measure"] != "final_loss") continue;
      ++pairs;
      if (pair["told_apart"] == true) ++told_apart;
    }
    REQUIRE(pairs == 1);
  }
  INFO(told_apart << " of " << kComparisons << " told apart");
  CHECK(kComparisons - told_apart >= 89);
}
