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
  state.best_epoch = 2;
  state.best = {.loss = .1, .accuracy = .5, .samples = 10};
  state.seconds = 1.0 / 3;
  state.log_sizes = {{"steps.jsonl", 77}};
  state.numbers = {{"parameters", std::string("\0\1\xff\x7f", 4)}, {"buffers", ""}};
  return state;
}

TEST_CASE("a run state survives a round trip to the bit") {
  const RunState state = sample_state();
  const RunState back = deserialize(serialize(state, "run"), "run", "checkpoint");
  CHECK(back.step == state.step);
  CHECK(back.status == state.status);
  CHECK(std::isnan(back.epoch_sums.loss));
  CHECK(back.epoch_sums.weight == state.epoch_sums.weight);
  CHECK(back.schedule == state.schedule);
  CHECK(back.best.accuracy == state.best.accuracy);
  CHECK(back.seconds == state.seconds);
  CHECK(back.log_sizes == state.log_sizes);
  CHECK(back.numbers == state.numbers);
  CHECK(serialize(back, "run") == serialize(state, "run"));
}

TEST_CASE("a checkpoint of another run is refused") {
  CHECK_THROWS_AS(deserialize(serialize(sample_state(), "run"), "other", "c"), UsageError);
}

TEST_CASE("a checkpoint that is cut or damaged anywhere is refused with its path") {
  const std::string whole = serialize(sample_state(), "run");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_THROWS_AS(deserialize(whole.substr(0, size), "run", "c"), InputError);
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 16);
    REQUIRE_THROWS_AS(deserialize(damaged, "run", "c"), InputError);
  }
  CHECK(message_of<InputError>([&] {
          deserialize("", "run", "my/checkpoint");
        }).find("my/checkpoint") == 0);
}

}  // namespace
}  // namespace clino::test
