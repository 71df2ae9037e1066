#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

namespace fs = std::filesystem;

/// A program whose folder holds `small.json`.
struct Trainer : Program {
  Trainer() { write_text(folder() / "small.json", kSmallConfig); }

  std::string content(const std::string& name) const { return read_text(folder() / name); }

  /// Starts, and comes back once the first epoch has been logged.
  void start_training(std::vector<std::string> arguments, const std::string& metrics) {
    const auto before = content(metrics).size();
    arguments.insert(arguments.begin(), {"train", "small.json"});
    start(arguments, ::open("/dev/null", O_RDONLY | O_CLOEXEC), create("out"));
    for (int i = 0; i < 2000 && content(metrics).size() <= before; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

TEST_CASE("training writes a run directory and says where") {
  Trainer program;
  const Outcome outcome = program.run({"train", "small.json"});
  CHECK(outcome.code == 0);
  CHECK(outcome.error.empty());
  CHECK(contains(outcome.out, "run directory: runs/small-1\n"));
  for (const std::string word : {"layer", "params", "|dL/dW|", "dense", "tanh", "dead"}) {
    CHECK(contains(outcome.out, word));
  }
  const std::vector<std::string> expected{
      "best.safetensors",  "checkpoint",         "config.json", "layers.jsonl", "metrics.jsonl",
      "model.safetensors", "preprocessing.json", "steps.jsonl", "summary.json"};
  const std::vector<std::string> found = names_in(program.folder() / "runs/small-1");
  CHECK(std::ranges::includes(found, expected));
}

TEST_CASE("a config is found without a folder, in another one, and by its absolute path") {
  Trainer program;
  fs::create_directory(program.folder() / "configs");
  fs::copy(program.folder() / "small.json", program.folder() / "configs/other.json");
  CHECK(program.run({"validate", "small.json"}).code == 0);
  CHECK(program.run({"validate", "configs/other.json"}).code == 0);
  CHECK(program.run({"validate", program.file("small.json")}).code == 0);
}

TEST_CASE("quiet prints nothing where nothing is wrong") {
  Trainer program;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"train", "small.json", "--out", "a", "--quiet"},
        {"--quiet", "train", "small.json", "--out", "a", "--resume"},
        {"validate", "small.json", "--quiet"},
        {"evaluate", "a", "--quiet"}}) {
    const Outcome outcome = program.run(arguments);
    CHECK(outcome.code == 0);
    CHECK(outcome.out.empty());
    CHECK(outcome.error.empty());
  }
}

TEST_CASE("the summary is printed as JSON") {
  Trainer program;
  const Outcome outcome = program.run({"train", "small.json", "--out", "a", "--json"});
  CHECK(outcome.code == 0);
  CHECK(nlohmann::json::parse(outcome.out) ==
        nlohmann::json::parse(program.content("a/summary.json")));
}

TEST_CASE("the printed config stands alone, creates nothing and trains to the same weights") {
  Trainer program;
  const Outcome printed = program.run(
      {"train", "small.json", "model.init=he_normal", "training.epochs=3", "--print-config"});
  CHECK(printed.code == 0);
  CHECK(printed.error.empty());
  CHECK(names_in(program.folder()) == std::vector<std::string>{"small.json"});
  const auto json = nlohmann::json::parse(printed.out);
  CHECK(json.at("training").at("epochs") == 3);

  fs::create_directory(program.folder() / "elsewhere");
  write_text(program.folder() / "elsewhere/resolved.json", printed.out);
  CHECK(program.run({"train", "elsewhere/resolved.json", "--out", "a", "--quiet"}).code == 0);
  CHECK(program
            .run({"train", "small.json", "model.init=he_normal", "training.epochs=3", "--out", "b",
                  "--quiet"})
            .code == 0);
  CHECK(program.content("a/model.safetensors") == program.content("b/model.safetensors"));
  CHECK(program.content("a/config.json") == printed.out);
}

TEST_CASE("an occupied directory is refused; overwriting keeps what is not the run's") {
  Trainer program;
  CHECK(program.run({"train", "small.json", "--out", "deep/er", "--quiet"}).code == 0);
  write_text(program.folder() / "deep/er/notes.txt", "mine");
  const std::string first = program.content("deep/er/model.safetensors");

  const Outcome refused = program.run({"train", "small.json", "seed=2", "--out", "deep/er"});
  CHECK(refused.code == 2);
  for (const std::string word : {"deep/er", "--overwrite", "--resume"}) {
    CHECK(contains(refused.error, word));
  }
  CHECK(program.content("deep/er/model.safetensors") == first);

  CHECK(program
            .run({"train", "small.json", "seed=2", "data.validation_fraction=0", "--out", "deep/er",
                  "--overwrite", "--quiet"})
            .code == 0);
  CHECK(program.content("deep/er/notes.txt") == "mine");
  CHECK(program.content("deep/er/model.safetensors") != first);
  CHECK_FALSE(fs::exists(program.folder() / "deep/er/best.safetensors"));

  CHECK(program.run({"train", "small.json", "--out", "deep/er", "--overwrite", "--resume"}).code ==
        2);
  fs::create_directory(program.folder() / "empty");
  CHECK(program.run({"train", "small.json", "--out", "empty", "--quiet"}).code == 0);
}

TEST_CASE("a run that is interrupted twice and resumed is the run that was not") {
  Trainer program;
  const std::vector<std::string> endless{"training.epochs=1000000000",
                                         "checkpoint.every_seconds=0.01", "--out", "a"};
  program.start_training(endless, "a/metrics.jsonl");
  program.signal(SIGINT);
  const Outcome first = program.wait();
  CHECK(first.code == 130);
  CHECK(contains(first.error,
                 "clino train small.json training.epochs=1000000000 checkpoint.every_seconds=0.01 "
                 "--resume --out a\n"));
  REQUIRE(fs::exists(program.folder() / "a/checkpoint"));

  std::vector<std::string> resumed = endless;
  resumed.emplace_back("--resume");
  program.start_training(resumed, "a/metrics.jsonl");
  program.signal(SIGTERM);
  CHECK(program.wait().code == 143);

  const auto summary = nlohmann::json::parse(program.content("a/summary.json"));
  CHECK(summary.at("status") == "interrupted");
  const std::string steps = std::to_string(summary.at("steps").get<std::uint64_t>());
  REQUIRE(program
              .run({"train", "small.json", "training.epochs=null", "training.max_steps=" + steps,
                    "--out", "b", "--quiet"})
              .code == 0);
  CHECK(program.content("a/model.safetensors") == program.content("b/model.safetensors"));
  for (const std::string log : {"steps.jsonl", "layers.jsonl"}) {
    CHECK(program.content("a/" + log) == program.content("b/" + log));
  }
}

TEST_CASE("a signal that was ignored when the program started stays ignored") {
  Trainer program;
  const auto former = std::signal(SIGINT, SIG_IGN);
  program.start_training({"training.epochs=1000000000", "--out", "a"}, "a/metrics.jsonl");
  std::signal(SIGINT, former);
  program.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  program.signal(SIGTERM);
  CHECK(program.wait().code == 143);
}

TEST_CASE("an empty name of a run directory is a mistake of the command line") {
  Trainer program;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"train", "small.json", "--out", ""},
        {"train", "small.json", "--out="}}) {
    const Outcome outcome = program.run(arguments);
    CHECK(outcome.code == 2);
    CHECK(contains(outcome.error, "--out"));
  }
  CHECK_FALSE(fs::exists(program.folder() / "runs"));
}

TEST_CASE("resuming without a checkpoint starts afresh; a finished run has nothing left") {
  Trainer program;
  CHECK(program.run({"train", "small.json", "--out", "a", "--resume", "--quiet"}).code == 0);
  const std::string weights = program.content("a/model.safetensors");
  const Outcome again = program.run({"train", "small.json", "--out", "a", "--resume"});
  CHECK(again.code == 0);
  CHECK(contains(again.error, "finished"));
  CHECK(again.out.empty());
  const Outcome json = program.run({"train", "small.json", "--out", "a", "--resume", "--json"});
  CHECK(nlohmann::json::parse(json.out) ==
        nlohmann::json::parse(program.content("a/summary.json")));
  CHECK(program.content("a/model.safetensors") == weights);
  CHECK(program.run({"train", "small.json", "seed=9", "--out", "a", "--resume"}).code == 2);
  fs::remove(program.folder() / "a/checkpoint");
  const Outcome afresh = program.run({"train", "small.json", "--out", "a", "--resume", "--quiet"});
  CHECK(afresh.code == 0);
  CHECK(contains(afresh.error, "no checkpoint in a: the run starts afresh"));
}

TEST_CASE("a loss that is not finite ends the run with 1") {
  Trainer program;
  const Outcome outcome =
      program.run({"train", "small.json", R"(optimizer={"type": "sgd", "learning_rate": 1e38})",
                   R"(loss={"type": "mse"})", "--out", "a", "--quiet"});
  CHECK(outcome.code == 1);
  CHECK(contains(outcome.error, "training stopped at step"));
  CHECK(nlohmann::json::parse(program.content("a/summary.json")).at("status") == "failed");
}

TEST_CASE("files that are missing or cannot be made end with 3") {
  Trainer program;
  CHECK(program.run({"train", "nothing.json"}).code == 3);
  const Outcome data = program.run(
      {"train", "small.json", R"(data={"source": "csv", "path": "lost.csv"})", "--out", "a"});
  CHECK(data.code == 3);
  CHECK(contains(data.error, "lost.csv"));
  CHECK_FALSE(fs::exists(program.folder() / "a"));
  CHECK(program.run({"train", "small.json", "--out", "small.json/run"}).code == 3);
}

TEST_CASE("what cannot be written to standard output ends with 3") {
  Trainer program;
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  if (full < 0) return;  // no such device here
  program.start({"list", "activations"}, ::open("/dev/null", O_RDONLY | O_CLOEXEC), full);
  const Outcome outcome = program.wait();
  CHECK(outcome.code == 3);
  CHECK(contains(outcome.error, "standard output"));
}

TEST_CASE("a wrong config ends with 2 and a line for each finding") {
  Trainer program;
  const Outcome outcome = program.run(
      {"train", "small.json", "trainig.epochs=3", "optimizer.learning_rate=-1", "--out", "a"});
  CHECK(outcome.code == 2);
  CHECK(std::ranges::count(outcome.error, '\n') == 2);
  CHECK(contains(outcome.error, "did you mean \"training\"?"));
  CHECK(contains(outcome.error, "/optimizer/learning_rate"));
  CHECK_FALSE(fs::exists(program.folder() / "a"));
}

}  // namespace
}  // namespace clino::test
