#include <cmath>
#include <limits>

#include "core/nonfinite.hpp"
#include "report/analysis.hpp"
#include "train/config_choice.hpp"
#include "train/json_value.hpp"

namespace clino {

namespace {

using theory::ActivationAnalysis;
using theory::CriticalLinePoint;

/// What is not finite is its name, as in the logs.
JsonValue json_number(double value) {
  return std::isfinite(value) ? json_of(value) : json_of(std::string(nonfinite_text(value)));
}

JsonValue json_number(const std::optional<double>& value) {
  return value ? json_number(*value) : JsonValue();
}

JsonValue numbers(const std::vector<double>& values) {
  std::vector<JsonValue> items;
  items.reserve(values.size());
  for (const double value : values) items.push_back(json_number(value));
  return json_list(std::move(items));
}

template <class Item, class ToJson>
JsonValue list_of(const std::vector<Item>& all, const ToJson& to_json) {
  std::vector<JsonValue> items;
  items.reserve(all.size());
  for (const Item& each : all) items.push_back(to_json(each));
  return json_list(std::move(items));
}

JsonValue tail_json(const theory::Tail& tail) {
  return json_object({{"limit", json_number(tail.limit)}, {"slope", json_number(tail.slope)}});
}

JsonValue extremum_json(const std::optional<theory::Extremum>& extremum) {
  if (!extremum) return {};
  return json_object({{"x", json_number(extremum->x)}, {"value", json_number(extremum->value)}});
}

JsonValue saturation_json(const theory::Saturation& saturation) {
  return json_object({{"threshold", json_number(saturation.threshold)},
                      {"below", json_number(saturation.below)},
                      {"above", json_number(saturation.above)}});
}

std::string monotony_name(theory::Monotony monotony) {
  switch (monotony) {
    case theory::Monotony::increasing:
      return "increasing";
    case theory::Monotony::decreasing:
      return "decreasing";
    case theory::Monotony::constant:
      return "constant";
    case theory::Monotony::neither:
      break;
  }
  return "neither";
}

JsonValue shape_json(const ActivationAnalysis& analysis) {
  const theory::ActivationShape& shape = analysis.shape;
  const auto kink_json = [](const theory::Kink& kink) {
    return json_object({{"x", json_number(kink.x)},
                        {"value_jump", json_number(kink.value_jump)},
                        {"slope_jump", json_number(kink.slope_jump)}});
  };
  return json_object({{"at_minus_infinity", tail_json(shape.left)},
                      {"at_plus_infinity", tail_json(shape.right)},
                      {"minimum", extremum_json(shape.minimum)},
                      {"maximum", extremum_json(shape.maximum)},
                      {"monotony", json_of(monotony_name(shape.monotony))},
                      {"piecewise_linear", json_of(shape.piecewise_linear)},
                      {"nonnegative", json_of(shape.nonnegative)},
                      {"zero_centred", json_of(analysis.zero_centred())},
                      {"max_slope", json_number(shape.max_slope)},
                      {"max_slope_at", json_number(shape.max_slope_at)},
                      {"kinks", list_of(shape.kinks, kink_json)},
                      {"dead_below", json_number(shape.dead_below)},
                      {"dead_above", json_number(shape.dead_above)}});
}

JsonValue curve_json(const ActivationAnalysis& analysis) {
  return json_object({{"x", numbers(analysis.value.x)},
                      {"value", numbers(analysis.value.y)},
                      {"slope", numbers(analysis.slope.y)}});
}

JsonValue signal_json(const ActivationAnalysis& analysis) {
  const auto point_json = [](const theory::FixedPoint& point) {
    return json_object({{"q", json_number(point.length)},
                        {"stable", json_of(point.stable())},
                        {"growth", json_number(point.growth)},
                        {"chi", json_number(point.susceptibility)}});
  };
  JsonValue limit;
  if (analysis.limit) {
    const double chi = analysis.limit->susceptibility;
    // What differs from 1 by rounding alone has no scale.
    const double scale = std::abs(chi - 1) < 1e-9 ? std::numeric_limits<double>::infinity()
                                                  : theory::depth_scale(chi);
    limit = json_object({{"q", json_number(analysis.limit->length)},
                         {"chi", json_number(chi)},
                         {"xi", json_number(scale)},
                         {"trainable_depth", json_number(6 * scale)}});
  }
  return json_object({{"sigma_w", json_number(std::sqrt(analysis.variances.weight))},
                      {"sigma_b", json_number(std::sqrt(analysis.variances.bias))},
                      {"every_length_rests", json_of(analysis.lengths.every)},
                      {"dies_out", json_of(analysis.lengths.dies_out)},
                      {"explodes", json_of(analysis.lengths.explodes)},
                      {"fixed_points", list_of(analysis.lengths.fixed_points, point_json)},
                      {"limit", std::move(limit)},
                      {"repels_without_bias", json_of(analysis.repels_without_bias)},
                      {"recursion", json_object({{"q", numbers(analysis.recursion.x)},
                                                 {"next_q", numbers(analysis.recursion.y)}})},
                      {"paths", list_of(analysis.paths, numbers)}});
}

std::string absence_name(CriticalLinePoint::Absence absence) {
  switch (absence) {
    case CriticalLinePoint::Absence::lengths_grow:
      return "lengths grow";
    case CriticalLinePoint::Absence::lengths_shrink:
      return "lengths shrink";
    case CriticalLinePoint::Absence::lengths_are_repelled:
      return "lengths are repelled";
    case CriticalLinePoint::Absence::none:
      break;
  }
  return "";
}

JsonValue critical_json(const CriticalLinePoint& point) {
  JsonValue object = json_object({{"bias_variance", json_number(point.bias_variance)}});
  if (!point.point) {
    object.add("weight_variance", {});
    object.add("reason", json_of(absence_name(point.absence)));
    return object;
  }
  object.add("weight_variance", json_number(point.point->weight_variance));
  if (point.point->every_length) {
    object.add("every_length", json_of(true));
  } else {
    object.add("q", json_number(point.point->length));
  }
  return object;
}

JsonValue cost_json(const CostRow& row) {
  return json_object({{"dtype", json_of(std::string(row.dtype))},
                      {"code", json_of(std::string(row.code))},
                      {"forward_ns", json_number(row.forward)},
                      {"backward_ns", json_number(row.backward)},
                      {"forward_times_relu", json_number(row.forward_ratio)},
                      {"backward_times_relu", json_number(row.backward_ratio)}});
}

}  // namespace

std::string analysis_json(const AnalysisReport& report) {
  const ActivationAnalysis& analysis = report.analysis;
  JsonValue activation = json_object({{"type", json_of(analysis.choice.type)}});
  for (const auto& [name, value] : analysis.choice.options) activation.add(name, json_of(value));
  return write_json(
             json_object({{"activation", std::move(activation)},
                          {"draws", json_of(analysis.draws)},
                          {"learns", json_of(analysis.learns)},
                          {"mean", json_number(analysis.at_one.mean)},
                          {"mean_square", json_number(analysis.at_one.mean_square)},
                          {"mean_square_slope", json_number(analysis.at_one.mean_square_slope)},
                          {"gain", json_number(analysis.gain)},
                          {"shape", shape_json(analysis)},
                          {"saturation", json_list({saturation_json(analysis.log_threshold),
                                                    saturation_json(analysis.tiny)})},
                          {"signal", signal_json(analysis)},
                          {"critical_line", list_of(analysis.critical_line, critical_json)},
                          {"cost", list_of(report.costs, cost_json)},
                          {"curve", curve_json(analysis)}})) +
         "\n";
}

}  // namespace clino
