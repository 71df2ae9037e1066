#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "train/atomic_file.hpp"
#include "train/config.hpp"
#include "train/trainer.hpp"

/// \file
/// Small runs in folders that go with the test.

namespace clino::test {

/// A folder of its own, removed at the end.
class RunFolder {
 public:
  RunFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "clino-run-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~RunFolder() { std::filesystem::remove_all(path_); }
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// A net that trains in milliseconds: 13 steps an epoch, the last batch smaller.
inline constexpr const char* kSmallRun = R"({
  "name": "small", "seed": 3,
  "data": {"source": "two_spirals", "samples": 250, "validation_fraction": 0.2,
           "test_fraction": 0.2},
  "model": {"hidden": [8, 8], "activation": "tanh"},
  "loss": "softmax_cross_entropy",
  "optimizer": {"type": "adam", "learning_rate": 0.01},
  "training": {"epochs": 4, "batch_size": 12},
  "log": {"every": 5}
})";

inline Config small_config(const std::vector<std::string>& overrides = {}) {
  return parse_config(kSmallRun, "small.json", ".", overrides);
}

inline TrainResult run(const Config& config, const std::filesystem::path& directory,
                       Occupied occupied = Occupied::refuse,
                       const std::atomic<int>* stop = nullptr) {
  TrainRequest request;
  request.config = config;
  request.directory = directory;
  request.occupied = occupied;
  request.stop = stop;
  return train(request);
}

inline std::string bytes(const std::filesystem::path& path) { return read_file(path.string()); }

}  // namespace clino::test
