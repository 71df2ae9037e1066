#include "train/step_log.hpp"

#include "core/errors.hpp"
#include "tests/allocations.hpp"
#include "tests/file_size_limit.hpp"
#include "tests/train/run_helpers.hpp"

namespace clino::test {
namespace {

std::vector<LayerText> texts(std::size_t layers) {
  std::vector<LayerText> all;
  for (std::size_t i = 0; i < layers; ++i) {
    const bool dense = i % 2 == 0;
    all.push_back({.identity = "\"layer\":" + std::to_string(i),
                   .learned = dense,
                   .dense = dense,
                   .elementwise = !dense});
  }
  return all;
}

/// Leaves `count` steps in a log.
void write_steps(StepLog& log, std::size_t layers, int count) {
  std::vector<LayerRecord> records(layers);
  for (int step = 0; step < count; ++step) {
    for (std::size_t i = 0; i < layers; ++i) {
      records[i].delta_norm = std::exp(-0.01 * step - static_cast<double>(i));
      records[i].weight_norm = 1.0 / (step + 1);
    }
    log.write({.step = static_cast<std::uint64_t>(step), .loss = 1.0 / (step + 3)}, records);
  }
}

}  // namespace

TEST_CASE("a log has the same bytes whoever writes it, however long it is") {
  for (const std::size_t layers : {1U, 5U, 2000U}) {
    for (const int steps : {0, 1, 30, 255, 256, 257, 1000}) {
      // Of so many layers each step is handed over by itself.
      if (layers == 2000 && steps > 30) continue;
      std::map<bool, std::string> written;
      for (const bool background : {false, true}) {
        const TemporaryFolder folder;
        {
          StepLog log(folder.path(), texts(layers), 0, 0, false, background);
          write_steps(log, layers, steps);
          log.flush();
          CHECK(log.steps_size() == bytes(folder / "steps.jsonl").size());
          CHECK(log.layers_size() == bytes(folder / "layers.jsonl").size());
        }
        CHECK(lines(folder / "steps.jsonl").size() == static_cast<std::size_t>(steps));
        CHECK(lines(folder / "layers.jsonl").size() == static_cast<std::size_t>(steps) * layers);
        written[background] = bytes(folder / "steps.jsonl") + bytes(folder / "layers.jsonl");
      }
      CHECK(written[true] == written[false]);
    }
  }
}

TEST_CASE("a flush leaves nothing behind, again and again") {
  const TemporaryFolder folder;
  StepLog log(folder.path(), texts(3), 0, 0, false, true);
  for (std::size_t round = 1; round <= 200; ++round) {
    write_steps(log, 3, 7);
    log.flush();
    CHECK(lines(folder / "steps.jsonl").size() == 7 * round);
  }
}

TEST_CASE("leaving records in a log allocates nothing") {
  for (const bool background : {false, true}) {
    const TemporaryFolder folder;
    StepLog log(folder.path(), texts(5), 0, 0, false, background);
    std::vector<LayerRecord> records(5);
    const AllocationCount count;
    for (int step = 0; step < 1000; ++step) log.write({}, records);
    CHECK(count.since_start() == 0);
  }
}

TEST_CASE("records that cannot be written are not lost in silence") {
  for (const bool background : {false, true}) {
    const TemporaryFolder folder;
    StepLog log(folder.path(), texts(5), 0, 0, false, background);
    const FileSizeLimit limit(50'000);
    const auto write_much = [&] {
      for (int round = 0; round < 100; ++round) write_steps(log, 5, 256);
      log.flush();
    };
    CHECK_THROWS_AS(write_much(), InputError);
  }
}

}  // namespace clino::test
