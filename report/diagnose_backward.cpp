#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"
#include "report/profile.hpp"

namespace clino::report {

namespace {

/// |d| of the first dense layer over that of the last. Healthy runs lie between .06 (three hidden
/// layers of sigmoid) and 25 (the end of a training).
constexpr double kVanishes = 1e-3, kExplodes = 100;
/// The weight gradients of a layer differ by less than this from those of any other: they look
/// flat.
constexpr double kFlat = 30;

double delta_of(const LayerPoint& point) { return point.delta_norm; }

/// Seen from the output.
double growth(const Profile& profile) { return 1 / profile.ratio(); }
double factor_back(const Profile& profile) { return 1 / profile.factor; }

bool vanishes_or_explodes(const Profile& profile) {
  return growth(profile) < kVanishes || growth(profile) > kExplodes;
}

bool has_no_signal(const LayerPoint& point) { return point.delta_norm == 0; }

/// Without those at the lower end that no signal reaches at all.
std::vector<const LayerLog*> reached(const Evidence& evidence) {
  std::vector<const LayerLog*> layers = evidence.dense;
  std::erase_if(layers, [](const LayerLog* layer) {
    return lasting(layer->points, has_no_signal) != nullptr;
  });
  return layers;
}

double median_update(const LayerLog& layer) {
  std::vector<double> ratios;
  for (const LayerPoint& point : layer.points) ratios.push_back(point.update_ratio);
  return median(ratios);
}

/// From the first layer on, those whose updates are lost in the rounding of the weights.
std::vector<const LayerLog*> unmoved(const Evidence& evidence) {
  std::vector<const LayerLog*> layers;
  for (const LayerLog* layer : evidence.dense) {
    if (!(median_update(*layer) < rounding(evidence.log.config.dtype))) break;
    layers.push_back(layer);
  }
  return layers;
}

std::string unmoved_words(const Evidence& evidence, const std::vector<const LayerLog*>& layers) {
  if (layers.empty()) return "";
  return "; " + layers_words(layers) + (layers.size() == 1 ? " does" : " do") +
         " not move, most updates are below the rounding of " +
         dtype_text(evidence.log.config.dtype) + " (" +
         figure(rounding(evidence.log.config.dtype)) + " of |W|)";
}

/// What has become of it at the last record.
std::string later_words(const Profile& told, const Profiles& all, bool lasts) {
  if (all.last.empty() || all.last.front().record == told.record) return "";
  const Profile& end = all.last.front();
  return "; at " + step_words(end.step) +
         (lasts ? " the factor is " : " it is better, with a factor of ") +
         figure(factor_back(end));
}

/// Weight gradients are a product: small outputs and fading signals may hide each other.
void find_hidden(const Evidence& evidence, const Profile& told, Findings& found) {
  double low = INFINITY, high = 0;
  for (const LayerLog* layer : evidence.dense) {
    const double norm = layer->points[told.record].weight_grad_norm;
    low = std::fmin(low, norm);
    high = std::fmax(high, norm);
  }
  if (!(low > 0) || !(high / low < kFlat)) return;
  found.push_back({.severity = Diagnosis::Severity::note,
                   .text = "The weight gradients hide that the signal vanishes: |dL/dW| of all "
                           "dense layers lies between " +
                           figure(low) + " and " + figure(high) + " (" + step_words(told.step) +
                           "), because the outputs shrink on the way up as the signal does on the "
                           "way back",
                   .layer = evidence.dense.front()->layer});
}

}  // namespace

void find_fading_signal(const Evidence& evidence, Findings& found) {
  const std::vector<const LayerLog*> layers = reached(evidence);
  const Profiles all = profiles(layers, delta_of);
  const bool lasts = all.last_hold(vanishes_or_explodes);
  if (!all.start || !(lasts || vanishes_or_explodes(*all.start))) return;
  const Profile& told = vanishes_or_explodes(*all.start) ? *all.start : all.last.front();
  const bool vanishes = growth(told) < kVanishes;
  std::string text =
      vanishes ? "The signal vanishes on its way back" : "The signal explodes on its way back";
  text += ", by a factor of " + figure(factor_back(told)) + " a dense layer: |d| is " +
          figure(told.last) + " at " + layer_words(*layers.back()) + " and " + figure(told.first) +
          " at " + layer_words(*layers.front()) + " (" + step_words(told.step) +
          later_words(told, all, lasts) + ")";
  Diagnosis finding{.severity = evidence.severity(), .text = {}, .layer = layers.front()->layer};
  if (vanishes) {
    const std::vector<const LayerLog*> lost = unmoved(evidence);
    text += unmoved_words(evidence, lost);
    // Whatever the rest of the net does, this part of it does not learn.
    if (!lost.empty() && evidence.learning != Learning::well) {
      finding.severity = Diagnosis::Severity::severe;
      finding.layer = lost.back()->layer;
    }
  }
  finding.text = text;
  if (lasts) finding.since_step = told.step;
  found.push_back(finding);
  if (vanishes) find_hidden(evidence, told, found);
}

void find_lost_signal(const Evidence& evidence, Findings& found) {
  // A net that is right on all of a batch, to the last bit, has no gradient either.
  if (evidence.learning == Learning::well) return;
  std::vector<const LayerLog*> layers;
  std::uint64_t since = 0;
  for (const LayerLog* layer : evidence.dense) {
    const LayerPoint* zero = lasting(layer->points, has_no_signal);
    if (zero == nullptr) continue;
    layers.push_back(layer);
    since = std::max(since, zero->step);
  }
  if (layers.empty()) return;
  found.push_back(
      {.severity = Diagnosis::Severity::severe,
       .text = "No signal comes back to " + layers_words(layers) + ": |d| is exactly 0 " +
               (since == layers.front()->points.front().step ? "from the start"
                                                             : "since " + step_words(since)) +
               ", so nothing can be learned there",
       .layer = layers.back()->layer,
       .since_step = since});
}

}  // namespace clino::report
