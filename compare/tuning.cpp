#include "compare/tuning.hpp"

#include <algorithm>
#include <limits>

#include "data/numbers.hpp"

namespace clino::compare {

namespace {

/// Whether the best may lie beyond the values that were tried: it is the smallest or the largest
/// number of them.
bool is_at_edge(const Axis& axis, const std::string& value) {
  constexpr std::size_t kFewest = 3;  // of two values, both are edges
  if (axis.values.size() < kFewest) return false;
  std::vector<double> numbers;
  for (const std::string& each : axis.values) {
    const std::optional<double> number = parse_number(each);
    if (!number) return false;
    numbers.push_back(*number);
  }
  const auto [smallest, largest] = std::ranges::minmax(numbers);
  return parse_number(value) == smallest || parse_number(value) == largest;
}

}  // namespace

Tuning choose(const Plan& plan, std::size_t variation, std::span<const Job> jobs,
              std::span<const RunOutcome> outcomes) {
  Tuning tuning;
  const auto points = grid_points(plan.tune);
  std::vector<double> runs(points.size());
  for (const std::vector<Setting>& settings : points) tuning.points.push_back({settings, 0});
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (jobs[i].variation != variation) continue;
    const std::size_t point = *jobs[i].grid_point;
    tuning.points[point].loss +=
        outcomes[i].figure("final_loss").value_or(std::numeric_limits<double>::infinity());
    runs[point] += 1;
  }
  for (std::size_t point = 0; point < points.size(); ++point) {
    tuning.points[point].loss /= runs[point];
  }
  const auto best = std::ranges::min_element(tuning.points, {}, &Tuning::Point::loss);
  for (std::size_t i = 0; i < plan.tune.size(); ++i) {
    const Setting& setting = best->settings[i];
    tuning.chosen.push_back({setting, is_at_edge(plan.tune[i], setting.value)});
  }
  return tuning;
}

std::vector<Setting> settings_of(const Tuning& tuning) {
  std::vector<Setting> settings;
  for (const TunedSetting& chosen : tuning.chosen) settings.push_back(chosen.setting);
  return settings;
}

}  // namespace clino::compare
