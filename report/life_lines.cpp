#include "report/life_lines.hpp"

#include <algorithm>
#include <map>

#include "report/number_text.hpp"

namespace clino::report {

namespace {

std::string step_text(std::uint64_t step) { return "step " + count_text(step); }

std::string death_words(const UnitEventPoint& event) {
  const std::string unit = "unit " + std::to_string(event.unit);
  if (event.event == "born_dead") return unit + " was dead from the start";
  std::string words = unit + " died";
  if (event.last_active_step && event.first_inactive_step) {
    words += " between " + step_text(*event.last_active_step) + " and " +
             step_text(*event.first_inactive_step) + ", proved at " + step_text(event.step);
  } else {
    words += " by " + step_text(event.step);
  }
  if (!event.cause.empty()) words += ": " + cause_words(event.cause);
  const auto add = [&](const char* name, const std::optional<double>& change) {
    if (change) words += std::string(", ") + name + " " + number_text(*change);
  };
  add("bias", event.bias_change);
  add("weights", event.weight_change);
  add("inputs", event.input_change);
  add("learning rate ×", event.learning_rate_ratio);
  return words;
}

}  // namespace

std::string cause_words(const std::string& cause) {
  if (cause == "bias_drift") return "the bias drifted";
  if (cause == "weight_growth") return "the weights grew";
  if (cause == "input_shift") return "the inputs shifted";
  if (cause == "learning_rate_spike") return "the learning rate jumped";
  if (cause == "born_dead") return "dead from the start";
  return "not told apart";
}

std::optional<double> cause_change(const UnitEventPoint& event) {
  if (event.cause == "bias_drift") return event.bias_change;
  if (event.cause == "weight_growth") return event.weight_change;
  if (event.cause == "input_shift") return event.input_change;
  return event.learning_rate_ratio;
}

std::vector<LifeLine> life_lines(const LayerLog& layer, std::uint64_t last_step) {
  std::map<Index, LifeLine> lines;
  std::map<Index, bool> dead;
  for (const UnitEventPoint& event : layer.events) {
    LifeLine& line = lines[event.unit];
    line.unit = event.unit;
    if (event.event == "revived") {
      if (!dead[event.unit]) continue;
      DeadStretch& stretch = line.dead.back();
      stretch.to = std::max(stretch.from, event.last_active_step.value_or(event.step));
      stretch.words += "; active again at " + step_text(stretch.to);
      dead[event.unit] = false;
    } else if (!dead[event.unit]) {
      const bool born = event.event == "born_dead";
      const std::uint64_t from = born ? 0 : event.first_inactive_step.value_or(event.step);
      line.dead.push_back(
          {from, std::max(from, last_step), born ? "born_dead" : event.cause, death_words(event)});
      dead[event.unit] = true;
    }
  }
  std::vector<LifeLine> sorted;
  for (auto& [unit, line] : lines) {
    if (!line.dead.empty()) sorted.push_back(std::move(line));
  }
  std::stable_sort(sorted.begin(), sorted.end(), [](const LifeLine& a, const LifeLine& b) {
    return a.dead.front().from < b.dead.front().from;
  });
  return sorted;
}

}  // namespace clino::report
