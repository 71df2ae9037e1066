#include "report/page_data.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "report/base64.hpp"
#include "report/charts.hpp"
#include "report/html.hpp"
#include "report/thinning.hpp"

namespace clino::report {

namespace {

using Json = nlohmann::ordered_json;

/// A point takes about 14 characters: 11 for the value and 3 for its step.
constexpr std::size_t kPagePoints = 96000;
constexpr std::size_t kLongest = 1000, kShortest = 24;

bool of_batches(const Series& series) { return series.quantity == "loss" && series.split.empty(); }

/// A series that never changes, such as a share of 0, is carried as its ends.
bool constant(const Series& series) {
  return std::adjacent_find(series.values.begin(), series.values.end(),
                            [](double a, double b) { return !(a == b); }) == series.values.end();
}

/// The most points that each layer's series may have for all series to be within `kPagePoints`.
std::size_t layer_limit_of(std::span<const Series> all) {
  std::size_t fits = kShortest, too_many = kLongest + 1;
  while (too_many - fits > 1) {
    const std::size_t limit = (fits + too_many) / 2;
    std::size_t points = 0;
    for (const Series& series : all) {
      if (!constant(series))
        points += std::min(series.values.size(), series.layer ? limit : kLongest);
    }
    (points <= kPagePoints ? fits : too_many) = limit;
  }
  return fits;
}

/// As JSON that can stand in a script element: no `<` ends it, no character is beyond ASCII.
std::string script_text(const Json& json) {
  std::string text;
  for (const char character : json.dump(-1, ' ', true)) {
    if (character == '<') {
      text += "\\u003c";
    } else {
      text += character;
    }
  }
  return text;
}

/// Lists of steps; series of one record share theirs.
class StepLists {
 public:
  std::size_t number_of(const std::vector<double>& steps) {
    const auto [place, added] = known_.try_emplace(steps, lists_.size());
    if (added) lists_.push_back(differences(steps));
    return place->second;
  }
  const Json& lists() const { return lists_; }

 private:
  static Json differences(const std::vector<double>& steps) {
    Json list = Json::array();
    double before = 0;
    for (const double step : steps) {
      list.push_back(static_cast<std::int64_t>(step - before));
      before = step;
    }
    return list;
  }

  std::map<std::vector<double>, std::size_t> known_;
  Json lists_ = Json::array();
};

Json json_of_series(const Series& series, std::span<const RunLog> runs, std::size_t limit,
                    StepLists& lists) {
  const std::vector<std::size_t> kept = thinned(series.values, constant(series) ? 2 : limit);
  std::vector<double> steps, values;
  for (const std::size_t i : kept) {
    steps.push_back(series.steps[i]);
    values.push_back(series.values[i]);
  }
  Json json = {{"run", series.run}, {"quantity", series.quantity}};
  if (series.layer) json["layer"] = *series.layer;
  if (!series.split.empty()) json["split"] = series.split;
  if (series.may_lack) json["lacks"] = true;
  if (of_batches(series)) json["thin"] = true;
  const LineStyle style = line_style(series, runs);
  json["label"] =
      cleaned(runs.size() > 1 && series.layer ? runs[series.run].name : line_label(series, runs));
  json["color"] = style.color;
  json["dash"] = style.dash;
  json["of"] = series.values.size();
  json["steps"] = lists.number_of(steps);
  json["values"] = base64(values);
  return json;
}

Json json_of_run(const RunLog& run) {
  Json layers = Json::array();
  const std::vector<LineStyle> styles = layer_styles(run.layers);
  for (std::size_t i = 0; i < run.layers.size(); ++i) {
    const LayerLog& layer = run.layers[i];
    layers.push_back({{"layer", layer.layer},
                      {"label", cleaned(layer_label(layer))},
                      {"learned", layer.learned},
                      {"elementwise", layer.elementwise},
                      {"color", styles[i].color},
                      {"dash", styles[i].dash}});
  }
  return {{"name", cleaned(run.name)}, {"layers", layers}};
}

Json json_of_charts(std::span<const Series> all) {
  Json list = Json::array();
  for (const Chart& chart : charts()) {
    list.push_back({{"id", chart.id},
                    {"title", chart.title},
                    {"of", chart.of == ChartOf::layers ? "layers" : "run"},
                    {"quantities", chart.quantities},
                    {"log", starts_with_log(chart, all)},
                    {"zero", chart.from_zero}});
  }
  return list;
}

}  // namespace

std::string json_text(std::string_view text) { return script_text(Json(cleaned(text))); }

PageData page_data(std::span<const RunLog> runs, std::span<const Series> all,
                   const ReportOptions& options) {
  PageData data;
  data.run_limit = kLongest;
  data.layer_limit = layer_limit_of(all);
  StepLists lists;
  Json series = Json::array(), run_list = Json::array();
  for (const Series& one : all) {
    // Batches are noise where runs are compared.
    if (runs.size() > 1 && of_batches(one)) continue;
    series.push_back(json_of_series(one, runs, data.limit(one), lists));
  }
  for (const RunLog& run : runs) run_list.push_back(json_of_run(run));
  data.json = script_text({{"live", options.live ? Json(options.live_position) : Json(false)},
                           {"runs", run_list},
                           {"charts", json_of_charts(all)},
                           {"steps", lists.lists()},
                           {"series", series}});
  return data;
}

}  // namespace clino::report
