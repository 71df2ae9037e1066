#include "train/trained_run.hpp"

#include <fstream>
#include <sstream>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"
#include "train/evaluation.hpp"
#include "train/experiment.hpp"
#include "train/run_directory.hpp"
#include "train/trainer.hpp"
#include "train/weights.hpp"

namespace clino {
namespace {

namespace fs = std::filesystem;

const char* const kConfig = R"({
  "name": "t", "dtype": "float64",
  "data": {"source": "moons", "samples": 400, "noise": 0.2, "test_fraction": 0.2},
  "model": {"layers": [{"type": "dense", "units": 8}, {"type": "batch_norm"}, {"type": "tanh"},
                       {"type": "dropout", "rate": 0.2}]},
  "loss": {"type": "softmax_cross_entropy", "class_weights": "balanced"},
  "optimizer": {"type": "adam", "learning_rate": 0.05},
  "training": {"epochs": 6}
})";

/// A finished run in a folder of its own.
struct FinishedRun {
  explicit FinishedRun(const std::vector<std::string>& overrides = {}) {
    result = train({.config = parse_config(kConfig, "t.json", folder.path(), overrides),
                    .directory = directory()});
  }
  fs::path directory() const { return folder.path() / "run"; }

  test::TemporaryFolder folder;
  TrainResult result;
};

template <class T>
Evaluation evaluate(const RunDescription& description, bool test_part) {
  const Data<T> data = load_data<T>(data_request(description.config));
  TrainedRun<T> run = load_run<T>(description, class_weights(description.config, data));
  Evaluator<T> evaluator = run.evaluator();
  return evaluate_in_detail(evaluator, run.preprocessing, test_part ? data.test : data.validation);
}

TEST_CASE("a run evaluates to the very numbers that training ended with") {
  const std::string dtype = GENERATE("float32", "float64");
  const FinishedRun finished({"dtype=" + dtype});
  const auto evaluated = [&](WeightsChoice weights, bool test_part) {
    const RunDescription run = describe_run(finished.directory(), weights);
    CHECK(run.preprocessing.class_names == std::vector<std::string>{"0", "1"});
    return with_dtype(run.config.dtype,
                      [&](auto zero) { return evaluate<decltype(zero)>(run, test_part).metrics; });
  };
  const Metrics last = evaluated(WeightsChoice::last, false);
  REQUIRE(finished.result.validation.has_value());
  CHECK(last.loss == finished.result.validation->loss);
  CHECK(last.accuracy == finished.result.validation->accuracy);

  // The test part is measured with the best weights.
  const Metrics best = evaluated(WeightsChoice::best, true);
  REQUIRE(finished.result.test.has_value());
  CHECK(best.loss == finished.result.test->loss);
  CHECK(best.accuracy == finished.result.test->accuracy);
  CHECK(evaluated(WeightsChoice::automatic, true).loss == best.loss);
}

TEST_CASE("the best weights are taken where there are any") {
  const FinishedRun with, without({"data.validation_fraction=0"});
  CHECK(describe_run(with.directory()).weights.filename() == "best.safetensors");
  CHECK(describe_run(with.directory(), WeightsChoice::last).weights.filename() ==
        "model.safetensors");
  CHECK(describe_run(without.directory()).weights.filename() == "model.safetensors");
  const auto best = [&] { describe_run(without.directory(), WeightsChoice::best); };
  CHECK(message_of<InputError>(best).find("best.safetensors is missing") != std::string::npos);
}

TEST_CASE("what a run directory lacks is named") {
  const FinishedRun finished;
  const std::string lost = GENERATE("config.json", "preprocessing.json", "model.safetensors");
  fs::remove(finished.directory() / lost);
  fs::remove(finished.directory() / "best.safetensors");
  const std::string message = message_of<InputError>([&] { describe_run(finished.directory()); });
  CHECK(message.find((finished.directory() / lost).string() + " is missing") == 0);
  CHECK(message.find("a run directory, as `clino train` leaves it, has") != std::string::npos);
}

TEST_CASE("a run without weights yet is told from a damaged one") {
  const FinishedRun finished;
  const auto message = [&] {
    return message_of<InputError>(
        [&] { describe_run(finished.directory(), WeightsChoice::automatic); });
  };
  fs::remove(finished.directory() / run_files::kModel);
  fs::remove(finished.directory() / run_files::kBest);
  {
    const RunDirectoryLock lock(finished.directory());
    CHECK(message().find("still training") != std::string::npos);
  }
  CHECK(message().find("model.safetensors is missing; a run directory") != std::string::npos);
  fs::remove(finished.directory() / run_files::kSummary);
  CHECK(message().find("--resume") != std::string::npos);
}

TEST_CASE("what is no run directory is refused") {
  const test::TemporaryFolder folder;
  std::ofstream(folder.file("file")) << "{}";
  const auto message = [&](const char* name) {
    return message_of<InputError>([&] { describe_run(folder.path() / name); });
  };
  CHECK(message("file").find("file is not a directory") != std::string::npos);
  CHECK(message("nothing").find("nothing does not exist") != std::string::npos);
}

TEST_CASE("damaged files of a run are named") {
  const FinishedRun finished;
  const auto damage = [&](const char* name) {
    std::ofstream(finished.directory() / name, std::ios::trunc) << "{\"source\": ";
  };
  SECTION("preprocessing.json") {
    damage("preprocessing.json");
    CHECK(message_of<InputError>([&] {
            describe_run(finished.directory());
          }).find("preprocessing.json") != std::string::npos);
  }
  SECTION("config.json") {
    damage("config.json");
    const std::string message = message_of<InputError>([&] { describe_run(finished.directory()); });
    CHECK(message.find("is damaged: " + (finished.directory() / "config.json").string() + ":1:") !=
          std::string::npos);
  }
  SECTION("config.json of another loss") {
    std::ofstream(finished.directory() / "config.json", std::ios::trunc)
        << R"({"data": {"source": "moons"}, "model": {"hidden": [8]}, "loss": "mse"})";
    const std::string message = message_of<InputError>([&] { describe_run(finished.directory()); });
    CHECK(message.find("preprocessing.json is damaged: target_kind") != std::string::npos);
  }
  SECTION("weights") {
    damage("best.safetensors");
    const RunDescription run = describe_run(finished.directory());
    CHECK(message_of<InputError>([&] { load_run<float>(run); }).find("best.safetensors") !=
          std::string::npos);
  }
  SECTION("weights of another net") {
    Graph graph;
    graph.parameter("0.weight", 3, 3);
    save_weights((finished.directory() / "best.safetensors").string(), Parameters<float>(graph));
    const RunDescription run = describe_run(finished.directory());
    CHECK(message_of<InputError>([&] { load_run<float>(run); }).find("0.weight") !=
          std::string::npos);
  }
}

TEST_CASE("predictions need no class weights") {
  const FinishedRun finished;
  const RunDescription description = describe_run(finished.directory());
  const Data<double> data = load_data<double>(data_request(description.config));
  TrainedRun<double> plain = load_run<double>(description);
  TrainedRun<double> weighted =
      load_run<double>(description, class_weights(description.config, data));
  Evaluator<double> a = plain.evaluator(), b = weighted.evaluator();
  const std::vector<double> inputs{0.3, -0.7};
  const auto first = a.predict({inputs.data(), 2, 1}), second = b.predict({inputs.data(), 2, 1});
  CHECK(first(0, 0) == second(0, 0));
  CHECK(first(1, 0) == second(1, 0));
  CHECK(first(0, 0) != first(1, 0));
}

}  // namespace
}  // namespace clino
