#include "train/session.hpp"

#include "tests/allocations.hpp"
#include "tests/train/run_helpers.hpp"

namespace clino::test {
namespace {

TEST_CASE("a training step allocates nothing, logged or not") {
  const TemporaryFolder folder;
  const Config config = parse_config(
      R"({"data": {"source": "moons", "samples": 80},
          "model": {"layers": [{"type": "dense", "units": 9}, {"type": "batch_norm"},
                               {"type": "prelu"}, {"type": "dropout", "rate": 0.1},
                               {"type": "residual", "layers": [{"type": "dense", "units": 9},
                                {"type": "layer_norm"}, {"type": "gelu", "stochastic": true}]}]},
          "loss": {"type": "softmax_cross_entropy", "class_weights": "balanced"},
          "training": {"epochs": 3, "batch_size": 10, "clip_norm": 1, "clip_value": 0.1},
          "log": {"every": 2}})",
      "moons.json", ".");
  auto experiment = make_experiment<float>(config);
  Session<float> session(config, experiment);
  const RunDirectoryLock lock = prepare_run_directory(folder / "r", Occupied::refuse);
  LogWriter log(folder / "r", session.model(), {});
  REQUIRE(session.step(&log).empty());
  const AllocationCount count;
  for (int step = 0; step < 5; ++step) REQUIRE(session.step(&log).empty());
  CHECK(count.since_start() == 0);
  log.flush();
  CHECK(bytes(folder / "r" / "steps.jsonl").find("\"step\":4,") != std::string::npos);
}

TEST_CASE("a snapshot holds the whole state") {
  const Config config = small_config();
  auto first_experiment = make_experiment<double>(config);
  auto second_experiment = make_experiment<double>(config);
  Session<double> first(config, first_experiment);
  Session<double> second(config, second_experiment);
  for (int step = 0; step < 5; ++step) first.step(nullptr);
  const TemporaryFolder folder;
  write_checkpoint(folder.file("c"), {"c", "d", first.snapshot()});
  second.restore(read_checkpoint(folder.file("c")).state);
  for (int step = 0; step < 5; ++step) {
    first.step(nullptr);
    second.step(nullptr);
  }
  const auto a = first.parameters().values();
  const auto b = second.parameters().values();
  CHECK(std::equal(a.begin(), a.end(), b.begin(), b.end()));
}

}  // namespace
}  // namespace clino::test
