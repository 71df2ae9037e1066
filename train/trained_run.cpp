#include "train/trained_run.hpp"

#include <optional>
#include <string>
#include <utility>

#include "core/content_hash.hpp"
#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/experiment.hpp"
#include "train/json_reader.hpp"
#include "train/preprocessing_json.hpp"
#include "train/run_directory.hpp"
#include "train/weights.hpp"

namespace clino {

namespace {

namespace fs = std::filesystem;

constexpr const char* kNeeded =
    "; a run directory, as `clino train` leaves it, has config.json, preprocessing.json and "
    "model.safetensors or best.safetensors";

fs::path needed_file(const fs::path& directory, const char* name) {
  fs::path path = directory / name;
  if (!fs::is_regular_file(path)) throw InputError(path.string() + " is missing" + kNeeded);
  return path;
}

fs::path choose_weights(const fs::path& directory, WeightsChoice choice) {
  const bool best = choice == WeightsChoice::best || (choice == WeightsChoice::automatic &&
                                                      fs::exists(directory / run_files::kBest));
  const char* name = best ? run_files::kBest : run_files::kModel;
  const std::string lacks = (directory / name).string() + " is missing: ";
  if (!fs::exists(directory / name)) {
    if (is_being_written(directory)) {
      throw InputError(lacks + "the run is still training, and writes its weights when it ends");
    }
    if (!fs::exists(directory / run_files::kSummary) &&
        fs::exists(directory / run_files::kCheckpoint)) {
      throw InputError(lacks +
                       "the run was cut off before its end; train it to the end with "
                       "`clino train CONFIG --out " +
                       directory.string() + " --resume`");
    }
  }
  return needed_file(directory, name);
}

/// What the summary says of the data; nothing for a run without one.
std::optional<std::string> trained_data_hash(const fs::path& directory) {
  const fs::path path = directory / run_files::kSummary;
  if (!fs::is_regular_file(path)) return std::nullopt;
  const JsonReading summary = read_json(read_file(path.string()), path.string());
  const JsonValue* hash = summary.root ? summary.root->find("data_hash") : nullptr;
  if (hash == nullptr || hash->text() == nullptr) return std::nullopt;
  return *hash->text();
}

}  // namespace

Config load_run_config(const fs::path& directory) {
  if (!fs::is_directory(directory)) {
    throw InputError(directory.string() +
                     (fs::exists(directory) ? " is not a directory" : " does not exist") + kNeeded);
  }
  try {
    return load_config(needed_file(directory, run_files::kConfig));
  } catch (const ConfigError& error) {
    throw InputError("the config of the run is damaged: " + to_text(error.findings().front()));
  }
}

RunDescription describe_run(const fs::path& directory, WeightsChoice weights) {
  RunDescription run{.directory = directory,
                     .config = load_run_config(directory),
                     .preprocessing = load_preprocessing(
                         needed_file(directory, run_files::kPreprocessing).string()),
                     .weights = choose_weights(directory, weights)};
  if (run.preprocessing.target_kind != data_request(run.config).target) {
    throw InputError((directory / run_files::kPreprocessing).string() +
                     " is damaged: target_kind: not what the loss of the run's config needs");
  }
  return run;
}

template <class T>
Data<T> load_own_data(const RunDescription& run, const std::string& advice) {
  Data<T> data = load_data<T>(data_request(run.config));
  const std::string changed =
      "the data that the config of the run names are no longer those it was trained on: ";
  if (data.preprocessing != run.preprocessing) {
    throw InputError(changed + "columns, classes, means or scales differ from preprocessing.json" +
                     advice);
  }
  const std::optional<std::string> trained = trained_data_hash(run.directory);
  if (trained && *trained != to_hex(data.hash)) {
    throw InputError(changed + "their hash is " + to_hex(data.hash) + ", in summary.json it is " +
                     *trained + advice);
  }
  return data;
}

template Data<float> load_own_data(const RunDescription&, const std::string&);
template Data<double> load_own_data(const RunDescription&, const std::string&);

template <class T>
TrainedRun<T> load_run(const RunDescription& description, std::vector<double> class_weights) {
  const Preprocessing& preprocessing = description.preprocessing;
  if (class_weights.empty()) {
    class_weights.assign(static_cast<std::size_t>(preprocessing.classes()), 1.0);
  }
  Model model = build_model(model_spec(description.config, preprocessing, class_weights, true));
  Parameters<T> parameters(model.graph);
  load_weights(description.weights.string(), parameters);
  return {.preprocessing = preprocessing,
          .class_weights = std::move(class_weights),
          .model = std::move(model),
          .parameters = std::move(parameters)};
}

template TrainedRun<float> load_run(const RunDescription&, std::vector<double>);
template TrainedRun<double> load_run(const RunDescription&, std::vector<double>);

}  // namespace clino
