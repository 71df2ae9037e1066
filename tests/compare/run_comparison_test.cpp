#include "compare/run_comparison.hpp"

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/compare/compare_helpers.hpp"
#include "train/atomic_file.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using test::refusal;
using test::SmallComparison;
using Json = nlohmann::ordered_json;

namespace {

namespace fs = std::filesystem;

Json json_in(const fs::path& directory) {
  return Json::parse(read_file((directory / comparison_files::kJson).string()));
}

/// `comparison.json` without what the clock says.
std::string without_times(const fs::path& directory) {
  Json json = json_in(directory);
  json.erase("times");
  return json.dump(1);
}

/// When the summaries of all runs were written.
std::vector<fs::file_time_type> times_of_runs(const fs::path& directory) {
  std::vector<fs::file_time_type> times;
  const Json json = json_in(directory);
  for (const Json& run : json["runs"]) {
    times.push_back(
        fs::last_write_time(directory / run["directory"].get<std::string>() / "summary.json"));
  }
  return times;
}

}  // namespace

TEST_CASE("A comparison leaves its three files, and every run an ordinary directory") {
  SmallComparison small;
  small.request.plan.target = parse_target("accuracy=0.6");
  const CompareResult result = small.run();
  CHECK_FALSE(result.interrupted);
  const fs::path& out = small.request.directory;
  for (const char* name : {"plan.json", "comparison.json", "comparison.csv", "comparison.html"}) {
    CHECK(fs::file_size(out / name) > 0);
  }
  const Json json = json_in(out);
  CHECK(json["measure"] == "epochs_to_target");
  CHECK(json["variations"].size() == 2);
  REQUIRE(json["runs"].size() == 4);
  for (const Json& run : json["runs"]) {
    CHECK(fs::exists(out / run["directory"].get<std::string>() / "layers.jsonl"));
    CHECK(run["status"] == "completed");
    CHECK(run.contains("final_accuracy"));
    CHECK_FALSE(run.contains("seconds"));  // stands among the times
  }
  CHECK(json["times"]["runs"][0].contains("seconds"));
  const std::string csv = read_file((out / "comparison.csv").string());
  CHECK(std::count(csv.begin(), csv.end(), '\n') == 5);
}

TEST_CASE("Paired runs share data and, where shapes allow, the first weights") {
  SmallComparison small;
  small.run();
  const auto summary = [&](const char* run) {
    return Json::parse(
        read_file((small.request.directory / "runs" / run / "summary.json").string()));
  };
  CHECK(summary("relu/seed-1")["data_hash"] == summary("tanh/seed-1")["data_hash"]);
  CHECK(summary("relu/seed-1")["data_hash"] != summary("relu/seed-2")["data_hash"]);
  // The first layer's weights are drawn alike and scaled alike: their norm at step 0 has the same
  // bits. The second's are scaled by the gain of what feeds them.
  const auto weight_norm = [&](const char* run, std::size_t line) {
    std::istringstream lines(
        read_file((small.request.directory / "runs" / run / "layers.jsonl").string()));
    std::string text;
    for (std::size_t i = 0; i <= line; ++i) std::getline(lines, text);
    return Json::parse(text)["weight_norm"].get<double>();
  };
  CHECK(weight_norm("relu/seed-1", 0) == weight_norm("tanh/seed-1", 0));
  CHECK(weight_norm("relu/seed-1", 0) != weight_norm("relu/seed-2", 0));
  CHECK(weight_norm("relu/seed-1", 2) / weight_norm("tanh/seed-1", 2) ==
        Approx(1.41421 / 1.59254).epsilon(1e-4));
}

TEST_CASE("The result does not depend on how many runs go at a time") {
  SmallComparison one, four;
  one.request.plan.seeds = four.request.plan.seeds = 4;
  four.request.workers = 4;
  one.run();
  four.run();
  CHECK(without_times(one.request.directory) == without_times(four.request.directory));
}

TEST_CASE("What is finished is never repeated") {
  SmallComparison small;
  small.run();
  const std::string before = without_times(small.request.directory);
  const auto times = times_of_runs(small.request.directory);
  small.run();
  CHECK(without_times(small.request.directory) == before);
  CHECK(times_of_runs(small.request.directory) == times);
  SECTION("but with overwrite it is") {
    small.request.occupied = Occupied::overwrite;
    small.run();
    CHECK(times_of_runs(small.request.directory) != times);
    CHECK(without_times(small.request.directory) == before);
  }
  SECTION("and resume keeps what fits of a comparison with fewer seeds") {
    small.request.plan.seeds = 3;
    CHECK(contains(refusal([&] { small.run(); }), "holds another comparison"));
    small.request.occupied = Occupied::resume;
    small.run();
    CHECK(json_in(small.request.directory)["runs"].size() == 6);
    std::vector<fs::file_time_type> now = times_of_runs(small.request.directory);
    CHECK(now[0] == times[0]);
    CHECK(now[1] == times[1]);
    CHECK(now[3] == times[2]);
  }
}

TEST_CASE("A comparison that is interrupted goes on, and comes to the same") {
  SmallComparison whole, parts;
  for (SmallComparison* each : {&whole, &parts}) {
    each->request.plan.seeds = 3;
    each->request.plan.tune = {parse_grid("optimizer.learning_rate=0.1,0.3")};
    each->request.plan.overrides = {"training.epochs=30"};
    each->request.workers = 2;
  }
  whole.run();
  std::atomic<int> stop = 0;
  parts.request.stop = &stop;
  int interrupted = 0;
  for (int attempt = 1; attempt <= 200; ++attempt) {
    stop = 0;
    std::jthread killer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5 * attempt));
      stop = 1;
    });
    if (!parts.run().interrupted) break;
    ++interrupted;
  }
  CHECK(interrupted > 0);
  CHECK(without_times(whole.request.directory) == without_times(parts.request.directory));
}

TEST_CASE("An interrupted repetition goes on, and mixes nothing") {
  SmallComparison small;
  small.run();
  std::atomic<int> stop = 1;
  small.request.stop = &stop;
  small.request.occupied = Occupied::overwrite;
  CHECK(small.run().interrupted);
  small.request.occupied = Occupied::refuse;
  const fs::path summary = small.request.directory / "runs/relu/seed-1/summary.json";
  CHECK_FALSE(fs::exists(summary));
  stop = 0;
  CHECK_FALSE(small.run().interrupted);
  CHECK(fs::exists(summary));
}

TEST_CASE("What another plan came to does not stay until this one is done") {
  SmallComparison small;
  small.run();
  std::atomic<int> stop = 1;
  small.request.stop = &stop;
  small.request.occupied = Occupied::resume;
  small.request.plan.seeds = 3;
  CHECK(small.run().interrupted);
  CHECK_FALSE(fs::exists(small.request.directory / comparison_files::kJson));
}

TEST_CASE("A checkpoint that is damaged begins its run anew") {
  SmallComparison small, whole;
  whole.run();
  const std::string run = "runs/relu/seed-1/";
  small.run();
  fs::remove(small.request.directory / run / "summary.json");
  write_atomically((small.request.directory / run / "checkpoint").string(), "nonsense");
  small.run();
  CHECK(without_times(small.request.directory) == without_times(whole.request.directory));
}

TEST_CASE("A run that logged otherwise is not the one that is asked for") {
  SmallComparison small;
  small.run();
  small.request.occupied = Occupied::resume;
  small.request.plan.overrides = {"log.update_cosine=true"};
  const CompareResult result = small.run();
  CHECK(result.comparison.variations[0].find("update_cosine") != nullptr);
}

TEST_CASE("A directory with something else in it is refused and left alone") {
  SmallComparison small;
  fs::create_directories(small.request.directory);
  write_atomically((small.request.directory / "precious").string(), "mine");
  CHECK(contains(refusal([&] { small.run(); }), "holds no comparison"));
  CHECK_FALSE(fs::exists(small.request.directory / "plan.json"));
  small.request.occupied = Occupied::overwrite;
  small.run();
  CHECK(read_file((small.request.directory / "precious").string()) == "mine");
}

TEST_CASE("A run that fails is a result with its reason") {
  SmallComparison small({"optimizer.learning_rate=0.1,1e30"});
  const CompareResult result = small.run();
  REQUIRE(result.comparison.variations[1].failed == 2);
  CHECK(result.comparison.variations[0].failed == 0);
  const Json json = json_in(small.request.directory);
  CHECK(json["runs"][2]["status"] == "failed");
  CHECK(contains(json["runs"][2]["reason"].get<std::string>(), "training stopped at step"));
  bool remarked = false;
  for (const std::string& remark : result.comparison.remarks) {
    remarked = remarked || remark.find("2 of 2 runs of learning_rate=1e+30 failed: ") == 0;
  }
  CHECK(remarked);
}

TEST_CASE("Data that are missing are no result: the comparison cannot go on") {
  SmallComparison small;
  small.request.plan.overrides = {R"(data={"source":"csv","path":"nothing.csv"})"};
  CHECK_THROWS_AS(small.run(), InputError);
}

TEST_CASE("Tuning gives every variation its own settings, from seeds that are not compared") {
  SmallComparison small;
  small.request.plan.tune = {parse_grid("optimizer.learning_rate=1e-6,0.3,1e30")};
  const CompareResult result = small.run();
  for (const VariationResult& variation : result.comparison.variations) {
    REQUIRE(variation.tuning);
    CHECK(variation.tuning->chosen[0].setting.value == "0.3");
    CHECK_FALSE(variation.tuning->chosen[0].at_edge);
    CHECK(variation.tuning->points.size() == 3);
    CHECK(variation.tuning->points[2].loss > variation.tuning->points[1].loss);
  }
  const Json json = json_in(small.request.directory);
  CHECK(json["tuned"] == true);
  CHECK(json["variations"][0]["tuning"]["settings"]["optimizer.learning_rate"] == 0.3);
  CHECK(json["variations"][0]["tuning"]["grid"].size() == 3);
  for (const Json& run : json["runs"]) CHECK(run["seed"] < 100);
  CHECK(contains(result.comparison.remarks[0], "Tuned"));
}

TEST_CASE("At the edge of a grid it is said that a better value may lie beyond") {
  SmallComparison small;
  small.request.plan.tune = {parse_grid("optimizer.learning_rate=1e-6,1e-5,0.3")};
  const CompareResult result = small.run();
  CHECK(result.comparison.variations[0].tuning->chosen[0].at_edge);
  CHECK(contains(result.comparison.remarks.back(), "at the edge of its grid"));
}

TEST_CASE("Folds: every sample is validated once for each seed") {
  SmallComparison small;
  small.request.plan.folds = 4;
  const CompareResult result = small.run();
  CHECK(result.comparison.runs.size() == 16);
  const auto& accuracy = *result.comparison.variations[0].find("final_accuracy");
  CHECK(accuracy.values.n == 8);
  for (const RunResult& run : result.comparison.runs) {
    CHECK(run.outcome.validation_samples == 20);
    CHECK(run.outcome.train_samples == 60);
  }
  CHECK(result.comparison.find(0, 1)->contrast.n == 8);
  CHECK(contains(result.comparison.remarks[1], "4 folds for each of 2 seeds"));
}
