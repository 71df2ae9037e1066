#include <cmath>
#include <map>

#include "report/diagnosis_rules.hpp"
#include "report/diagnosis_text.hpp"
#include "report/life_lines.hpp"
#include "report/number_text.hpp"

namespace clino::report {

namespace {

/// A layer that has lost half of its units works as one of half the width. Fewer dead units are met
/// in most ReLU nets that learn well.
constexpr double kManyUnits = 0.5;
constexpr std::size_t kNamedUnits = 5;

/// A layer with dead units at its last scan.
struct DeadUnits {
  const LayerLog* layer = nullptr;
  UnitScanPoint scan;
  std::map<Index, const UnitEventPoint*> units;  ///< with the event that told of their death
  std::size_t revived = 0;                       ///< events

  double share() const {
    return static_cast<double>(scan.dead) / static_cast<double>(std::max<Index>(scan.units, 1));
  }
  bool all() const { return scan.dead == scan.units; }
};

DeadUnits dead_units_of(const LayerLog& layer) {
  DeadUnits dead{.layer = &layer, .scan = {}, .units = {}};
  if (!layer.scans.empty()) dead.scan = layer.scans.back();
  for (const UnitEventPoint& event : layer.events) {
    if (event.event == "revived") {
      dead.revived += dead.units.erase(event.unit);
    } else {
      dead.units[event.unit] = &event;
    }
  }
  return dead;
}

/// `units 4, 5 and 13`; "" where all are dead, or the events do not say which.
std::string names_of(const DeadUnits& dead) {
  if (dead.all() || dead.units.empty()) return "";
  std::vector<std::string> names;
  for (const auto& [unit, event] : dead.units) {
    if (names.size() == kNamedUnits && dead.units.size() > kNamedUnits + 1) {
      names.push_back(count_text(dead.units.size() - kNamedUnits) + " more");
      break;
    }
    names.push_back(std::to_string(unit));
  }
  return (names.size() == 1 ? "unit " : "units ") + listed(names);
}

std::uint64_t dead_since(const UnitEventPoint& event) {
  return event.event == "born_dead" ? 0 : event.first_inactive_step.value_or(event.step);
}

/// When the first and the last of them died.
std::pair<std::uint64_t, std::uint64_t> deaths_of(const DeadUnits& dead) {
  std::uint64_t first = ~std::uint64_t{0}, last = 0;
  for (const auto& [unit, event] : dead.units) {
    first = std::min(first, dead_since(*event));
    last = std::max(last, dead_since(*event));
  }
  return {first, last};
}

std::string since_words(const DeadUnits& dead) {
  if (dead.units.empty()) return "";
  const auto [first, last] = deaths_of(dead);
  if (last == 0) return ", from the start";
  if (first == last) return ", since " + step_words(last);
  return ", since steps " + count_text(first) + " to " + count_text(last);
}

/// `; the bias drifted (2 units, median -1,000)`, the most frequent cause first.
std::string causes_of(const DeadUnits& dead) {
  std::map<std::string, std::vector<double>> changes;
  for (const auto& [unit, event] : dead.units) {
    if (event->cause.empty()) continue;
    changes[event->cause].push_back(cause_change(*event).value_or(LayerPoint::kNone));
  }
  std::vector<std::pair<std::size_t, std::string>> causes;
  for (const auto& [cause, values] : changes) {
    std::string words = cause_words(cause) + " (" + counted(values.size(), "unit");
    const double middle = median(values);
    if (std::isfinite(middle)) {
      words += values.size() > 1 ? ", median " : ", ";
      words += (cause == "learning_rate_spike" ? "×" : "") + figure(middle);
    }
    causes.emplace_back(values.size(), words + ")");
  }
  std::ranges::stable_sort(causes, std::ranges::greater{},
                           [](const auto& one) { return one.first; });
  std::vector<std::string> words;
  words.reserve(causes.size());
  for (const auto& [count, text] : causes) words.push_back(text);
  return words.empty() ? "" : "; " + listed(words);
}

std::string part(Index dead, Index units) {
  return dead == units ? "all " + std::to_string(units)
                       : std::to_string(dead) + " of " + std::to_string(units);
}

/// A branch that has died leaves the sum that it is added to.
bool in_block(const LayerLog& layer) { return layer.name.find('.') != std::string::npos; }

Diagnosis::Severity severity_of(const Evidence& evidence, const DeadUnits& dead) {
  using enum Diagnosis::Severity;
  if (dead.all()) return in_block(*dead.layer) ? warning : severe;
  return dead.share() < kManyUnits ? note : std::min(evidence.severity(), warning);
}

/// All layers with dead units in one sentence, with the details of the worst.
Diagnosis told(const Evidence& evidence, const std::vector<DeadUnits>& layers,
               std::size_t revived) {
  const DeadUnits& worst = *std::ranges::max_element(layers, {}, &DeadUnits::share);
  std::vector<const LayerLog*> logs;
  Index dead = 0, units = 0;
  for (const DeadUnits& one : layers) {
    logs.push_back(one.layer);
    dead += one.scan.dead;
    units += one.scan.units;
  }
  std::string text = sentence(part(dead, units)) + " units of " + layers_words(logs) +
                     (dead == 1 ? " is" : " are") + " dead, " +
                     (worst.layer->piecewise_linear ? "off" : "saturated") +
                     " on every training sample";
  const std::string names = names_of(worst);
  if (layers.size() > 1 && dead < units) {
    text += ", most of all " + layer_words(*worst.layer) + " with " +
            part(worst.scan.dead, worst.scan.units) + (names.empty() ? "" : " (" + names + ")");
  } else if (!names.empty()) {
    text += ": " + names;
  }
  text += since_words(worst) + causes_of(worst);
  if (worst.all()) {
    text += in_block(*worst.layer) ? "; that branch does nothing" : "; no gradient passes there";
  }
  if (revived > 0) text += "; " + counted(revived, "other death") + " did not last";
  Diagnosis finding{
      .severity = severity_of(evidence, worst), .text = text, .layer = worst.layer->layer};
  if (!worst.units.empty()) finding.since_step = deaths_of(worst).second;
  return finding;
}

}  // namespace

void find_dead_units(const Evidence& evidence, Findings& found) {
  std::vector<DeadUnits> layers;
  std::vector<const LayerLog*> risen;
  std::size_t revived = 0;
  for (const LayerLog& layer : evidence.log.layers) {
    DeadUnits dead = dead_units_of(layer);
    revived += dead.revived;
    if (dead.scan.dead > 0) {
      layers.push_back(std::move(dead));
    } else if (dead.revived > 0) {
      risen.push_back(&layer);
    }
  }
  if (!layers.empty()) {
    found.push_back(told(evidence, layers, revived));
  } else if (!risen.empty()) {
    found.push_back({.severity = Diagnosis::Severity::note,
                     .text = "Units of " + layers_words(risen) + " died and came back: " +
                             counted(revived, "death") + ", of which none lasted",
                     .layer = risen.front()->layer});
  }
}

}  // namespace clino::report
