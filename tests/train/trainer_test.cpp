#include "train/trainer.hpp"

#include <algorithm>
#include <cmath>

#include "core/kernels/flush_to_zero.hpp"
#include "tests/train/run_helpers.hpp"

namespace clino::test {
namespace {

TEST_CASE("the same config gives the same bytes") {
  const TemporaryFolder folder;
  for (const char* name : {"a", "b"}) run(small_config(), folder / name);
  for (const char* file : {"config.json", "preprocessing.json", "steps.jsonl", "layers.jsonl",
                           "model.safetensors", "best.safetensors"}) {
    INFO(file);
    CHECK(bytes(folder / "a" / file) == bytes(folder / "b" / file));
  }
  run(small_config({"seed=4"}), folder / "c");
  CHECK(bytes(folder / "a" / "model.safetensors") != bytes(folder / "c" / "model.safetensors"));
}

TEST_CASE("the log changes no bit of the weights") {
  const TemporaryFolder folder;
  const std::string model = R"(model.layers=[{"type":"dense","units":7},{"type":"batch_norm"},)"
                            R"({"type":"gelu","stochastic":true},{"type":"dropout","rate":0.2},)"
                            R"({"type":"residual","layers":[{"type":"dense","units":7},)"
                            R"({"type":"relu"}]}])";
  for (const char* dtype : {"float32", "float64"}) {
    const std::string text = R"({"data": {"source": "moons", "samples": 90}, "loss":
      "softmax_cross_entropy", "training": {"epochs": 3, "batch_size": 16, "clip_norm": 0.5},
      "optimizer": {"type": "sgd", "learning_rate": 0.1, "momentum": 0.9}})";
    for (const char* every : {"1", "7", "null", "\"auto\""}) {
      const Config config =
          parse_config(text, "log.json", ".",
                       {model, std::string("dtype=") + dtype, std::string("log.every=") + every});
      run(config, folder / every, Occupied::overwrite);
      CHECK(bytes(folder / every / "model.safetensors") ==
            bytes(folder / "1" / "model.safetensors"));
    }
  }
}

TEST_CASE("steps are logged when the step is divisible by log.every, and step 0 always") {
  const TemporaryFolder folder;
  run(small_config(), folder / "r");
  const auto steps = lines(folder / "r" / "steps.jsonl");
  REQUIRE(steps.size() == 11);  // 52 steps: 0, 5, ..., 50
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK(steps[i]["step"] == 5 * i);
    CHECK(steps[i]["epoch"] == 5 * i / 13);
  }
  CHECK(lines(folder / "r" / "layers.jsonl").size() == 11 * 5);

  run(small_config({"log.every=null"}), folder / "none");
  CHECK(bytes(folder / "none" / "steps.jsonl").empty());
  CHECK(bytes(folder / "none" / "layers.jsonl").empty());

  run(small_config({"log.every=\"auto\"", "training.epochs=200"}), folder / "auto");
  const auto automatic = lines(folder / "auto" / "steps.jsonl");
  CHECK(automatic.size() > 400);
  CHECK(automatic.size() <= 500);
}

TEST_CASE("the signal is logged at layers that have no weights before them") {
  const TemporaryFolder folder;
  const Config config = parse_config(
      R"({"data": {"source": "moons", "samples": 60}, "loss": "mse", "training": {"max_steps": 1},
          "model": {"layers": [{"type": "dropout", "rate": 0.1}, {"type": "tanh"},
                               {"type": "dense", "units": 4}, {"type": "relu"}]}})",
      "first.json", ".", {"loss=softmax_cross_entropy"});
  run(config, folder / "r");
  const auto layers = lines(folder / "r" / "layers.jsonl");
  REQUIRE(layers.size() == 5);
  for (const Json& layer : layers) CHECK(layer["delta_norm"] > 0);
}

TEST_CASE("metrics have a record for each split at each epoch's end, and one for the test part") {
  const TemporaryFolder folder;
  const TrainResult result = run(small_config(), folder / "r");
  const auto metrics = lines(folder / "r" / "metrics.jsonl");
  REQUIRE(metrics.size() == 9);
  for (std::size_t epoch = 0; epoch < 4; ++epoch) {
    CHECK(metrics[2 * epoch]["split"] == "train");
    CHECK(metrics[2 * epoch + 1]["split"] == "validation");
    CHECK(metrics[2 * epoch]["epoch"] == epoch);
    CHECK(metrics[2 * epoch]["step"] == 13 * (epoch + 1));
  }
  CHECK(metrics.back()["split"] == "test");
  CHECK(metrics.back()["accuracy"] == *result.test->accuracy);
  CHECK(result.epochs == 4);
  CHECK(result.steps == 52);
}

TEST_CASE("training stops at the first value that is not finite, before the weights are touched") {
  const TemporaryFolder folder;
  const std::vector<std::string> overrides{"optimizer={\"type\":\"sgd\",\"learning_rate\":1e30}",
                                           "model.activation=relu", "log.every=1000000"};
  const TrainResult result = run(small_config(overrides), folder / "r");
  CHECK(result.status == RunStatus::failed);
  CHECK(result.message.find("at step " + std::to_string(result.steps)) != std::string::npos);
  // The failing step is logged though log.every is far away.
  const auto steps = lines(folder / "r" / "steps.jsonl");
  CHECK(steps.back()["step"] == result.steps);
  const bool loss_is_text = steps.back()["loss"].is_string();
  CHECK((loss_is_text || steps.back()["grad_norm"].is_string()));
  const Json summary = Json::parse(bytes(folder / "r" / "summary.json"));
  CHECK(summary["status"] == "failed");
  CHECK(summary["findings"][0] == result.message);
  // The weights are those that a run of exactly as many steps ends with.
  auto shorter = overrides;
  shorter.push_back("training.max_steps=" + std::to_string(result.steps));
  REQUIRE(result.steps > 0);
  run(small_config(shorter), folder / "shorter");
  CHECK(bytes(folder / "r" / "model.safetensors") ==
        bytes(folder / "shorter" / "model.safetensors"));
}

TEST_CASE("running statistics are as untouched as the weights where training stops") {
  const TemporaryFolder folder;
  const std::vector<std::string> overrides{
      "model.hidden=null", "model.activation=null",
      R"(model.layers=[{"type":"dense","units":8},{"type":"batch_norm"},{"type":"relu"}])",
      R"(optimizer={"type":"sgd","learning_rate":1e30})"};
  const TrainResult result = run(small_config(overrides), folder / "r");
  REQUIRE(result.status == RunStatus::failed);
  auto shorter = overrides;
  shorter.push_back("training.max_steps=" + std::to_string(result.steps));
  run(small_config(shorter), folder / "shorter");
  CHECK(bytes(folder / "r" / "model.safetensors") ==
        bytes(folder / "shorter" / "model.safetensors"));
}

TEST_CASE("a run whose last update or last evaluation is not finite has failed") {
  const TemporaryFolder folder;
  const TrainResult weights = run(
      small_config({R"(optimizer={"type":"sgd","learning_rate":1e300})", "training.max_steps=1"}),
      folder / "weights");
  CHECK(weights.status == RunStatus::failed);
  CHECK(weights.message.find("weights are not finite") != std::string::npos);
}

TEST_CASE("the best weights are those of the lowest validation loss") {
  const TemporaryFolder folder;
  run(small_config({"training.epochs=30", "optimizer.learning_rate=0.2"}), folder / "r");
  const Json summary = Json::parse(bytes(folder / "r" / "summary.json"));
  double lowest = INFINITY;
  for (const Json& record : lines(folder / "r" / "metrics.jsonl")) {
    if (record["split"] == "validation") lowest = std::min(lowest, record["loss"].get<double>());
  }
  CHECK(summary["best"]["validation"]["loss"] == lowest);
  // Stopping right after that epoch leaves the same weights as the last ones.
  const auto epochs = std::to_string(summary["best"]["epoch"].get<int>() + 1);
  run(small_config({"training.epochs=" + epochs, "optimizer.learning_rate=0.2"}),
      folder / "shorter");
  CHECK(bytes(folder / "r" / "best.safetensors") ==
        bytes(folder / "shorter" / "model.safetensors"));
}

TEST_CASE("early stopping waits for its patience") {
  const TemporaryFolder folder;
  const TrainResult result = run(small_config({"training.epochs=1000", "optimizer.learning_rate=0",
                                               "training.early_stopping={\"patience\":3}"}),
                                 folder / "r");
  CHECK(result.status == RunStatus::early_stopped);
  CHECK(result.epochs == 4);  // the first is the best, three more bring no gain
}

TEST_CASE("max_steps and max_seconds end a run") {
  const TemporaryFolder folder;
  CHECK(run(small_config({"training.max_steps=17"}), folder / "steps").steps == 17);
  const TrainResult timed = run(
      small_config({"training.epochs=100000000", "training.max_seconds=0.05"}), folder / "time");
  CHECK(timed.status == RunStatus::completed);
  CHECK(timed.seconds >= 0.05);
  CHECK(timed.seconds < 5);
}

TEST_CASE("any batch size and any part of a batch trains") {
  const TemporaryFolder folder;
  for (const char* batch : {"1", "149", "150", "151", "100000"}) {
    INFO(batch);
    const TrainResult result =
        run(small_config({std::string("training.batch_size=") + batch, "training.epochs=1"}),
            folder / batch);
    CHECK(result.status == RunStatus::completed);
    CHECK(std::isfinite(result.train->loss));
  }
}

TEST_CASE("the caller's floating-point environment is its own again after training") {
  const TemporaryFolder folder;
  volatile double tiny = 1e-310;
  run(small_config(), folder / "r");
  CHECK(tiny / 2 > 0);
  {
    const kernels::FlushToZero flush(true);
    CHECK_FALSE(tiny / 2 > 0);
  }
  CHECK(tiny / 2 > 0);
}

}  // namespace
}  // namespace clino::test
