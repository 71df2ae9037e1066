#include <algorithm>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "tests/app/program.hpp"
#include "tests/browser/probes.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// Layer (null for the whole run), part of the data (or null), quantity.
using RecordKey = std::tuple<Json, Json, std::string>;
/// Step and value, in the order of the file.
using Points = std::vector<std::pair<std::uint64_t, Json>>;
using Values = std::map<RecordKey, Points>;

/// What says where and when, and what the page has no chart of.
const std::set<std::string> kNoSeries = {"step",    "epoch",      "layer",    "name",
                                         "type",    "split",      "seconds",  "bias_grad_norm",
                                         "samples", "clip_scale", "nonfinite"};

void add_file(Values& values, const std::filesystem::path& file) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const Json record = Json::parse(line);
    for (const auto& [name, value] : record.items()) {
      const bool of_split = record.contains("split");
      if (kNoSeries.contains(name) || (of_split && name == "learning_rate")) continue;
      const RecordKey key{record.value("layer", Json()), record.value("split", Json()), name};
      values[key].emplace_back(record["step"], value.is_null() ? Json("nan") : value);
    }
  }
}

/// All that the run directory's logs say, read without Clino.
Values values_of(const std::filesystem::path& run) {
  Values values;
  for (const char* file : {"steps.jsonl", "layers.jsonl", "metrics.jsonl", "signal.jsonl"}) {
    add_file(values, run / file);
  }
  std::ifstream units(run / "units.jsonl");
  for (std::string line; std::getline(units, line);) {
    const Json record = Json::parse(line);
    if (record["event"] != "scan") continue;
    values[{record["layer"], Json(), "dead_units"}].emplace_back(record["step"], record["dead"]);
  }
  // Without clipping there is one gradient norm, not two.
  const RecordKey clipped{Json(), Json(), "clipped_grad_norm"};
  if (values[clipped] == values[{Json(), Json(), "grad_norm"}]) values.erase(clipped);
  // How unlike the samples are is what the theory starts from, and no series.
  std::erase_if(values, [](const auto& entry) {
    const std::string& quantity = std::get<2>(entry.first);
    return quantity == "mean_square_deviation" || quantity == "cosine_deviation";
  });
  // A quantity that a layer never has is no series.
  std::erase_if(values, [](const auto& entry) {
    return std::ranges::all_of(entry.second,
                               [](const auto& point) { return point.second == "nan"; });
  });
  return values;
}

struct PageSeries {
  std::size_t logged = 0;  ///< points that the page says the log has
  Points points;
};

std::map<RecordKey, PageSeries> series_of_page(Tab& tab, std::size_t run) {
  std::map<RecordKey, PageSeries> all;
  const Json runs = tab.evaluate("Clino.model.series.map(one => one.run)");
  const Json model = tab.evaluate(kModel);
  for (std::size_t i = 0; i < model.size(); ++i) {
    if (runs[i] != run) continue;
    const Json& one = model[i];
    PageSeries& series = all[{one["layer"], one["split"], one["quantity"]}];
    REQUIRE(series.points.empty());
    series.logged = one["of"];
    for (std::size_t k = 0; k < one["steps"].size(); ++k) {
      series.points.emplace_back(one["steps"][k], one["values"][k]);
    }
  }
  return all;
}

std::string text_of(const RecordKey& key) {
  return std::get<0>(key).dump() + " " + std::get<1>(key).dump() + " " + std::get<2>(key);
}

/// Every series of the file is in the page and the other way round. Where the page has fewer points
/// than the file, these are points of the file, and the smallest and the largest are among them.
/// Several runs are compared by their epochs: their page leaves the batches' loss out.
void check_values(Tab& tab, const std::filesystem::path& run, std::size_t number = 0,
                  bool several = false) {
  Values expected = values_of(run);
  if (several) expected.erase({Json(), Json(), "loss"});
  const std::map<RecordKey, PageSeries> found = series_of_page(tab, number);
  REQUIRE(expected.size() > 20);
  CHECK(found.size() == expected.size());
  for (const auto& [key, points] : expected) {
    INFO(text_of(key));
    REQUIRE(found.contains(key));
    const PageSeries& series = found.at(key);
    CHECK(series.logged == points.size());
    if (series.points.size() == points.size()) {
      CHECK(series.points == points);
      continue;
    }
    CHECK(std::ranges::includes(points, series.points));
    const auto by_value = [](const auto& a, const auto& b) { return a.second < b.second; };
    const Json lowest = std::ranges::min_element(points, by_value)->second;
    const Json highest = std::ranges::max_element(points, by_value)->second;
    CHECK(std::ranges::min_element(series.points, by_value)->second == lowest);
    CHECK(std::ranges::max_element(series.points, by_value)->second == highest);
    CHECK((series.points.size() >= 200 || lowest == highest));
  }
}

void check_quiet(Tab& tab) {
  const std::vector<std::string> none;
  CHECK(tab.noticed().complaints == none);
  CHECK(tab.noticed().requests == none);
  CHECK(tab.noticed().violations == none);
  CHECK(tab.noticed().departures == none);
}

/// Trains a shipped config in its own folder, with what `overrides` say, and writes its page.
struct TrainedRun : Program {
  TrainedRun(const std::string& config, std::vector<std::string> overrides, int code = 0) {
    std::vector<std::string> arguments = {"train", CLINO_SOURCE_DIR "/configs/" + config, "--out",
                                          "run", "--quiet"};
    arguments.insert(arguments.end(), overrides.begin(), overrides.end());
    CHECK(run(arguments).code == code);
    const Outcome report = run({"report", "run", "-o", "page.html"});
    INFO(report.error);
    REQUIRE(report.code == 0);
  }
  std::filesystem::path directory() const { return folder() / "run"; }
  std::filesystem::path page() const { return folder() / "page.html"; }
};

TEST_CASE("the page of a run keeps quiet, draws its charts and has the log's values") {
  const TrainedRun run("two_spirals.json", {"training.epochs=60", "log.signal=100"});
  ReportTab tab(run.page());
  check_quiet(tab);
  check_values(tab, run.directory());
  const Json charts = tab.evaluate(kLinePixels);
  CHECK(charts.size() >= 11);
  for (const Json& chart : charts) {
    INFO(chart.dump());
    CHECK(std::ranges::any_of(chart["pixels"], [](const Json& n) { return n.get<int>() > 30; }));
  }
  CHECK(tab.evaluate("document.querySelector('h1').textContent") == "two-spirals");
}

TEST_CASE("values are the log's with other layers, clipping and a thinned log") {
  const TrainedRun run("two_spirals.json", {"training.epochs=60", "model.activation=relu",
                                            "training.clip_norm=0.5", "log.every=1"});
  ReportTab tab(run.page());
  check_quiet(tab);
  check_values(tab, run.directory());
  CHECK(tab.evaluate("Clino.model.series.some(one => one.of > one.steps.length)") == true);
}

TEST_CASE("numbers that are not finite are the log's too") {
  const TrainedRun run("two_spirals.json",
                       {"training.epochs=3", R"(optimizer={"type": "sgd", "learning_rate": 1e30})",
                        "model.activation=relu", "log.every=1"},
                       1);
  ReportTab tab(run.page());
  check_quiet(tab);
  check_values(tab, run.directory());
  CHECK(tab.evaluate("Clino.model.series.some(one => one.values.some(Number.isNaN))") == true);
}

TEST_CASE("two runs on one page have the values of both logs") {
  TrainedRun first("two_spirals.json", {"training.epochs=10"});
  const TrainedRun second("two_spirals.json", {"training.epochs=12", "model.hidden=[8]"});
  REQUIRE(first.run({"report", "run", second.directory().string(), "-o", "both.html"}).code == 0);
  ReportTab tab(first.folder() / "both.html");
  check_quiet(tab);
  check_values(tab, first.directory(), 0, true);
  check_values(tab, second.directory(), 1, true);
}

}  // namespace
}  // namespace clino::test
