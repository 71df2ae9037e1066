#include "train/run_state.hpp"

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

namespace clino::test {
namespace {

RunState sample_state() {
  RunState state;
  state.step = 123456789012345;
  state.epoch = 7;
  state.batch = 3;
  state.status = "interrupted";
  state.epoch_sums = {.loss = std::nan(""), .weight = 1e-310, .correct = 5, .samples = 9};
  state.schedule.best = std::numeric_limits<double>::infinity();
  state.last_train = Metrics{.loss = .25, .accuracy = {}, .samples = 4};
  state.last_rate = .01;
  state.best_epoch = 2;
  state.best = {.loss = .1, .accuracy = .5, .samples = 10};
  state.seconds = 1.0 / 3;
  state.log_sizes = {{"steps.jsonl", 77}};
  state.numbers = {{"parameters", std::string("\0\1\xff\x7f", 4)}, {"buffers", ""}};
  return state;
}

TEST_CASE("a run state survives a round trip to the bit") {
  const RunState state = sample_state();
  const Checkpoint checkpoint = deserialize(serialize({"config", "data", state}), "checkpoint");
  CHECK(checkpoint.config_hash == "config");
  CHECK(checkpoint.data_hash == "data");
  const RunState& back = checkpoint.state;
  CHECK(back.step == state.step);
  CHECK(back.status == state.status);
  CHECK(std::isnan(back.epoch_sums.loss));
  CHECK(back.epoch_sums.weight == state.epoch_sums.weight);
  CHECK(back.schedule == state.schedule);
  CHECK(back.best.accuracy == state.best.accuracy);
  CHECK(back.seconds == state.seconds);
  CHECK(back.log_sizes == state.log_sizes);
  CHECK(back.numbers == state.numbers);
  CHECK(back.last_train->loss == state.last_train->loss);
  CHECK_FALSE(back.last_validation.has_value());
  CHECK(serialize(checkpoint) == serialize({"config", "data", state}));
}

TEST_CASE("a checkpoint that is cut or damaged anywhere is refused with its path") {
  const std::string whole = serialize({"config", "data", sample_state()});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_THROWS_AS(deserialize(whole.substr(0, size), "c"), InputError);
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 16);
    REQUIRE_THROWS_AS(deserialize(damaged, "c"), InputError);
  }
  CHECK(message_of<InputError>([&] { deserialize("", "my/checkpoint"); }).find("my/checkpoint") ==
        0);
}

}  // namespace
}  // namespace clino::test
