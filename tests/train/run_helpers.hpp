#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "train/atomic_file.hpp"
#include "train/config.hpp"
#include "train/trainer.hpp"

/// \file
/// Small runs.

namespace clino::test {

using Json = nlohmann::json;

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

/// The records of a log.
inline std::vector<nlohmann::json> lines(const std::filesystem::path& path) {
  std::vector<nlohmann::json> records;
  std::istringstream text(read_file(path.string()));
  for (std::string line; std::getline(text, line);) records.push_back(nlohmann::json::parse(line));
  return records;
}

inline std::string bytes(const std::filesystem::path& path) { return read_file(path.string()); }

}  // namespace clino::test
