#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// A batch is a sample: a share of its dead units is on for others. Over this many records the
/// smallest share is what may be dead for good.
constexpr std::size_t kBatches = 10;
/// In a deep ReLU net at its start batches of 32 show up to a third.
constexpr double kNoticed = 0.4, kManyBatches = 0.6;

/// The smallest share over the last records; NaN where there are too few.
double least_share(const LayerLog& layer) {
  if (layer.points.size() < kBatches) return LayerPoint::kNone;
  double least = 1;
  for (auto point = layer.points.end() - kBatches; point != layer.points.end(); ++point) {
    if (!std::isfinite(point->dead_fraction)) return LayerPoint::kNone;
    least = std::min(least, point->dead_fraction);
  }
  return least;
}

}  // namespace

void find_dead_in_batches(const Evidence& evidence, Findings& found) {
  std::vector<const LayerLog*> layers;
  const LayerLog* worst = nullptr;
  double most = 0;
  for (const LayerLog& layer : evidence.log.layers) {
    // Scans know better.
    if (!layer.elementwise || !layer.scans.empty()) continue;
    const double share = least_share(layer);
    if (!(share >= kNoticed)) continue;
    layers.push_back(&layer);
    if (share > most) {
      most = share;
      worst = &layer;
    }
  }
  if (worst == nullptr) return;
  using enum Diagnosis::Severity;
  std::string text = share_text(most) + " or more of the units of " + layers_words(layers) +
                     " pass no gradient in any of the last " + std::to_string(kBatches) +
                     " logged batches";
  if (layers.size() > 1) {
    text = "Units of " + layers_words(layers) + " pass no gradient in any of the last " +
           std::to_string(kBatches) + " logged batches, most of all " + layer_words(*worst) +
           " with " + share_text(most) + " or more";
  }
  text += "; other samples may wake them (units were not scanned)";
  const auto severity = most >= 1 ? severe : most >= kManyBatches ? warning : note;
  found.push_back({.severity = std::min(severity, std::max(evidence.severity(), warning)),
                   .text = text,
                   .layer = worst->layer});
}

}  // namespace clino::report
