#include "report/evidence.hpp"

#include <cmath>

namespace clino::report {

namespace {

/// Before that many steps nothing is said about learning: a deep net often needs as many to begin.
constexpr std::uint64_t kEnoughSteps = 100;
/// A loss this near to where it started has not moved: batches and epochs scatter by some percent.
constexpr double kHardlyFallen = 0.95;
constexpr double kFallen = 0.25;

Index classes_of(const RunLog& log) {
  if (log.config.loss.type == "binary_cross_entropy") return 2;
  return log.config.loss.type == "softmax_cross_entropy" && log.outputs > 1 ? log.outputs : 0;
}

/// The entropy of smoothed labels: 1 - s + s/K for the class, s/K for all others.
double lowest_loss(const RunLog& log, Index classes) {
  const Choice& loss = log.config.loss;
  if (classes < 2 || !loss.has("label_smoothing")) return 0;
  const auto k = static_cast<double>(classes);
  const double other = loss.get<double>("label_smoothing") / k, own = 1 - (k - 1) * other;
  const auto part = [](double p) { return p > 0 ? -p * std::log(p) : 0.0; };
  return part(own) + (k - 1) * part(other);
}

/// The first losses of a run: a single batch may lie far below the mean.
double largest_first(const RunLog& log) {
  double largest = log.steps.empty() ? -1 : log.steps.front().loss;
  for (const MetricsPoint& point : log.metrics) {
    if (point.epoch == log.metrics.front().epoch) largest = std::max(largest, point.loss);
  }
  return largest > 0 ? largest : std::numeric_limits<double>::quiet_NaN();
}

double last_loss(const RunLog& log) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = log.metrics.size(); i-- > 0 && count < kLastEpochs;) {
    if (log.metrics[i].split != "train") continue;
    sum += log.metrics[i].loss;
    ++count;
  }
  if (count == 0) {
    const std::size_t last = (log.steps.size() + 9) / 10;
    for (; count < last; ++count) sum += log.steps[log.steps.size() - 1 - count].loss;
  }
  return sum / static_cast<double>(count);
}

LossLevels levels_of(const RunLog& log) {
  LossLevels levels;
  const Index classes = classes_of(log);
  levels.start = classes > 1 ? std::log(static_cast<double>(classes)) : largest_first(log);
  if (classes > 1) levels.classes = classes;
  levels.floor = lowest_loss(log, classes);
  levels.end = last_loss(log);
  return levels;
}

std::uint64_t steps_of(const RunLog& log) {
  std::uint64_t steps = log.steps.empty() ? 0 : log.steps.back().step + 1;
  if (!log.metrics.empty()) steps = std::max(steps, log.metrics.back().step);
  return steps;
}

Learning judge(const Evidence& evidence) {
  if (evidence.failed) return Learning::none;
  const LossLevels& levels = evidence.levels;
  if (evidence.steps < kEnoughSteps || !(levels.start > levels.floor)) return Learning::unknown;
  const double left = (levels.end - levels.floor) / (levels.start - levels.floor);
  if (std::isnan(left)) return Learning::unknown;
  if (left >= kHardlyFallen) return Learning::none;
  return left <= kFallen ? Learning::well : Learning::partly;
}

void gather_widths(const std::vector<LayerSpec>& layers, std::vector<Index>& widths) {
  for (const LayerSpec& layer : layers) {
    if (layer.choice.type == "dense" && layer.choice.has("units")) {
      widths.push_back(static_cast<Index>(layer.choice.get<std::int64_t>("units")));
    }
    gather_widths(layer.layers, widths);
  }
}

}  // namespace

Evidence::Evidence(const RunLog& run) : log(run) {
  levels = levels_of(log);
  failed = log.summary && log.summary->status == "failed";
  steps = steps_of(log);
  learning = judge(*this);
  for (const LayerLog& layer : log.layers) {
    if (layer.type == "dense" && !layer.points.empty()) dense.push_back(&layer);
  }
  gather_widths(log.config.model.layers, widths);
  widths.push_back(log.outputs);
}

Diagnosis::Severity Evidence::severity() const {
  if (learning == Learning::none) return Diagnosis::Severity::severe;
  return learning == Learning::well ? Diagnosis::Severity::note : Diagnosis::Severity::warning;
}

double rounding(DType dtype) { return dtype == DType::float32 ? 0x1p-24 : 0x1p-53; }

const char* dtype_text(DType dtype) { return dtype == DType::float32 ? "float32" : "float64"; }

Index width_at(const Evidence& evidence, const LayerLog& layer) {
  std::size_t before = 0;
  for (const LayerLog* dense : evidence.dense) before += dense->layer <= layer.layer ? 1 : 0;
  if (before == 0) return evidence.log.inputs;
  return before <= evidence.widths.size() ? evidence.widths[before - 1] : 0;
}

double median(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace clino::report
