#include "train/calibration_file.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/json_reader.hpp"
#include "train/run_directory.hpp"

namespace clino {

namespace {

const JsonValue& member(const JsonValue& object, const std::string& path, const char* key) {
  const JsonValue* found = object.find(key);
  if (found == nullptr) throw InputError(path + " is damaged: " + key + " is missing");
  return *found;
}

std::string text_member(const JsonValue& object, const std::string& path, const char* key) {
  const std::string* text = member(object, path, key).text();
  if (text == nullptr) throw InputError(path + " is damaged: " + key + ": expected a string");
  return *text;
}

double temperature_member(const JsonValue& object, const std::string& path) {
  const JsonValue& value = member(object, path, "temperature");
  double temperature = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&value.scalar)) {
    temperature = static_cast<double>(*whole);
  } else if (const auto* number = std::get_if<double>(&value.scalar)) {
    temperature = *number;
  }
  if (std::isfinite(temperature) && temperature > 0) return temperature;
  throw InputError(path + " is damaged: temperature: expected a number > 0, found " +
                   brief_text(value));
}

}  // namespace

void save_calibration(const RunDescription& run, const std::string& weights_hash,
                      const Calibration& calibration) {
  if (!calibration.fit.found()) throw UsageError("there is no temperature to be saved");
  const CalibratedPart& fitted_on = calibration.parts.front();
  const JsonValue json = json_object({{"temperature", json_of(calibration.fit.temperature)},
                                      {"fitted_on", json_of(fitted_on.name)},
                                      {"samples", json_of(std::int64_t{fitted_on.samples})},
                                      {"weights", json_of(run.weights.filename().string())},
                                      {"weights_hash", json_of(weights_hash)}});
  write_atomically((run.directory / run_files::kCalibration).string(), write_json(json) + "\n");
}

std::optional<SavedCalibration> load_calibration(const RunDescription& run,
                                                 const std::string& weights_hash) {
  const std::string path = (run.directory / run_files::kCalibration).string();
  if (!std::filesystem::exists(path)) return std::nullopt;
  const JsonReading json = read_json(read_file(path), path);
  if (!json.findings.empty() || !json.root) {
    throw InputError("the calibration of the run is damaged: " + to_text(json.findings.front()));
  }
  SavedCalibration saved{.temperature = temperature_member(*json.root, path),
                         .weights = text_member(*json.root, path, "weights"),
                         .weights_hash = text_member(*json.root, path, "weights_hash")};
  if (saved.weights_hash == weights_hash) return saved;
  throw InputError(path + " was fitted for other weights (" + saved.weights + ", hash " +
                   saved.weights_hash + ") than " + run.weights.filename().string() + ", hash " +
                   weights_hash + ": calibrate these with `clino calibrate " +
                   run.directory.string() + " --save`, or leave it out with --uncalibrated");
}

}  // namespace clino
