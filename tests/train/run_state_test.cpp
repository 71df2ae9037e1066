#include "train/run_state.hpp"

#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"
#include "train/atomic_file.hpp"

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
  state.numbers = {{"parameters", std::string("\0\1\xff\x7f", 4)}, {"buffers", std::string()}};
  return state;
}

TEST_CASE("a run state survives a round trip to the bit") {
  const TemporaryFolder folder;
  const RunState state = sample_state();
  write_checkpoint(folder.file("c"), {"config", "data", state});
  const Checkpoint checkpoint = read_checkpoint(folder.file("c"));
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
  write_checkpoint(folder.file("again"), checkpoint);
  CHECK(read_file(folder.file("again")) == read_file(folder.file("c")));
}

TEST_CASE("numbers stay in the file until they are copied") {
  const TemporaryFolder folder;
  std::vector<float> values(700001);  // of more than one piece
  std::iota(values.begin(), values.end(), 0.5F);
  RunState state;
  state.numbers["a"] = NumberBytes(std::string("xyz"));  // what follows lies at an odd place
  state.numbers["b"] = NumberBytes::of(std::span<const float>(values));
  write_checkpoint(folder.file("c"), {"config", "data", state});
  const Checkpoint checkpoint = read_checkpoint(folder.file("c"));
  std::filesystem::remove(folder.file("c"));
  std::vector<float> back(values.size());
  REQUIRE(checkpoint.state.numbers.at("b").size() == values.size() * sizeof(float));
  checkpoint.state.numbers.at("b").copy_to(back.data());
  CHECK(back == values);
}

TEST_CASE("a checkpoint that is cut or damaged anywhere is refused with its path") {
  const TemporaryFolder folder;
  const std::string path = folder.file("c");
  write_checkpoint(path, {"config", "data", sample_state()});
  const std::string whole = read_file(path);
  const auto refused = [&](const std::string& bytes) {
    folder.write("d", bytes);
    return message_of<InputError>([&] { read_checkpoint(folder.file("d")); });
  };
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_FALSE(refused(whole.substr(0, size)).empty());
  }
  for (std::size_t place = 0; place < whole.size(); ++place) {
    std::string damaged = whole;
    damaged[place] = static_cast<char>(damaged[place] ^ 16);
    REQUIRE_FALSE(refused(damaged).empty());
  }
  CHECK(refused("").find(folder.file("d")) == 0);
}

}  // namespace
}  // namespace clino::test
