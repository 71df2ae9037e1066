// Runs that are built to fail in a known way: the log names the layer, the unit and the step.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "tests/train/run_helpers.hpp"
#include "train/log_writer.hpp"
#include "train/session.hpp"

namespace clino::test {
namespace {

constexpr const char* kRun = R"({
  "name": "planted", "seed": 8, "dtype": "float64",
  "data": {"source": "circles", "samples": 400, "noise": 0.05},
  "model": {"hidden": [16, 12], "activation": "relu"},
  "loss": "softmax_cross_entropy",
  "optimizer": {"type": "sgd", "learning_rate": 0.05},
  "training": {"epochs": 12, "batch_size": 20},
  "log": {"every": 7}
})";

/// A run in parts, so that something can be planted between two steps.
struct PlantedRun {
  explicit PlantedRun(const std::vector<std::string>& overrides = {})
      : config(parse_config(kRun, "planted.json", ".", overrides)),
        experiment(make_experiment<double>(config)),
        session(config, experiment),
        lock(prepare_run_directory(directory, Occupied::refuse)),
        log(directory, session.model(), {}) {}

  /// Trains up to a step. Returns why it stopped before, or "".
  std::string train_until(std::uint64_t step) {
    while (session.state().step < step) {
      session.look(log);
      if (const std::string reason = session.step(&log); !reason.empty()) return reason;
      if (session.epoch_ended()) session.end_epoch(&log);
    }
    return {};
  }
  /// As a whole run ends.
  void end() {
    session.end(log);
    log.flush();
  }
  /// Of the dense layer at that place among all layers.
  Matrix<double> bias(std::size_t layer) {
    return session.parameters().value(session.model().layers[layer].bias);
  }
  Matrix<double> weight(std::size_t layer) {
    return session.parameters().value(session.model().layers[layer].weight);
  }
  std::vector<Json> records(const char* file) {
    log.flush();
    return lines(directory / file);
  }
  std::vector<Json> events(const std::string& kind) {
    std::vector<Json> found = records(run_files::kUnits);
    std::erase_if(found, [&](const Json& line) { return line["event"] != kind; });
    return found;
  }

  TemporaryFolder folder;
  std::filesystem::path directory = folder / "run";
  Config config;
  Experiment<double> experiment;
  Session<double> session;
  RunDirectoryLock lock;
  LogWriter log;
};

}  // namespace

TEST_CASE("units killed by a planted bias are named, with the logged steps around the deed") {
  PlantedRun run;
  REQUIRE(run.train_until(52).empty());
  // The second hidden layer: dense 2, relu 3.
  const double before = run.bias(2)(5, 0);
  run.bias(2)(5, 0) = -1000;
  run.bias(2)(8, 0) = -1000;
  REQUIRE(run.train_until(240).empty());
  run.end();

  const std::vector<Json> deaths = run.events("died");
  std::vector<int> units;
  for (const Json& death : deaths) {
    CHECK(death["layer"] == 3);
    CHECK(death["name"] == "3");
    CHECK(death["type"] == "relu");
    CHECK(death["last_active_step"] == 49);
    CHECK(death["first_inactive_step"] == 56);
    CHECK(death["cause"] == "bias_drift");
    CHECK(death["bias_change"].get<double>() == Approx(-1000).margin(std::abs(before) + 1));
    units.push_back(death["unit"]);
  }
  CHECK(units == std::vector<int>{5, 8});
  // The scans agree, and count to the end of the run.
  const std::vector<Json> scans = run.events("scan");
  REQUIRE(scans.size() >= 4);
  CHECK(scans[0]["step"] == 0);
  CHECK(scans[1]["dead"] == 0);
  CHECK(scans.back()["step"] == 240);
  CHECK(scans.back()["epoch"] == 14);
  CHECK(scans.back()["units"] == 12);
  CHECK(scans.back()["dead"] == 2);
}

TEST_CASE("a unit that is helped up again has revived at the next logged step") {
  PlantedRun run;
  run.bias(2)(5, 0) = -1000;
  REQUIRE(run.train_until(38).empty());
  run.bias(2)(5, 0) = 0;
  REQUIRE(run.train_until(60).empty());
  run.end();
  const std::vector<Json> born = run.events("born_dead");
  const std::vector<Json> revived = run.events("revived");
  REQUIRE(born.size() == 1);
  CHECK(born[0]["layer"] == 3);
  CHECK(born[0]["unit"] == 5);
  REQUIRE(revived.size() == 1);
  CHECK(revived[0]["layer"] == 3);
  CHECK(revived[0]["unit"] == 5);
  CHECK(revived[0]["step"] == 42);
}

TEST_CASE("a NaN planted in one weight is found where it was planted") {
  PlantedRun run;
  REQUIRE(run.train_until(31).empty());
  run.weight(2)(3, 4) = std::numeric_limits<double>::quiet_NaN();
  const std::string reason = run.train_until(100);
  CHECK(reason.find("2.weight") != std::string::npos);
  CHECK(run.session.state().step == 31);
  REQUIRE(run.session.nonfinite_origin());
  const NonfiniteOrigin& origin = *run.session.nonfinite_origin();
  CHECK(origin.node == "2.weight");
  CHECK(origin.layer == 2);
  CHECK(origin.unit == 3);
  CHECK(origin.column == 4);
  CHECK(std::isnan(origin.value));
  // The step is in the log, and the first layer with numbers that are not finite is this one.
  const std::vector<Json> layers = run.records(run_files::kLayers);
  for (const Json& record : layers) {
    const bool after = record["step"] == 31 && record["layer"] >= 2;
    CHECK((record["nonfinite"] > 0) == after);
  }
}

TEST_CASE("a gradient that overflows is found though gradients are not kept") {
  PlantedRun run;
  REQUIRE(run.train_until(31).empty());
  // Signals of 1e-250 and weights of 1e200: forward all is finite, back two weights are too much.
  std::ranges::fill(run.weight(0).elements(), 0);
  std::ranges::fill(run.bias(0).elements(), 1e-250);
  std::ranges::fill(run.weight(2).elements(), 1e200);
  for (Index unit = 0; unit < 12; ++unit) {
    run.weight(4)(0, unit) = 1e200;
    run.weight(4)(1, unit) = 2e200;
  }
  const std::string reason = run.train_until(100);
  INFO(reason);
  REQUIRE(run.session.nonfinite_origin());
  const NonfiniteOrigin& origin = *run.session.nonfinite_origin();
  CHECK(origin.direction == Direction::backward);
  CHECK(origin.node == run.session.model().graph.node(run.session.model().layers[1].output).label);
  CHECK(origin.operation == "affine");
  CHECK(origin.layer == 1);
  CHECK(std::isinf(origin.value));
  // 31 is none of the steps that are logged: it is for this.
  for (const Json& record : run.records(run_files::kLayers)) {
    const bool overflowed = record["step"] == 31 && record["layer"] < 2;
    CHECK(record["delta_norm"].is_number() == !overflowed);
    CHECK(record["nonfinite"] == 0);
  }
}

TEST_CASE("an exploding learning rate: the log ends where the first number was not finite") {
  const TemporaryFolder folder;
  const Config config =
      parse_config(kRun, "planted.json", ".", {"optimizer.learning_rate=1e60", "log.every=1"});
  const TrainResult result = run(config, folder / "run");
  REQUIRE(result.status == RunStatus::failed);
  REQUIRE(result.first_nonfinite);
  const std::vector<Json> steps = lines(folder / "run" / "steps.jsonl");
  CHECK(steps.back()["step"] == result.steps);
  for (std::size_t i = 0; i + 1 < steps.size(); ++i) CHECK(steps[i]["loss"].is_number());
  // The layer named is the first of that step that has counted some, where the forward pass failed.
  std::optional<int> first;
  for (const Json& record : lines(folder / "run" / "layers.jsonl")) {
    if (record["nonfinite"] == 0) continue;
    CHECK(record["step"] == result.steps);
    if (!first) first = record["layer"];
  }
  const Json summary = Json::parse(bytes(folder / "run" / "summary.json"))["first_nonfinite"];
  CHECK(summary["step"] == result.steps);
  if (summary["direction"] == "forward" && first) CHECK(summary["layer"] == *first);
}

TEST_CASE("what is looked at does not change what is learned") {
  const TemporaryFolder folder;
  const std::vector<std::string> all = {
      "log.every=1",    "log.histograms=3",       "log.signal=4",
      "log.film=true",  "log.update_cosine=true", "log.units=true",
      "log.jacobian=50"};
  for (const std::string dtype : {"float32", "float64"}) {
    for (const std::string activation : {"relu", "tanh"}) {
      std::vector<std::string> overrides = {"dtype=" + dtype, "model.activation=" + activation,
                                            "training.clip_norm=1"};
      const std::string name = dtype + activation;
      std::vector<std::string> none = overrides;
      none.emplace_back("log.every=null");
      overrides.insert(overrides.end(), all.begin(), all.end());
      run(parse_config(kRun, "a.json", ".", overrides), folder / (name + "all"));
      run(parse_config(kRun, "a.json", ".", none), folder / (name + "none"));
      CHECK(bytes(folder / (name + "all") / "model.safetensors") ==
            bytes(folder / (name + "none") / "model.safetensors"));
      CHECK(lines(folder / (name + "all") / "signal.jsonl").size() > 100);
      CHECK(lines(folder / (name + "all") / "jacobian.jsonl").size() > 10);
      CHECK_FALSE(std::filesystem::exists(folder / (name + "none") / "units.jsonl"));
    }
  }
}

}  // namespace clino::test
