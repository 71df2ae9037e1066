#include <filesystem>

#include "core/errors.hpp"
#include "tests/throws.hpp"
#include "tests/train/run_helpers.hpp"
#include "train/run_directory.hpp"

namespace clino::test {
namespace {

TEST_CASE("a run that stops on a signal and goes on ends with the same bytes") {
  const TemporaryFolder folder;
  const std::vector<std::string> overrides{
      "optimizer.schedule={\"type\":\"reduce_on_plateau\",\"patience\":0}",
      "training.early_stopping={\"patience\":30}",
      "log.histograms=3",
      "log.signal=4",
      "log.update_cosine=true",
      "log.jacobian=9"};
  run(small_config(overrides), folder / "whole");

  // Each part takes one step more before the signal is seen.
  const std::atomic<int> stop = 2;
  TrainResult part = run(small_config(overrides), folder / "parts", Occupied::refuse, &stop);
  int parts = 1;
  for (; part.status == RunStatus::interrupted; ++parts) {
    REQUIRE(parts < 100);
    part = run(small_config(overrides), folder / "parts", Occupied::resume,
               parts % 20 == 0 ? nullptr : &stop);
  }
  CHECK(parts > 10);
  for (const char* file :
       {"steps.jsonl", "layers.jsonl", "units.jsonl", "histograms.jsonl", "signal.jsonl",
        "jacobian.jsonl", "film.jsonl", "model.safetensors", "best.safetensors"}) {
    INFO(file);
    REQUIRE(std::filesystem::exists(folder / "whole" / file));
    CHECK(bytes(folder / "whole" / file) == bytes(folder / "parts" / file));
  }
  const auto whole = lines(folder / "whole" / "metrics.jsonl");
  const auto resumed = lines(folder / "parts" / "metrics.jsonl");
  REQUIRE(whole.size() == resumed.size());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char* key : {"epoch", "step", "split", "loss", "learning_rate"}) {
      CHECK(whole[i][key] == resumed[i][key]);
    }
  }
}

TEST_CASE("resuming a finished run does nothing, another config is refused") {
  const TemporaryFolder folder;
  run(small_config(), folder / "r");
  const std::string before = bytes(folder / "r" / "summary.json");
  const TrainResult again = run(small_config(), folder / "r", Occupied::resume);
  CHECK(again.already_finished);
  CHECK(bytes(folder / "r" / "summary.json") == before);
  CHECK(run(small_config({"log.every=1", "checkpoint.every_seconds=9", "report=false"}),
            folder / "r", Occupied::resume)
            .already_finished);
  for (const char* other : {"training.epochs=5", "seed=9", "data.noise=0.1"}) {
    CHECK_THROWS_AS(run(small_config({other}), folder / "r", Occupied::resume), UsageError);
  }
}

TEST_CASE("resuming without a checkpoint starts afresh") {
  const TemporaryFolder folder;
  const TrainResult result = run(small_config(), folder / "r", Occupied::resume);
  CHECK(result.status == RunStatus::completed);
  CHECK_FALSE(result.already_finished);
}

TEST_CASE("an occupied directory is refused, and overwriting spares what is not the run's") {
  const TemporaryFolder folder;
  run(small_config(), folder / "r");
  CHECK(message_of<UsageError>([&] { run(small_config(), folder / "r"); }).find("--overwrite") !=
        std::string::npos);
  write_atomically((folder / "r" / "notes.txt").string(), "mine");
  run(small_config(), folder / "r", Occupied::overwrite);
  CHECK(bytes(folder / "r" / "notes.txt") == "mine");
}

TEST_CASE("a log that lost what the checkpoint counts on is damaged") {
  const TemporaryFolder folder;
  const std::atomic<int> stop = 2;
  for (const char* file : {"steps.jsonl", "layers.jsonl", "metrics.jsonl"}) {
    run(small_config({"checkpoint.every_seconds=1e-9"}), folder / file, Occupied::refuse, &stop);
    const std::string text = bytes(folder / file / file);
    if (text.empty()) continue;
    write_atomically((folder / file / file).string(), text.substr(1));
    CHECK_THROWS_AS(
        run(small_config({"checkpoint.every_seconds=1e-9"}), folder / file, Occupied::resume),
        InputError);
  }
}

TEST_CASE("starting afresh leaves nothing of the former run") {
  const TemporaryFolder folder;
  run(small_config(), folder / "r");
  std::filesystem::remove(folder / "r" / "checkpoint");
  write_atomically((folder / "r" / "model.safetensors.tmp-1").string(), "half");
  run(small_config({"data.validation_fraction=0"}), folder / "r", Occupied::resume);
  CHECK_FALSE(std::filesystem::exists(folder / "r" / "best.safetensors"));
  CHECK_FALSE(std::filesystem::exists(folder / "r" / "model.safetensors.tmp-1"));
}

TEST_CASE("a directory that a run is being written to is refused to a second one") {
  const TemporaryFolder folder;
  {
    const RunDirectoryLock lock = prepare_run_directory(folder / "r", Occupied::refuse);
    CHECK_THROWS_AS(run(small_config(), folder / "r", Occupied::resume), UsageError);
  }
  CHECK(run(small_config(), folder / "r").status == RunStatus::completed);
}

TEST_CASE("the default directory has one dash for each character that a shell might not like") {
  Config config = small_config();
  config.name =
      "\xC3\xBC"
      "ber/a b_1.x";
  CHECK(default_run_directory(config) == "runs/-ber-a-b_1.x-3");
}

}  // namespace
}  // namespace clino::test
