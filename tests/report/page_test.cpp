#include <set>

#include "core/errors.hpp"
#include "report/report.hpp"
#include "tests/catch.hpp"
#include "tests/report/page_data.hpp"
#include "tests/report/sample_run.hpp"

using namespace clino;
using test::all_of;
using test::Element;
using test::points_of;

namespace {

std::string page_of(const RunLog& run, const ReportOptions& options = {}) {
  return report_html(std::vector<RunLog>{run}, options);
}

std::set<std::string> section_ids(const std::vector<Element>& elements) {
  std::set<std::string> ids;
  for (const Element& element : all_of(elements, "section"))
    ids.insert(element.attributes.at("id"));
  return ids;
}

bool says(const std::vector<Element>& elements, const std::string& tag, const std::string& words) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& element) {
    return element.tag == tag && element.text.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("the page of a run has all its sections, with headings in order") {
  const std::vector<Element> elements = test::read_markup(page_of(test::sample_run()));
  CHECK(section_ids(elements) ==
        std::set<std::string>{"outcome", "findings", "training", "layers", "heat-map",
                              "activations", "units", "outputs", "signal", "histograms", "film",
                              "shapes", "jacobian", "latest", "settings", "theory"});
  CHECK(elements.front().attributes.at("lang") == "en");
  CHECK(all_of(elements, "h1").size() == 1);
  CHECK(all_of(elements, "main").size() == 1);
  char level = '1';
  std::set<std::string> ids;
  for (const Element& element : elements) {
    if (element.tag.size() == 2 && element.tag[0] == 'h' && element.tag[1] >= '1' &&
        element.tag[1] <= '6') {
      CHECK(element.tag[1] <= level + 1);
      level = element.tag[1];
    }
    const auto id = element.attributes.find("id");
    if (id != element.attributes.end()) CHECK(ids.insert(id->second).second);
    if (element.tag == "svg") CHECK_FALSE(element.attributes.at("aria-label").empty());
  }
  for (const Element& link : all_of(elements, "a")) {
    CHECK(ids.count(link.attributes.at("href").substr(1)) == 1);
  }
}

TEST_CASE("the data block has the log's values to the bit") {
  const RunLog run = test::sample_run(150);
  const auto data = test::data_block(test::read_markup(page_of(run)));
  for (std::size_t l = 0; l < run.layers.size(); ++l) {
    const auto& points = run.layers[l].points;
    const auto delta = points_of(data, "delta_norm", static_cast<int>(l));
    REQUIRE(delta.values.size() == points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      CHECK(delta.steps[i] == static_cast<double>(points[i].step));
      CHECK(delta.values[i] == points[i].delta_norm);
    }
  }
  const auto loss = points_of(data, "loss", -1, "validation");
  REQUIRE(loss.values.size() == 25);
  CHECK(loss.values[7] == run.metrics[15].loss);
  CHECK(points_of(data, "clipped_grad_norm").values[9] == run.steps[9].clipped_grad_norm);
  // No weights, no weight series.
  CHECK_THROWS(points_of(data, "weight_grad_norm", 1));
}

TEST_CASE("a long series is thinned without losing its extremes, and the page says so") {
  RunLog run = test::sample_run(20000);
  run.layers[2].points[7777].delta_norm = 1e9;
  run.layers[2].points[8888].delta_norm = test::kNan;
  const std::string page = page_of(run);
  const std::vector<Element> elements = test::read_markup(page);
  const auto delta = points_of(test::data_block(elements), "delta_norm", 2);
  CHECK(delta.values.size() <= 1000);
  CHECK(delta.values.size() > 500);
  const auto peak = std::find(delta.values.begin(), delta.values.end(), 1e9);
  REQUIRE(peak != delta.values.end());
  CHECK(delta.steps[static_cast<std::size_t>(peak - delta.values.begin())] == 77770);
  CHECK(std::count_if(delta.values.begin(), delta.values.end(),
                      [](double value) { return std::isnan(value); }) == 1);
  CHECK(says(elements, "p", "Thinned from 20,000 to at most"));
  CHECK(says(elements, "p", "1 value is not finite"));
}

TEST_CASE("100,000 layer records make less than 3 MB") {
  RunLog run = test::sample_run(100000 / 41);
  const RunLog few = run;
  run.layers.clear();
  for (Index l = 0; l < 41; ++l) {
    run.layers.push_back(few.layers[static_cast<std::size_t>(l % 4)]);
    run.layers.back().layer = l;
    run.layers.back().name = std::to_string(l);
    UnitEventPoint event;
    event.event = "died";
    event.step = 5000;
    event.cause = "bias_drift";
    for (Index unit = 8; unit < 300 && run.layers.back().elementwise; ++unit) {
      event.unit = unit;
      run.layers.back().events.push_back(event);
    }
  }
  run.film = test::sample_film(64, 60);
  const std::string page = page_of(run);
  INFO(page.size());
  CHECK(page.size() < 3000000);
  CHECK_NOTHROW(test::read_markup(page));
}

TEST_CASE("a run that has hardly begun has a page") {
  RunLog run = test::sample_run(1);
  run.summary.reset();
  CHECK(says(test::read_markup(page_of(run)), "dd", "stopped without an end"));
  run.running = true;
  CHECK(says(test::read_markup(page_of(run)), "dd", "still going on"));
  RunLog bare;
  bare.name = "bare";
  bare.config_text = test::sample_config("bare", "relu");
  bare.config = parse_config(bare.config_text, "config.json", ".");
  CHECK(section_ids(test::read_markup(page_of(bare))) ==
        std::set<std::string>{"outcome", "findings", "latest", "settings"});
  CHECK_THROWS_AS(report_html({}), UsageError);
}

TEST_CASE("values that are not finite leave no trace in a picture's geometry") {
  RunLog run = test::sample_run(30);
  for (LayerLog& layer : run.layers) {
    for (LayerPoint& point : layer.points) point.delta_norm = test::kNan;
    layer.points[3].output_std = INFINITY;
    layer.points[4].output_mean = -1.7e308;
    layer.points[5].output_mean = 1.7e308;
  }
  run.film->frames[2].values[5] = test::kNan;
  run.steps[4].loss = INFINITY;
  for (const Element& element : test::read_markup(page_of(run))) {
    for (const std::string name : {"d", "x", "y", "width", "height", "transform"}) {
      const auto place = element.attributes.find(name);
      if (place == element.attributes.end()) continue;
      INFO(place->second);
      CHECK(place->second.find("nan") == std::string::npos);
      CHECK(place->second.find("inf") == std::string::npos);
    }
  }
}

TEST_CASE("findings have a word for how bad they are; the program's remarks follow") {
  RunLog run = test::sample_run(20);
  run.summary->status = "failed";
  run.summary->findings = {"training stopped at step 120", "2 samples were left out"};
  FirstNonfinite& first = run.summary->first_nonfinite.emplace();
  first.step = 120;
  first.node = "2.weight";
  first.direction = "backward";
  first.operation = "affine";
  first.value = "nan";
  first.unit = 3;
  first.largest_before = 1e30;
  const std::vector<Element> elements = test::read_markup(page_of(run));
  const std::vector<Element> severe = all_of(elements, "li", "class", "severe");
  REQUIRE(severe.size() == 1);
  CHECK(severe[0].text.starts_with("severe: The first number that is not finite is nan "));
  for (const char* word : {"step 120", "backward", "2.weight", "unit 3", "1e30"}) {
    CHECK(severe[0].text.find(word) != std::string::npos);
  }
  CHECK(says(elements, "li", "2 samples were left out"));
  // What the diagnosis has said in full is not said twice.
  CHECK_FALSE(says(elements, "li", "training stopped at step 120"));
  run.summary->status = "early_stopped";
  run.summary->first_nonfinite.reset();
  CHECK(says(test::read_markup(page_of(run)), "li", "training stopped at step 120"));
}

TEST_CASE("several runs stand side by side, their configs' differences on top") {
  const std::vector<RunLog> runs = {test::sample_run(30, "first", "tanh"),
                                    test::sample_run(50, "second", "relu")};
  const std::vector<Element> elements = test::read_markup(report_html(runs));
  CHECK(all_of(elements, "section").front().attributes.at("id") == "differences");
  std::vector<std::string> rows;
  for (const Element& row : all_of(elements, "tr")) rows.push_back(row.text);
  CHECK(std::count(rows.begin(), rows.end(), "keyfirstsecond") == 1);
  CHECK(std::count(rows.begin(), rows.end(), "model.activation\"tanh\"\"relu\"") == 1);
  CHECK_FALSE(says(elements, "tr", "training.epochs"));
  const auto data = test::data_block(elements);
  CHECK(data["runs"].size() == 2);
  CHECK(points_of(data, "loss", -1, "validation", 1).values.size() == 8);
  CHECK(points_of(data, "delta_norm", 2, "", 1).values[49] ==
        runs[1].layers[2].points[49].delta_norm);
}

TEST_CASE("a live page has a place for every section, and only it may connect") {
  const RunLog run = test::sample_run(1);
  const auto connects = [&](bool live) {
    ReportOptions options;
    options.live = live;
    const auto metas = all_of(test::read_markup(page_of(run, options)), "meta", "http-equiv",
                              "Content-Security-Policy");
    return metas.at(0).attributes.at("content").ends_with("; connect-src 'self'");
  };
  CHECK(connects(true));
  CHECK_FALSE(connects(false));
  ReportOptions options;
  options.live = true;
  options.live_position = "12,0";
  RunLog bare = run;
  bare.film.reset();
  bare.layers.clear();
  bare.metrics.clear();
  bare.steps.clear();
  bare.jacobian.clear();
  const std::vector<Element> elements = test::read_markup(page_of(bare, options));
  CHECK(section_ids(elements).count("film") == 1);
  CHECK(section_ids(elements).count("layers") == 1);
  CHECK(all_of(elements, "figure", "id", "chart-delta_norm").size() == 1);
  CHECK(test::data_block(elements)["live"] == "12,0");
}

TEST_CASE("a section by itself is that of the page") {
  const std::vector<RunLog> runs = {test::sample_run(40)};
  const std::string page = report_html(runs);
  const std::vector<ReportSection> sections = report_sections(runs);
  REQUIRE(sections.size() > 10);
  for (const ReportSection& section : sections) {
    CHECK(section.html.starts_with("<section id=\"" + section.id + "\""));
    CHECK(page.find(section.html) != std::string::npos);
  }
}
