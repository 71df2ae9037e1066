#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"
#include "report/profile.hpp"

namespace clino::report {

namespace {

/// Root mean square of the last hidden dense layer over that of the first. Healthy runs lie between
/// 1/3 and 10.
constexpr double kFaded = 1e-3, kGrown = 1e3;
/// An angle of 2.6 degrees between the outputs of two samples, in the mean over all pairs. A
/// healthy deep ReLU net begins with .95 to .99.
constexpr double kAlike = 0.999;

double rms_of(const LayerPoint& point) { return std::hypot(point.output_mean, point.output_std); }

bool fades_or_grows(const Profile& profile) {
  return profile.ratio() < kFaded || profile.ratio() > kGrown;
}

/// All but the output layer, whose size the loss decides.
std::vector<const LayerLog*> hidden(const Evidence& evidence) {
  std::vector<const LayerLog*> layers = evidence.dense;
  if (!layers.empty()) layers.pop_back();
  return layers;
}

struct Alike {
  std::vector<const LayerLog*> layers;
  double rank = INFINITY;  ///< the lowest
  std::uint64_t step = 0;
};

Alike alike_layers(const Evidence& evidence) {
  Alike alike;
  const Index output = evidence.dense.empty() ? -1 : evidence.dense.back()->layer;
  for (const LayerLog& layer : evidence.log.layers) {
    // Before an activation one large bias makes all samples alike, and one unit has no directions.
    if (layer.signal.empty() || !layer.elementwise || layer.layer >= output) continue;
    if (width_at(evidence, layer) == 1) continue;
    const SignalPoint& last = layer.signal.back();
    if (!(last.cosine_similarity >= kAlike)) continue;
    alike.layers.push_back(&layer);
    alike.rank = std::fmin(alike.rank, last.effective_rank);
    alike.step = last.step;
  }
  return alike;
}

}  // namespace

void find_fading_outputs(const Evidence& evidence, Findings& found) {
  const std::vector<const LayerLog*> layers = hidden(evidence);
  const Profiles all = profiles(layers, rms_of);
  if (!all.start) return;
  const bool lasts = all.last_hold(fades_or_grows);
  // What a net that learns has overcome is no news.
  if (!lasts && (!fades_or_grows(*all.start) || evidence.learning == Learning::well)) return;
  const Profile& told = fades_or_grows(*all.start) ? *all.start : all.last.front();
  std::string text = std::string("The outputs ") + (told.ratio() < 1 ? "fade" : "explode") +
                     " on their way up, by a factor of " + figure(told.factor) +
                     " a dense layer: their root mean square is " + figure(told.first) + " at " +
                     layer_words(*layers.front()) + " and " + figure(told.last) + " at " +
                     layer_words(*layers.back()) + " (" + step_words(told.step);
  if (!all.last.empty() && all.last.front().record != told.record) {
    text += "; at " + step_words(all.last.front().step) + " the factor is " +
            figure(all.last.front().factor);
  }
  found.push_back({.severity = lasts ? evidence.severity()
                                     : std::min(evidence.severity(), Diagnosis::Severity::warning),
                   .text = text + ")",
                   .layer = layers.back()->layer});
  if (lasts) found.back().since_step = told.step;
}

void find_alike_samples(const Evidence& evidence, Findings& found) {
  const Alike alike = alike_layers(evidence);
  if (alike.layers.empty()) return;
  found.push_back({.severity = evidence.severity(),
                   .text = "All samples look alike to " + layers_words(alike.layers) +
                           ": the cosine between the outputs of two samples is above " +
                           figure(kAlike) + " in the mean, their effective rank as low as " +
                           figure(alike.rank) + " (" + step_words(alike.step) + ")",
                   .layer = alike.layers.front()->layer});
}

}  // namespace clino::report
