#include <cmath>
#include <numeric>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// Of the gradients of single samples by the rows of a weight. Inputs of random sign give 2^(1-n)
/// for n of them (LeCun et al. 1998).
constexpr double kOneSign = 0.95;
/// Of a layer's weights beyond the range of its histograms, which reaches at least four times as
/// far as the first root mean square. Healthy runs reach a quarter.
constexpr double kBeyond = 0.5;
/// Steps that are clipped, and what is left of the gradient where clipping sets the pace.
constexpr double kMostSteps = 0.5, kLittle = 0.1;

/// How many numbers each unit of a dense layer is fed; 0 where it is not known.
Index inputs_of(const Evidence& evidence, std::size_t dense) {
  return dense == 0 ? evidence.log.inputs : width_at(evidence, *evidence.dense[dense - 1]);
}

double share_beyond(const HistogramPoint& point) {
  const auto inside = std::accumulate(point.bins.begin(), point.bins.end(), std::uint64_t{0});
  const auto beyond = static_cast<double>(point.underflow + point.overflow);
  return beyond / std::max(1.0, static_cast<double>(inside + point.nonfinite) + beyond);
}

const HistogramPoint* last_weights(const LayerLog& layer) {
  for (std::size_t i = layer.histograms.size(); i-- > 0;) {
    const HistogramPoint& point = layer.histograms[i];
    if (point.quantity == "weight" && !point.log10) return &point;
  }
  return nullptr;
}

}  // namespace

void find_one_sided_gradients(const Evidence& evidence, Findings& found) {
  // True of every ReLU and sigmoid net: worth a word where something is slow.
  if (evidence.learning != Learning::none && evidence.learning != Learning::partly) return;
  std::vector<const LayerLog*> layers;
  double least = 1;
  for (std::size_t i = 0; i < evidence.dense.size(); ++i) {
    const double share = evidence.dense[i]->points.back().same_sign_fraction;
    if (!(share >= kOneSign) || inputs_of(evidence, i) == 1) continue;
    layers.push_back(evidence.dense[i]);
    least = std::min(least, share);
  }
  if (layers.empty()) return;
  found.push_back(
      {.severity = Diagnosis::Severity::note,
       .text = "The weights of " + layers_words(layers) +
               " have to zig-zag: what comes in is not zero-centred, and " + share_text(least) +
               (least < 1 ? " or more" : "") +
               " of the single samples' gradients push all weights of a unit the same way",
       .layer = layers.front()->layer});
}

void find_grown_weights(const Evidence& evidence, Findings& found) {
  std::vector<const LayerLog*> layers;
  const LayerLog* worst = nullptr;
  double most = 0;
  for (const LayerLog& layer : evidence.log.layers) {
    const HistogramPoint* last = last_weights(layer);
    if (last == nullptr || share_beyond(*last) < kBeyond) continue;
    layers.push_back(&layer);
    if (share_beyond(*last) <= most) continue;
    most = share_beyond(*last);
    worst = &layer;
  }
  if (worst == nullptr) return;
  const HistogramPoint& last = *last_weights(*worst);
  found.push_back(
      {.severity = Diagnosis::Severity::note,
       .text = "The weights of " + layers_words(layers) +
               " have outgrown where they began: " + share_text(most) +
               (layers.size() > 1 ? " of those of " + layer_words(*worst) : " of them") +
               " lie beyond ±" + figure(last.high) +
               ", four times their first root mean square or more (" + step_words(last.step) + ")",
       .layer = worst->layer});
}

void find_clipping(const Evidence& evidence, Findings& found) {
  const TrainingConfig& training = evidence.log.config.training;
  if (!training.clip_norm && !training.clip_value) return;
  std::vector<double> scales;
  std::size_t clipped = 0, counted_steps = 0;
  for (const StepPoint& point : evidence.log.steps) {
    if (!std::isfinite(point.grad_norm) || !(point.grad_norm > 0)) continue;
    ++counted_steps;
    // Norms are sums of many numbers: their last digits may differ where nothing was clipped.
    const double scale = point.clipped_grad_norm / point.grad_norm;
    if (!(scale < 1 - 1e-6)) continue;
    ++clipped;
    scales.push_back(scale);
  }
  const double share =
      static_cast<double>(clipped) / static_cast<double>(std::max<std::size_t>(counted_steps, 1));
  if (counted_steps < kFewRecords || share < kMostSteps) return;
  // The other methods divide by the gradient's size, whatever the clipping made of it.
  const bool slows =
      evidence.learning == Learning::none && evidence.log.config.optimizer.method.type == "sgd";
  using enum Diagnosis::Severity;
  found.push_back({.severity = !slows                     ? note
                               : median(scales) < kLittle ? severe
                                                          : warning,
                   .text = "Clipping acts in " + share_text(share) +
                           " of the logged steps and leaves " + share_text(median(scales)) +
                           " of the gradient in the median"});
}

}  // namespace clino::report
