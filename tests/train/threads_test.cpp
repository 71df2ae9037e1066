#include <cstring>

#include "core/kernels/flush_to_zero.hpp"
#include "tests/allocations.hpp"
#include "tests/train/run_helpers.hpp"
#include "train/session.hpp"

namespace clino::test {
namespace {

/// Every kind of layer, wide enough for threads to share a batch of 60; the last batch has 20.
Config wide_config() {
  return parse_config(
      R"({"data": {"source": "moons", "samples": 80, "validation_fraction": 0},
          "model": {"layers": [{"type": "dense", "units": 150}, {"type": "batch_norm"},
                               {"type": "prelu"}, {"type": "dropout", "rate": 0.1},
                               {"type": "residual", "layers": [{"type": "dense", "units": 150},
                                {"type": "layer_norm"}, {"type": "gelu", "stochastic": true}]},
                               {"type": "dense", "units": 40, "bias": false}, {"type": "tanh"}]},
          "loss": {"type": "softmax_cross_entropy", "class_weights": "balanced"},
          "optimizer": {"type": "adam"},
          "training": {"epochs": 30, "batch_size": 60, "clip_norm": 1},
          "log": {"every": 3}})",
      "moons.json", ".");
}

template <class T>
struct Trained {
  std::vector<T> weights;
  std::string log;
  Index threads = 0;
};

/// Some steps by a team of that size; 0: without one.
template <class T>
Trained<T> trained(Index size) {
  const TemporaryFolder folder;
  const Config config = wide_config();
  const kernels::FlushToZero flush(true);
  auto experiment = make_experiment<T>(config);
  ThreadTeam team(size, 0);
  Session<T> session(config, experiment, size == 0 ? nullptr : &team);
  const RunDirectoryLock lock = prepare_run_directory(folder / "r", Occupied::refuse);
  LogWriter log(folder / "r", session.model(), {});
  Trained<T> result;
  for (int step = 0; step < 8; ++step) {
    REQUIRE(session.step(&log).empty());
    if (step == 0) result.threads = session.threads();
    if (session.epoch_ended()) session.end_epoch(nullptr);
  }
  log.flush();
  const auto values = session.parameters().values();
  result.weights.assign(values.begin(), values.end());
  result.log = bytes(folder / "r" / "layers.jsonl") + bytes(folder / "r" / "steps.jsonl");
  return result;
}

TEMPLATE_TEST_CASE("weights and log do not depend on the number of threads", "", float, double) {
  const auto alone = trained<TestType>(0);
  CHECK(alone.threads == 1);
  for (const Index size : {1, 2, 3, 5}) {
    const auto shared = trained<TestType>(size);
    INFO(size << " threads");
    CHECK(shared.threads == size);
    REQUIRE(shared.weights.size() == alone.weights.size());
    CHECK(std::memcmp(shared.weights.data(), alone.weights.data(),
                      alone.weights.size() * sizeof(TestType)) == 0);
    CHECK(shared.log == alone.log);
  }
}

TEST_CASE("a step that threads share allocates nothing") {
  const Config config = wide_config();
  auto experiment = make_experiment<float>(config);
  ThreadTeam team(3, 0);
  Session<float> session(config, experiment, &team);
  REQUIRE(session.step(nullptr).empty());
  REQUIRE(session.threads() == 3);
  const AllocationCount count;
  REQUIRE(session.step(nullptr).empty());
  session.end_epoch(nullptr);
  REQUIRE(session.step(nullptr).empty());
  CHECK(count.since_start() == 0);
}

TEST_CASE("a net with little to do has one thread") {
  const Config config = small_config();
  auto experiment = make_experiment<float>(config);
  ThreadTeam team(2);
  Session<float> session(config, experiment, &team);
  REQUIRE(session.step(nullptr).empty());
  CHECK(session.threads() == 1);
}

}  // namespace
}  // namespace clino::test
