#include "report/inspection.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/heat_map.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/sample_run.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// Fields of lines without quotes.
std::vector<std::vector<std::string>> fields_of(const std::string& csv) {
  std::vector<std::vector<std::string>> lines;
  std::istringstream stream(csv);
  for (std::string line; std::getline(stream, line);) {
    std::vector<std::string>& fields = lines.emplace_back();
    std::istringstream rest(line + ",");
    for (std::string field; std::getline(rest, field, ',');) fields.push_back(field);
  }
  return lines;
}

}  // namespace

TEST_CASE("an inspection as JSON has the log's own figures, to the bit") {
  const RunLog run = sample_run(60);
  const std::string text = inspection_json(run);
  const Json json = Json::parse(text);
  CHECK(text.ends_with("}\n"));
  CHECK(json["name"] == "sample");
  CHECK(json["status"] == "completed");
  CHECK(json["metrics"]["validation"]["loss"] == run.metrics.back().loss);
  REQUIRE(json["layers"].size() == run.layers.size());
  for (std::size_t l = 0; l < run.layers.size(); ++l) {
    const LayerLog& layer = run.layers[l];
    const LayerPoint& last = layer.points.back();
    const Json& found = json["layers"][l];
    CHECK(found["name"] == layer.name);
    CHECK(found["step"] == last.step);
    CHECK(found["delta_norm"] == last.delta_norm);
    CHECK(found["output_std"] == last.output_std);
    CHECK(found["weight_norm"] == (layer.learned ? Json(last.weight_norm) : Json()));
    CHECK(found["saturated_fraction"] ==
          (layer.elementwise ? Json(last.below_threshold_fraction) : Json()));
    CHECK(found["inactive_fraction"].is_null());
    CHECK(found["mean_square"] == layer.signal.back().mean_square);
    CHECK(found["dead_units"] == (layer.elementwise ? Json(2) : Json()));
    CHECK(found["trend"]["log10_delta_norm"].size() == 8);
  }
  const report::HeatMap map = report::heat_map(run.layers, 62);
  for (std::size_t l = 0; l < map.rows.size(); ++l) {
    for (std::size_t i = 0; i < map.rows[l].size(); ++i) {
      CHECK(json["heat_map"]["log10_delta_norm"][l][i] == map.rows[l][i].mean);
    }
  }
  CHECK(json["heat_map"]["last_step"].back() == 590);
  CHECK(json["loss"]["mean"].size() == 60);
  CHECK(json["unit_events"].size() == 8);
  CHECK(json["unit_events"][1]["cause"] == "bias_drift");
  CHECK(json["findings"].is_array());
}

TEST_CASE("an inspection as CSV has one line for each layer") {
  RunLog run = sample_run(60, "sample", "relu");
  run.layers[2].points.back().delta_norm = std::numeric_limits<double>::infinity();
  const auto lines = fields_of(inspection_csv(run));
  REQUIRE(lines.size() == run.layers.size() + 1);
  const std::vector<std::string>& head = lines.front();
  const auto cell = [&](std::size_t layer, const std::string& column) {
    const auto place = std::ranges::find(head, column);
    REQUIRE(place != head.end());
    return lines[layer + 1].at(static_cast<std::size_t>(place - head.begin()));
  };
  for (std::size_t l = 0; l < run.layers.size(); ++l) {
    CHECK(lines[l + 1].size() == head.size());
    CHECK(cell(l, "name") == run.layers[l].name);
    CHECK(std::stod(cell(l, "delta_norm")) == run.layers[l].points.back().delta_norm);
  }
  CHECK(cell(2, "delta_norm") == "inf");
  CHECK(cell(0, "saturated_fraction").empty());
  CHECK(std::stod(cell(1, "inactive_fraction")) ==
        run.layers[1].points.back().below_threshold_fraction);
  CHECK(cell(1, "saturated_fraction").empty());
  CHECK(cell(1, "units") == "8");
}

TEST_CASE("inspections of a run that has only begun, or broke, can be read") {
  RunLog run = sample_run(0);
  run.summary.reset();
  CHECK(Json::parse(inspection_json(run))["status"].is_null());
  run.layers.clear();
  CHECK(Json::parse(inspection_json(run))["layers"].empty());
  CHECK(fields_of(inspection_csv(run)).size() == 1);

  RunLog broken = sample_run(5);
  broken.layers[0].points[4].delta_norm = kNan;
  const Json json = Json::parse(inspection_json(broken));
  CHECK(json["layers"][0]["delta_norm"] == "nan");
  CHECK(json["heat_map"]["log10_delta_norm"][0][4] == "nan");
  CHECK(json["heat_map"]["log10_delta_norm"][1][4].is_number());
}

TEST_CASE("names of all kinds are quoted") {
  for (const std::string& name : hostile_strings()) {
    RunLog run = sample_run(3);
    run.name = name;
    run.layers[0].type = name;
    CHECK_NOTHROW(Json::parse(inspection_json(run)));
  }
  RunLog run = sample_run(3);
  run.layers[0].type = "a \"b\", c";
  CHECK(inspection_csv(run).find("\n0,0,\"a \"\"b\"\", c\",") != std::string::npos);
}

}  // namespace clino::test
