#include "claims/check.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "report/number_text.hpp"
#include "statistics/share.hpp"

namespace clino::claims {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool contains(Interval range, double value) { return value >= range.low && value <= range.high; }

/// Whether a range meets an interval; NaN meets nothing.
bool meets(Interval a, Interval b) { return a.low <= b.high && b.low <= a.high; }

/// The verdict on a range of predictions beside an interval that is as wide as it is.
Verdict compare(Interval predicted, Interval interval, bool precise) {
  if (!meets(predicted, interval)) return Verdict::does_not_hold;
  return precise ? Verdict::holds : Verdict::inconclusive;
}

}  // namespace

std::string_view to_text(Verdict verdict) {
  if (verdict == Verdict::holds) return "holds";
  return verdict == Verdict::does_not_hold ? "does not hold" : "inconclusive";
}

std::string figure_text(double value) { return report::number_text(value, 5); }

std::string range_text(Interval range) {
  if (range.low == range.high) return figure_text(range.low);
  if (range.low == -kInfinity) return "at most " + figure_text(range.high);
  if (range.high == kInfinity) return "at least " + figure_text(range.low);
  return figure_text(range.low) + " to " + figure_text(range.high);
}

Interval Checks::interval_of(std::span<const double> samples, double& mean,
                             statistics::Scale scale) {
  const statistics::Summary summary =
      statistics::summarize(samples, {.scale = scale, .confidence = 1 - kFalseAlarm});
  mean = summary.mean;
  return summary.interval.value_or(Interval{-kInfinity, kInfinity});
}

void Checks::mean(std::string quantity, Interval predicted, std::span<const double> samples,
                  double precision, statistics::Scale scale) {
  double measured = 0;
  const Interval interval = interval_of(samples, measured, scale);
  const double half = scale == statistics::Scale::ratio ? std::log(interval.high / interval.low) / 2
                                                        : (interval.high - interval.low) / 2;
  add({.quantity = std::move(quantity),
       .predicted = range_text(predicted),
       .measured = measured,
       .interval = interval,
       .how = "mean of " + std::to_string(samples.size()),
       .verdict = compare(predicted, interval, half <= precision)},
      true);
}

void Checks::share(std::string quantity, Interval predicted, Index successes, Index trials,
                   double precision) {
  const Interval interval = statistics::clopper_pearson(successes, trials, 1 - kFalseAlarm);
  add({.quantity = std::move(quantity),
       .predicted = range_text(predicted),
       .measured = static_cast<double>(successes) / static_cast<double>(trials),
       .interval = interval,
       .how = std::to_string(successes) + " of " + std::to_string(trials),
       .verdict = compare(predicted, interval, (interval.high - interval.low) / 2 <= precision)},
      true);
}

void Checks::estimate(std::string quantity, Interval predicted, double measured, Interval interval,
                      double precision, std::string how) {
  add({.quantity = std::move(quantity),
       .predicted = range_text(predicted),
       .measured = measured,
       .interval = interval,
       .how = std::move(how),
       .verdict = compare(predicted, interval, (interval.high - interval.low) / 2 <= precision)},
      true);
}

void Checks::within(std::string quantity, Interval allowed, double measured, Interval interval,
                    std::string how) {
  const bool inside = interval.low >= allowed.low && interval.high <= allowed.high;
  add({.quantity = std::move(quantity),
       .predicted = range_text(allowed),
       .measured = measured,
       .interval = interval,
       .how = std::move(how),
       .verdict = compare(allowed, interval, inside)},
      true);
}

void Checks::exact(std::string quantity, double predicted, double measured, double bound,
                   std::string how) {
  add({.quantity = std::move(quantity),
       .predicted = figure_text(predicted),
       .measured = measured,
       .interval = {measured, measured},
       .how = std::move(how),
       .verdict =
           std::abs(measured - predicted) <= bound ? Verdict::holds : Verdict::does_not_hold},
      false);
}

void Checks::in_range(std::string quantity, Interval allowed, double measured, std::string how) {
  add({.quantity = std::move(quantity),
       .predicted = range_text(allowed),
       .measured = measured,
       .interval = {measured, measured},
       .how = std::move(how),
       .verdict = contains(allowed, measured) ? Verdict::holds : Verdict::does_not_hold},
      false);
}

void Checks::add(Check check, bool drawn) {
  drawn_ += drawn ? 1 : 0;
  if (drawn_ > kMostDrawn) {
    throw std::logic_error("a claim may have " + std::to_string(kMostDrawn) + " drawn checks");
  }
  checks_.push_back(std::move(check));
}

Verdict verdict_of(std::span<const Check> checks) {
  const auto any = [&](Verdict verdict) {
    return std::ranges::any_of(checks, [&](const Check& each) { return each.verdict == verdict; });
  };
  if (any(Verdict::does_not_hold)) return Verdict::does_not_hold;
  return checks.empty() || any(Verdict::inconclusive) ? Verdict::inconclusive : Verdict::holds;
}

}  // namespace clino::claims
