#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "probe/layer_probe.hpp"
#include "train/config.hpp"

/// \file
/// A run directory as plain structs: what inspect, the report and the findings are made of. A run
/// that is still going on can be read: a last line that is cut short is left for the next time.

namespace clino {

/// A line of `steps.jsonl`.
struct StepPoint {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  double loss = 0;
  double learning_rate = 0;
  double grad_norm = 0;
  double clip_scale = 1;
  double clipped_grad_norm = 0;
  std::optional<double> update_cosine = {};
};

/// A line of `metrics.jsonl`.
struct MetricsPoint {
  std::uint64_t epoch = 0;
  std::uint64_t step = 0;  ///< steps taken so far
  std::string split;       ///< "train", "validation", "test"
  double loss = 0;
  std::optional<double> accuracy = {};
  double seconds = 0;
};

/// What one layer did in one logged step. What a line does not have is NaN.
struct LayerPoint {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::uint64_t step = 0;
  double weight_norm = kNone, weight_grad_norm = kNone, bias_grad_norm = kNone;
  double update_ratio = kNone;
  double delta_norm = kNone, output_mean = kNone, output_std = kNone;
  double below_threshold_fraction = kNone;  ///< saturated or, if piecewise linear, inactive
  double dead_fraction = kNone, same_sign_fraction = kNone;
  double nonfinite = 0;
};

/// A line of `signal.jsonl`.
struct SignalPoint {
  std::uint64_t step = 0;
  double mean_square = 0;
  double cosine_similarity = 0;  ///< NaN where there is none
  double effective_rank = 0;
  Index samples = 0;
  /// Of single samples and pairs; NaN in runs that did not log them.
  double mean_square_deviation = std::numeric_limits<double>::quiet_NaN();
  double cosine_deviation = std::numeric_limits<double>::quiet_NaN();
};

/// A line of `histograms.jsonl`.
struct HistogramPoint {
  std::uint64_t step = 0;
  std::string quantity;  ///< "weight", "gradient", "pre_activation", "activation"
  bool log10 = false;    ///< the edges are powers of ten of the magnitude
  double low = 0, high = 0;
  std::vector<std::uint64_t> bins;
  std::uint64_t underflow = 0, overflow = 0, nonfinite = 0;
};

/// An event of `units.jsonl`.
struct UnitEventPoint {
  std::string event;  ///< "born_dead", "died", "revived"
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  Index unit = 0;
  std::optional<std::uint64_t> last_active_step = {}, first_inactive_step = {};
  std::string cause = {};  ///< "" where it was not told apart
  std::optional<double> bias_change = {}, weight_change = {}, input_change = {};
  std::optional<double> learning_rate_ratio = {};
};

/// A scan of `units.jsonl`: how many units were dead on the whole training set.
struct UnitScanPoint {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  Index units = 0;
  Index dead = 0;     ///< of a scan cut short: not seen active so far, so dead at most
  Index samples = 0;  ///< of a scan cut short: looked at
};

/// A line of `jacobian.jsonl`.
struct JacobianPoint {
  std::uint64_t step = 0;
  std::vector<double> singular_values;  ///< descending
  Index samples = 0;
  double largest = 0;  ///< of all samples; `singular_values` are root mean squares over them
};

/// One layer with its series, in the order of the steps.
struct LayerLog {
  Index layer = 0;
  std::string name, type;
  bool learned = false;           ///< has weights: the weight series mean something
  bool elementwise = false;       ///< an activation with slopes: the fractions mean something
  bool piecewise_linear = false;  ///< its fraction is called inactive, not saturated
  std::vector<LayerPoint> points;
  std::vector<SignalPoint> signal;
  std::vector<HistogramPoint> histograms;
  std::vector<UnitEventPoint> events;
  std::vector<UnitScanPoint> scans;           ///< of the whole training set
  std::optional<UnitScanPoint> partial_scan;  ///< the latest that was cut short
  std::vector<JacobianPoint> jacobian;
};

/// `film.jsonl`: what the net answers over a plane or a line.
struct Film {
  bool plane = false;
  Index columns = 0, rows = 1;
  double x_low = 0, x_high = 0, y_low = 0, y_high = 0;
  std::string x_name, y_name;
  std::string target;                       ///< "classes", "binary" or "numbers"
  std::vector<std::string> classes;         ///< names by class number
  std::vector<std::vector<double>> points;  ///< [x, y, target] or [x, target]
  struct Frame {
    std::uint64_t step = 0;
    std::uint64_t epoch = 0;
    std::vector<double> values;
  };
  std::vector<Frame> frames;
};

/// Where the first number that is not finite came from (`summary.json`).
struct FirstNonfinite {
  std::uint64_t step = 0;
  std::string node, direction, operation, layer_name, value;
  std::optional<Index> layer, unit, sample;
  double largest_before = 0;
};

/// `summary.json`, as far as it is shown.
struct RunSummary {
  std::string status;
  std::uint64_t epochs = 0, steps = 0;
  double seconds = 0, samples_per_second = 0;
  Index parameters = 0;
  Index train_samples = 0, validation_samples = 0;  ///< 0 where it is not known
  std::optional<std::uint64_t> best_epoch;
  std::vector<std::string> findings;
  std::optional<FirstNonfinite> first_nonfinite;
  /// All else by name, as text: version, compiler, instruction_set, gemm, hashes, memory.
  std::vector<std::pair<std::string, std::string>> environment;
};

/// Everything that a run directory says.
struct RunLog {
  std::filesystem::path directory;
  std::string name;         ///< of the run, any text
  std::string config_text;  ///< `config.json` as it stands
  Config config;
  Index inputs = 0, outputs = 0;      ///< of the net; 0 where it is not known
  std::optional<RunSummary> summary;  ///< absent while the run goes on, and where it was killed
  bool running = false;               ///< a program is training it just now
  std::vector<StepPoint> steps;
  std::vector<MetricsPoint> metrics;
  std::vector<LayerLog> layers;
  std::vector<JacobianPoint> jacobian;  ///< of the whole net
  std::optional<Film> film;
};

/// Reads a run directory. Throws `InputError` where it is none, or naming file and line where a
/// file is damaged. Files that the run did not write, such as `histograms.jsonl`, leave their
/// series empty.
RunLog read_run_log(const std::filesystem::path& directory);

}  // namespace clino
