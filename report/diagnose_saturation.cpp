#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// More of a layer's slopes are flat than not.
constexpr double kSaturated = 0.5;
/// A ReLU unit is off on half of its inputs by its work; healthy runs reach 0.8.
constexpr double kInactive = 0.9;
/// Units that are dead, on the training set or where nobody looked on a batch, are told of
/// elsewhere.
constexpr double kToldAsDead = 0.5;

bool is_told_as_dead(const LayerLog& layer) {
  if (layer.scans.empty()) return layer.points.back().dead_fraction >= kToldAsDead;
  const UnitScanPoint& scan = layer.scans.back();
  return static_cast<double>(scan.dead) >= kToldAsDead * static_cast<double>(scan.units);
}

struct Flat {
  const LayerLog* layer = nullptr;
  std::uint64_t since = 0;
  double share = 0;  ///< at the last record
};

std::vector<Flat> flat_layers(const Evidence& evidence, bool piecewise, double threshold) {
  std::vector<Flat> flat;
  for (const LayerLog& layer : evidence.log.layers) {
    if (!layer.elementwise || layer.piecewise_linear != piecewise) continue;
    const LayerPoint* since = lasting(layer.points, [&](const LayerPoint& point) {
      return point.below_threshold_fraction >= threshold;
    });
    if (since == nullptr) continue;
    flat.push_back({&layer, since->step, layer.points.back().below_threshold_fraction});
  }
  return flat;
}

const Flat& worst_of(const std::vector<Flat>& flat) {
  return *std::ranges::max_element(flat, {}, &Flat::share);
}

std::string subject(const std::vector<Flat>& flat, const char* what) {
  std::vector<const LayerLog*> layers;
  layers.reserve(flat.size());
  for (const Flat& one : flat) layers.push_back(one.layer);
  std::string text = sentence(layers_words(layers)) + (flat.size() == 1 ? " is " : " are ") + what;
  if (flat.size() > 1) text += ", most of all " + layer_words(*worst_of(flat).layer);
  return text + ": ";
}

}  // namespace

void find_saturation(const Evidence& evidence, Findings& found) {
  const std::vector<Flat> flat = flat_layers(evidence, false, kSaturated);
  if (flat.empty()) return;
  const Flat& worst = worst_of(flat);
  const bool from_start = worst.since == worst.layer->points.front().step;
  std::string text = subject(flat, "saturated") + "on " + share_text(worst.share) +
                     " of the outputs the slope is below " +
                     figure(evidence.log.config.log.saturation_threshold) + " of its largest";
  text += from_start ? ", from the start: the first weights or the inputs are too large"
                     : ", since " + step_words(worst.since);
  Diagnosis::Severity severity = evidence.severity();
  if (severity == Diagnosis::Severity::note && from_start) severity = Diagnosis::Severity::warning;
  // A net that is sure of its answers saturates by its success.
  if (severity == Diagnosis::Severity::note) {
    text += "; the loss fell to " + figure(evidence.levels.end) + " all the same";
  }
  found.push_back(
      {.severity = severity, .text = text, .layer = worst.layer->layer, .since_step = worst.since});
}

void find_inactivity(const Evidence& evidence, Findings& found) {
  std::vector<Flat> flat = flat_layers(evidence, true, kInactive);
  std::erase_if(flat, [](const Flat& one) { return is_told_as_dead(*one.layer); });
  if (flat.empty()) return;
  const Flat& worst = worst_of(flat);
  found.push_back({.severity = evidence.severity(),
                   .text = subject(flat, "hardly active") + share_text(worst.share) +
                           " of the outputs lie on the flat piece since " + step_words(worst.since),
                   .layer = worst.layer->layer,
                   .since_step = worst.since});
}

}  // namespace clino::report
