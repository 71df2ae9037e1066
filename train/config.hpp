#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/options.hpp"
#include "core/types.hpp"
#include "layers/model.hpp"
#include "train/config_error.hpp"

/// \file
/// A run's config as plain structs: parsed, checked and completed once, at the door. Whatever has
/// a type with options (data source, loss, ...) is a complete `Choice`; paths are absolute.

namespace clino {

/// The type of the network's numbers. Data are held in it too.
enum class DType { float32, float64 };

struct DataConfig {
  Choice source = {};  ///< of `data_source_catalogue()`; nested options have dots: `train.images`
  double validation_fraction = 0.2;  ///< 0 where there are folds
  double test_fraction = 0;
  std::optional<Index> folds = {};  ///< of cross-validation, 2 or more
  Index fold = 0;                   ///< which one is the validation part; 0 without folds
  bool standardize = true;

  bool operator==(const DataConfig&) const = default;
};

/// The short form of a model: widths of the hidden layers and the activation after each.
struct HiddenForm {
  std::vector<Index> units = {};
  Choice activation = {.type = "relu"};  ///< of `activation_catalogue()`

  bool operator==(const HiddenForm&) const = default;
};

struct ModelConfig {
  /// All layers but the output layer, which the program adds. Where `hidden` is set, its expansion.
  std::vector<LayerSpec> layers = {};
  std::optional<HiddenForm> hidden = {};  ///< set where the config uses the short form
  /// Of `initializer_catalogue()`, for layers without their own.
  Choice init = {.type = "auto"};
  std::string weights = {};  ///< safetensors file to start from; "" for none

  bool operator==(const ModelConfig&) const = default;
};

/// A trained run whose answers are learned beside the targets.
struct TeacherConfig {
  std::string run = {};    ///< its directory
  double temperature = 4;  ///< > 0: divides the logits of teacher and student
  double mix = 0.5;        ///< in [0, 1]: what the teacher counts; the targets count the rest

  bool operator==(const TeacherConfig&) const = default;
};

struct OptimizerConfig {
  Choice method = {.type = "adam"};  ///< of `optimizer_catalogue()`, without `learning_rate`
  double learning_rate = 1e-3;
  Choice schedule = {.type = "constant"};  ///< of `schedule_catalogue()`

  bool operator==(const OptimizerConfig&) const = default;
};

struct EarlyStopping {
  Index patience = 10;          ///< epochs without a better value before the run ends
  std::string metric = "loss";  ///< of the validation part: "loss" or "accuracy"

  bool operator==(const EarlyStopping&) const = default;
};

/// The run ends at whichever of `epochs`, `max_steps` and `max_seconds` comes first; at least one
/// of them is set. A config that says nothing of them has 50 epochs.
struct TrainingConfig {
  std::optional<Index> epochs;
  std::optional<Index> max_steps;
  std::optional<double> max_seconds;
  Index batch_size = 32;
  bool shuffle = true;
  std::optional<double> clip_norm;
  std::optional<double> clip_value;
  std::optional<EarlyStopping> early_stopping;

  bool operator==(const TrainingConfig&) const = default;
};

/// How often something is logged.
struct LogSpacing {
  bool automatic = true;            ///< chosen by the run's length and by what a record costs
  std::optional<Index> every = {};  ///< steps between records; unset and not automatic: never

  bool operator==(const LogSpacing&) const = default;
};

/// What is logged. Without layer records (`every` is null) nothing is, but what has a number of
/// steps of its own.
struct LogConfig {
  LogSpacing every = {};  ///< layer records; automatic: about `records` a run
  Index records = 500;
  /// A unit or element counts as saturated where |phi'| is below this share of its maximum.
  double saturation_threshold = 1e-3;
  bool units = true;           ///< life histories of units
  LogSpacing histograms = {};  ///< automatic: at most 50 a run
  LogSpacing signal = {};      ///< automatic: at most 50 a run
  LogSpacing jacobian = {.automatic = false};
  bool film = true;            ///< what the net answers over a plane or a line, where it can be
  bool update_cosine = false;  ///< between successive updates: a copy of all weights at each step

  bool operator==(const LogConfig&) const = default;
};

struct CheckpointConfig {
  double every_seconds = 30;

  bool operator==(const CheckpointConfig&) const = default;
};

struct Config {
  std::string name = {};
  std::uint64_t seed = 1;  ///< below 2^53, so that every JSON reader carries it exactly
  DType dtype = DType::float32;
  bool flush_to_zero = true;
  DataConfig data = {};
  ModelConfig model = {};
  Choice loss = {};  ///< of `loss_catalogue()`
  std::optional<TeacherConfig> teacher = {};
  OptimizerConfig optimizer = {};
  TrainingConfig training = {};
  LogConfig log = {};
  CheckpointConfig checkpoint = {};
  bool report = true;

  bool operator==(const Config&) const = default;
};

/// Reads, checks and completes the config in a file. `overrides` are `a.b.c=value`: split at the
/// first `=`, the value JSON or else a string, list elements by index (`model.layers.0.units=8`),
/// objects replaced and not merged. Relative paths, in overrides too, are relative to the config's
/// folder. Throws `ConfigError` with all findings, `InputError` where the file cannot be read.
Config load_config(const std::filesystem::path& file,
                   const std::vector<std::string>& overrides = {});

/// The same for a text. `origin` stands for the file in messages (and names the run where the
/// config has no name); `base_directory` is where relative paths start.
Config parse_config(std::string_view text, const std::string& origin,
                    const std::filesystem::path& base_directory,
                    const std::vector<std::string>& overrides = {});

/// Which files that the config names are missing: of the data (see `missing_data`), the weights to
/// start from, or the run of the teacher. Empty where all are there. Looks, but reads nothing.
std::optional<std::string> missing_files(const Config& config);

/// The config with every key written out, in the order of the reference: JSON that loads to an
/// equal `Config`. Numbers read back to the same bits.
std::string resolved_json(const Config& config);

}  // namespace clino
