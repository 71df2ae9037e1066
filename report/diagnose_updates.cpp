#include <cmath>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// An update as large as the weights: what they had learned is gone.
constexpr double kReplaced = 1;
/// A hundred times the 1e-3 that is usual for a net that learns. The first steps of a healthy run
/// reach 0.1 to 0.2, so half of all records have to.
constexpr double kLarge = 0.1;
/// Weights that even by all updates in one direction change by less than this keep, in effect,
/// their first values. (Very wide nets learn by moving less: this is asked only where nothing is
/// learned.)
constexpr double kFarFromFirst = 0.1;
/// Updates that undo more than half of the one before: cos 120 degrees.
constexpr double kBackwards = -0.5;

/// Of weights that are not zero: those start with an infinite ratio.
bool has_ratio(const LayerPoint& point) {
  return std::isfinite(point.update_ratio) && point.weight_norm > 0;
}

/// Matrices that did not start at zero, where the first updates are all there is. A single slope,
/// as PReLU has, may pass zero.
std::vector<const LayerLog*> matrices(const Evidence& evidence) {
  std::vector<const LayerLog*> layers = evidence.dense;
  std::erase_if(layers, [](const LayerLog* layer) {
    return !layer->learned || layer->points.front().weight_norm == 0;
  });
  return layers;
}

struct Update {
  const LayerLog* layer = nullptr;
  std::uint64_t step = 0;
  double ratio = 0;
};

/// The largest, and the largest of the first step that has one which replaces the weights.
struct Extremes {
  Update largest, first;
};

Extremes extremes_of(const Evidence& evidence) {
  Extremes found;
  const auto take = [](Update& best, const Update& update, bool earlier) {
    if (best.layer == nullptr || earlier || update.ratio > best.ratio) best = update;
  };
  for (const LayerLog* layer : matrices(evidence)) {
    for (const LayerPoint& point : layer->points) {
      if (!has_ratio(point)) continue;
      const Update update{layer, point.step, point.update_ratio};
      take(found.largest, update, false);
      const bool later = found.first.layer != nullptr && update.step > found.first.step;
      if (update.ratio >= kReplaced && !later) {
        take(found.first, update, update.step < found.first.step);
      }
    }
  }
  return found;
}

/// In effect at that step; the config's where it was not logged.
double learning_rate_at(const RunLog& log, std::uint64_t step) {
  for (const StepPoint& point : log.steps) {
    if (point.step == step) return point.learning_rate;
  }
  return log.config.optimizer.learning_rate;
}

std::string rate_words(const RunLog& log, std::uint64_t step) {
  return "the learning rate is " + figure(learning_rate_at(log, step));
}

std::vector<double> ratios_of(const LayerLog& layer) {
  std::vector<double> ratios;
  for (const LayerPoint& point : layer.points) {
    if (has_ratio(point)) ratios.push_back(point.update_ratio);
  }
  return ratios;
}

void find_steadily_large(const Evidence& evidence, Findings& found) {
  Update most;
  for (const LayerLog* layer : matrices(evidence)) {
    if (layer->points.size() < kFewRecords) continue;
    const double ratio = median(ratios_of(*layer));
    if (ratio > most.ratio) most = {layer, layer->points.back().step, ratio};
  }
  if (most.ratio < kLarge) return;
  found.push_back({.severity = evidence.severity(),
                   .text = "The updates are large: half of those of " + layer_words(*most.layer) +
                           " changed its weights by " + share_text(most.ratio) +
                           " or more; 0.1 % is usual, " + rate_words(evidence.log, most.step),
                   .layer = most.layer->layer});
}

}  // namespace

void find_large_updates(const Evidence& evidence, Findings& found) {
  const auto [largest, first] = extremes_of(evidence);
  if (largest.ratio < kReplaced) return find_steadily_large(evidence, found);
  std::string text = "Updates were larger than the weights: " + figure(first.ratio) +
                     " times |W| at " + layer_words(*first.layer) + " in " + step_words(first.step);
  if (largest.ratio > first.ratio) {
    text += ", " + figure(largest.ratio) + " times at " + layer_words(*largest.layer) + " in " +
            step_words(largest.step);
  }
  text += "; 0.001 is usual, " + rate_words(evidence.log, first.step);
  found.push_back({.severity = std::max(evidence.severity(), Diagnosis::Severity::warning),
                   .text = text,
                   .layer = first.layer->layer});
}

void find_small_updates(const Evidence& evidence, Findings& found) {
  if (evidence.learning != Learning::none || evidence.failed) return;
  Update largest;
  double farthest = 0;
  bool any = false;
  for (const LayerLog& layer : evidence.log.layers) {
    if (!layer.learned) continue;
    double sum = 0;
    const std::vector<double> ratios = ratios_of(layer);
    for (const double ratio : ratios) {
      sum += ratio;
      if (ratio >= largest.ratio) largest = {&layer, 0, ratio};
    }
    if (ratios.empty()) continue;
    any = true;
    farthest = std::max(
        farthest, sum / static_cast<double>(ratios.size()) * static_cast<double>(evidence.steps));
  }
  if (!any || farthest >= kFarFromFirst) return;
  const DType dtype = evidence.log.config.dtype;
  std::string text = "The weights hardly move: ";
  if (largest.ratio < rounding(dtype)) {
    text += std::string("every update is below the rounding of ") + dtype_text(dtype) + " (" +
            figure(rounding(dtype)) + " of |W|)";
  } else {
    text += "no update is larger than " + figure(largest.ratio) + " of |W| (" +
            layer_words(*largest.layer) + "), and all " + count_text(evidence.steps) +
            " in one direction would change no layer by more than " + share_text(farthest);
  }
  text += "; the learning rate is " + figure(evidence.log.config.optimizer.learning_rate);
  found.push_back({.severity = Diagnosis::Severity::severe, .text = text});
}

void find_zigzag_steps(const Evidence& evidence, Findings& found) {
  std::vector<double> cosines;
  for (const StepPoint& point : evidence.log.steps) {
    if (point.update_cosine) cosines.push_back(*point.update_cosine);
  }
  const double middle = median(cosines);
  if (cosines.size() < kFewRecords || !(middle <= kBackwards)) return;
  const bool well = evidence.learning == Learning::well;
  found.push_back({.severity = well ? Diagnosis::Severity::note : Diagnosis::Severity::warning,
                   .text = "Each update undoes much of the one before: their cosine is " +
                           figure(middle) + " in the median of " +
                           counted(cosines.size(), "logged step") +
                           ", as where a learning rate is too large for a narrow valley"});
}

}  // namespace clino::report
