#include "report/series.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace clino::report {

namespace {

double value_of(double value) { return value; }
double value_of(const std::optional<double>& value) { return value.value_or(LayerPoint::kNone); }

/// Appends the series of a member of the points, unless none of them has it.
template <class Point, class Member>
void add(std::vector<Series>& all, const std::vector<Point>& points, Member member, Series series) {
  bool any = false;
  for (const Point& point : points) {
    const double value = value_of(point.*member);
    any = any || !std::isnan(value);
    series.steps.push_back(static_cast<double>(point.step));
    series.values.push_back(value);
  }
  // A series that is NaN throughout says something only where it should have been a number.
  if (!points.empty() && (any || !series.may_lack)) all.push_back(std::move(series));
}

void add_steps(std::vector<Series>& all, const RunLog& log, std::size_t run) {
  const auto of = [&](std::string_view quantity, bool may_lack = false) {
    return Series{.run = run, .quantity = quantity, .may_lack = may_lack};
  };
  add(all, log.steps, &StepPoint::loss, of("loss"));
  add(all, log.steps, &StepPoint::learning_rate, of("learning_rate"));
  add(all, log.steps, &StepPoint::grad_norm, of("grad_norm"));
  const auto clipped = [](const StepPoint& point) {
    return !(point.clipped_grad_norm == point.grad_norm) && std::isfinite(point.grad_norm);
  };
  if (std::any_of(log.steps.begin(), log.steps.end(), clipped)) {
    add(all, log.steps, &StepPoint::clipped_grad_norm, of("clipped_grad_norm"));
  }
  add(all, log.steps, &StepPoint::update_cosine, of("update_cosine", true));
}

void add_metrics(std::vector<Series>& all, const RunLog& log, std::size_t run) {
  static constexpr std::array<std::string_view, 3> kSplits = {"train", "validation", "test"};
  for (const std::string_view split : kSplits) {
    std::vector<MetricsPoint> points;
    for (const MetricsPoint& point : log.metrics) {
      if (point.split == split) points.push_back(point);
    }
    const auto of = [&](std::string_view quantity, bool may_lack) {
      return Series{.run = run, .split = split, .quantity = quantity, .may_lack = may_lack};
    };
    add(all, points, &MetricsPoint::loss, of("loss", false));
    add(all, points, &MetricsPoint::accuracy, of("accuracy", true));
  }
}

void add_layer(std::vector<Series>& all, const LayerLog& layer, std::size_t run,
               std::size_t position) {
  const auto of = [&](std::string_view quantity, bool may_lack = false) {
    return Series{.run = run, .layer = position, .quantity = quantity, .may_lack = may_lack};
  };
  add(all, layer.points, &LayerPoint::delta_norm, of("delta_norm"));
  if (layer.learned) {
    add(all, layer.points, &LayerPoint::weight_grad_norm, of("weight_grad_norm"));
    add(all, layer.points, &LayerPoint::update_ratio, of("update_ratio"));
    add(all, layer.points, &LayerPoint::weight_norm, of("weight_norm"));
  }
  add(all, layer.points, &LayerPoint::output_mean, of("output_mean"));
  add(all, layer.points, &LayerPoint::output_std, of("output_std"));
  if (layer.elementwise) {
    add(all, layer.points, &LayerPoint::below_threshold_fraction,
        of(layer.piecewise_linear ? "inactive_fraction" : "saturated_fraction", true));
    add(all, layer.points, &LayerPoint::dead_fraction, of("dead_fraction", true));
  }
  add(all, layer.points, &LayerPoint::same_sign_fraction, of("same_sign_fraction", true));
  add(all, layer.signal, &SignalPoint::mean_square, of("mean_square"));
  add(all, layer.signal, &SignalPoint::cosine_similarity, of("cosine_similarity", true));
  add(all, layer.signal, &SignalPoint::effective_rank, of("effective_rank", true));
}

void add_scans(std::vector<Series>& all, const LayerLog& layer, std::size_t run,
               std::size_t position) {
  if (layer.scans.empty()) return;
  Series series{.run = run, .layer = position, .quantity = "dead_units"};
  for (const UnitScanPoint& scan : layer.scans) {
    series.steps.push_back(static_cast<double>(scan.step));
    series.values.push_back(static_cast<double>(scan.dead));
  }
  all.push_back(std::move(series));
}

}  // namespace

std::vector<Series> series_of(const RunLog& log, std::size_t run) {
  std::vector<Series> all;
  add_steps(all, log, run);
  add_metrics(all, log, run);
  for (std::size_t i = 0; i < log.layers.size(); ++i) {
    add_layer(all, log.layers[i], run, i);
    add_scans(all, log.layers[i], run, i);
  }
  return all;
}

std::size_t broken_values(const Series& series) {
  return static_cast<std::size_t>(std::count_if(
      series.values.begin(), series.values.end(),
      [&](double value) { return std::isinf(value) || (std::isnan(value) && !series.may_lack); }));
}

}  // namespace clino::report
