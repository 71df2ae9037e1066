#include "statistics/survival.hpp"

#include <algorithm>
#include <cmath>

#include "statistics/distributions.hpp"

namespace clino::statistics {

namespace {

/// The area under the curve from one of its steps to the horizon.
double area_from(const std::vector<SurvivalStep>& steps, std::size_t first, double horizon) {
  double area = 0;
  for (std::size_t i = first; i < steps.size(); ++i) {
    const double end = i + 1 < steps.size() ? std::min(steps[i + 1].time, horizon) : horizon;
    area += steps[i].surviving * std::max(end - steps[i].time, 0.0);
  }
  return area;
}

/// How many met the event at a step, of how many that were still watched.
struct Events {
  double happened = 0, at_risk = 0;
};

}  // namespace

Survival kaplan_meier(std::span<const Observation> observations, double horizon,
                      const Measurement& measurement) {
  std::vector<Observation> ordered(observations.begin(), observations.end());
  std::ranges::sort(ordered, {}, &Observation::time);
  Survival survival;
  survival.steps = {{0, 1}};
  std::vector<Events> events = {{}};  // beside the steps
  for (std::size_t i = 0; i < ordered.size();) {
    const double time = ordered[i].time;
    Events here{0, static_cast<double>(ordered.size() - i)};
    for (; i < ordered.size() && ordered[i].time == time; ++i) here.happened += ordered[i].happened;
    if (here.happened == 0) continue;
    const double surviving = survival.steps.back().surviving * (1 - here.happened / here.at_risk);
    // The product of many factors may miss a half by a rounding.
    constexpr double kRounding = 1e-9;
    if (!survival.median && surviving <= 0.5 + kRounding) survival.median = time;
    survival.steps.push_back({time, surviving});
    events.push_back(here);
  }
  survival.restricted_mean = area_from(survival.steps, 0, horizon);
  const auto n = static_cast<double>(ordered.size());
  if (n < 2) return survival;
  double variance = 0;
  for (std::size_t i = 1; i < events.size(); ++i) {
    const auto [happened, at_risk] = events[i];
    const double rest = area_from(survival.steps, i, horizon);
    if (at_risk > happened) variance += rest * rest * happened / (at_risk * (at_risk - happened));
  }
  // Of one time; where nobody met the event there is nothing that was rounded.
  double of_one = variance * n * n / (n - 1);
  if (survival.steps.size() > 1) {
    of_one = std::max(of_one, measurement.resolution * measurement.resolution / 12);
  }
  const double half = student_quantile((1 + measurement.confidence) / 2, n - 1) *
                      std::sqrt(of_one * (1 / n + measurement.overlap));
  survival.restricted_mean_interval = {std::max(survival.restricted_mean - half, 0.0),
                                       std::min(survival.restricted_mean + half, horizon)};
  return survival;
}

}  // namespace clino::statistics
