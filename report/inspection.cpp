#include "report/inspection.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/nonfinite.hpp"
#include "report/csv_field.hpp"
#include "report/diagnosis.hpp"
#include "report/heat_map.hpp"
#include "report/layer_figures.hpp"
#include "report/page.hpp"
#include "report/theory_overlay.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front
using Json = nlohmann::ordered_json;

/// As many columns as the screen of 80 has.
constexpr std::size_t kColumns = 62, kTrendCells = 8;

Json json_of(double value) {
  if (!std::isfinite(value)) return nonfinite_text(value);
  // Counts and steps are written as whole numbers.
  if (std::floor(value) == value && std::abs(value) < 9007199254740992.0) {
    return static_cast<std::int64_t>(value);
  }
  return value;
}

Json json_of(std::uint64_t value) { return value; }
Json json_of(Index value) { return value; }
template <class Value>
Json json_of(const std::optional<Value>& value) {
  return value ? json_of(*value) : Json();
}

Json metrics_json(const RunLog& log) {
  Json json = Json::object();
  for (const char* split : {"train", "validation", "test"}) {
    const MetricsPoint* last = last_metrics(log, split);
    if (last == nullptr) continue;
    json[split] = {{"epoch", last->epoch},
                   {"loss", json_of(last->loss)},
                   {"accuracy", json_of(last->accuracy)}};
  }
  return json;
}

/// First and last step of each column, for points whose series was cut into stretches.
template <class Point>
void add_cell_steps(Json& json, const std::vector<Point>& points,
                    const std::vector<Stretch>& cells) {
  json["first_step"] = Json::array();
  json["last_step"] = Json::array();
  for (const Stretch& cell : cells) {
    json["first_step"].push_back(points[cell.begin].step);
    json["last_step"].push_back(points[cell.end - 1].step);
  }
}

/// A mean; null where there is none, "nan" where a value was not finite.
Json cells_json(const std::vector<Stretch>& cells) {
  Json json = Json::array();
  for (const Stretch& cell : cells) {
    json.push_back(cell.broken ? Json("nan") : cell.any ? json_of(cell.mean) : Json());
  }
  return json;
}

Json loss_json(const RunLog& log) {
  const auto cells = stretches(values_of(log.steps, &StepPoint::loss), kColumns, false);
  Json json;
  add_cell_steps(json, log.steps, cells);
  json["mean"] = cells_json(cells);
  return json;
}

Json trend_json(const LayerLog& layer, double LayerPoint::*member, bool log) {
  return cells_json(stretches(values_of(layer.points, member), kTrendCells, log));
}

/// The trends that the screen draws, as `cells_json`.
Json trends_json(const LayerLog& layer) {
  Json json{{"log10_delta_norm", trend_json(layer, &LayerPoint::delta_norm, true)}};
  if (layer.learned) {
    json["log10_update_ratio"] = trend_json(layer, &LayerPoint::update_ratio, true);
  } else if (layer.elementwise) {
    json[layer.piecewise_linear ? "inactive_fraction" : "saturated_fraction"] =
        trend_json(layer, &LayerPoint::below_threshold_fraction, false);
  }
  return json;
}

Json layer_json(const LayerLog& layer) {
  Json json{{"layer", layer.layer}, {"name", layer.name}, {"type", layer.type}};
  for (const LayerFigure& figure : layer_figures()) {
    json[figure.name] = json_of(figure.latest(layer));
  }
  json["trend"] = trends_json(layer);
  return json;
}

Json heat_map_json(const RunLog& log) {
  const HeatMap map = heat_map(log.layers, kColumns);
  Json json;
  if (!log.layers.empty()) add_cell_steps(json, log.layers.front().points, map.rows.front());
  json["log10_delta_norm"] = Json::array();
  for (const auto& row : map.rows) json["log10_delta_norm"].push_back(cells_json(row));
  return json;
}

Json events_json(const RunLog& log) {
  Json json = Json::array();
  for (const LayerLog& layer : log.layers) {
    for (const UnitEventPoint& event : layer.events) {
      json.push_back({{"event", event.event},
                      {"step", event.step},
                      {"layer", layer.layer},
                      {"unit", event.unit},
                      {"last_active_step", json_of(event.last_active_step)},
                      {"first_inactive_step", json_of(event.first_inactive_step)},
                      {"cause", event.cause.empty() ? Json() : Json(event.cause)}});
    }
  }
  return json;
}

Json findings_json(const RunLog& log) {
  Json json = Json::array();
  for (const Diagnosis& finding : diagnose(log)) {
    json.push_back({{"severity", to_text(finding.severity)},
                    {"text", finding.text},
                    {"layer", json_of(finding.layer)},
                    {"since_step", json_of(finding.since_step)}});
  }
  return json;
}

/// Null where there is none.
Json compared_json(const Compared& value) {
  const auto number = [](double x) { return std::isnan(x) ? Json() : json_of(x); };
  return {{"measured", number(value.measured)},
          {"predicted", number(value.predicted)},
          {"low", number(value.low)},
          {"high", number(value.high)}};
}

Json theory_json(const RunLog& log) {
  const TheoryOverlay overlay = theory_overlay(log);
  const auto text = [](const std::string& words) { return words.empty() ? Json() : Json(words); };
  Json json{{"reason", text(overlay.reason)},
            {"missing", text(overlay.missing)},
            {"depth", Json()},
            {"layers", Json::array()}};
  if (overlay.depth) {
    json["depth"] = {{"susceptibility", json_of(overlay.depth->susceptibility)},
                     {"length", json_of(overlay.depth->length)},
                     {"scale", json_of(overlay.depth->scale)}};
  }
  for (const TheoryRow& row : overlay.rows) {
    const LayerLog& layer = log.layers[row.layer];
    json["layers"].push_back({{"layer", layer.layer},
                              {"name", layer.name},
                              {"type", layer.type},
                              {"mean_square", compared_json(row.mean_square)},
                              {"cosine_similarity", compared_json(row.cosine)},
                              {"delta_ratio", compared_json(row.delta_ratio)}});
  }
  return json;
}

}  // namespace

std::string inspection_json(const RunLog& log) {
  const Json nothing;
  Json json{{"run", log.directory.string()},
            {"name", log.name},
            {"status", log.summary ? Json(log.summary->status) : nothing},
            {"running", log.running},
            {"steps", log.summary ? Json(log.summary->steps) : nothing},
            {"epochs", log.summary ? Json(log.summary->epochs) : nothing},
            {"metrics", metrics_json(log)},
            {"loss", loss_json(log)},
            {"layers", Json::array()},
            {"heat_map", heat_map_json(log)},
            {"theory", theory_json(log)},
            {"unit_events", events_json(log)},
            {"findings", findings_json(log)}};
  for (const LayerLog& layer : log.layers) json["layers"].push_back(layer_json(layer));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string inspection_csv(const RunLog& log) {
  std::string text = "layer,name,type";
  for (const LayerFigure& figure : layer_figures()) (text += ',') += figure.name;
  text += '\n';
  for (const LayerLog& layer : log.layers) {
    text += std::to_string(layer.layer) + "," + csv_field(layer.name) + "," + csv_field(layer.type);
    for (const LayerFigure& figure : layer_figures()) {
      (text += ',') += csv_field(figure.latest(layer));
    }
    text += '\n';
  }
  return text;
}

}  // namespace clino
