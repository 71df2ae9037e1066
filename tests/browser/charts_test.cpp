#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/browser/probes.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// Of every chart that the sample run has records for.
const std::vector<std::string> kCharts = {
    "loss",        "accuracy",           "grad_norm",     "learning_rate",   "update_cosine",
    "delta_norm",  "weight_grad_norm",   "update_ratio",  "below_threshold", "dead_fraction",
    "dead_units",  "same_sign_fraction", "output_std",    "output_mean",     "weight_norm",
    "mean_square", "cosine_similarity",  "effective_rank"};

TEST_CASE("every chart is there and each of its lines is drawn") {
  SamplePage page(300);
  const Json charts = page.tab.evaluate(kLinePixels);
  std::vector<std::string> ids;
  for (const Json& chart : charts) {
    ids.push_back(chart["id"]);
    INFO(chart.dump());
    CHECK(!chart["pixels"].empty());
    for (const Json& pixels : chart["pixels"]) CHECK(pixels.get<int>() > 30);
  }
  CHECK(ids == kCharts);
  // Three lines: the batch's loss and that of both parts of the data.
  CHECK(charts[0]["pixels"].size() == 3);

  // That the count tells a drawn chart from an empty one.
  page.tab.evaluate(
      "document.querySelectorAll('#chart-accuracy canvas').forEach(c => c.width += 0)");
  CHECK(page.tab.evaluate(kLinePixels)[1]["pixels"] == Json({0, 0}));
}

TEST_CASE("pointing at a chart lists the values of the step that is pointed at") {
  SamplePage page(300);
  const Json before =
      page.tab.evaluate("document.querySelector('#chart-delta_norm output').textContent");
  CHECK(before == "step 299, the last");
  const Json box = page.tab.evaluate(
      "(() => { const c = document.querySelector('#chart-delta_norm .canvas'); "
      "c.scrollIntoView({block: 'center'});"
      "return c.getBoundingClientRect().toJSON() })()");
  page.tab.point_at(box["left"].get<double>() + box["width"].get<double>() / 3,
                    box["top"].get<double>() + box["height"].get<double>() / 2);
  const std::string step =
      page.tab.evaluate("document.querySelector('#chart-delta_norm output').textContent");
  REQUIRE(step.starts_with("step "));
  const auto number = std::stoul(step.substr(5));
  CHECK(number > 50);
  CHECK(number < 150);
  const Json shown = page.tab.evaluate(
      "[...document.querySelectorAll('#chart-delta_norm li span:last-child')].map(s => "
      "Number(s.textContent))");
  // The layers with weights are chosen at first.
  REQUIRE(shown.size() == 2);
  CHECK(shown[0].get<double>() ==
        Approx(page.run.layers[0].points[number].delta_norm).epsilon(1e-3));
  CHECK(shown[1].get<double>() ==
        Approx(page.run.layers[2].points[number].delta_norm).epsilon(1e-3));
}

TEST_CASE("the choice of layers and the log axis change what is drawn") {
  SamplePage page(300);
  const auto lines = [&] {
    return page.tab.evaluate("document.querySelectorAll('#chart-delta_norm li').length").get<int>();
  };
  const auto labels = [&] {
    return page.tab.evaluate(
        "[...document.querySelectorAll('#chart-delta_norm .dygraph-axis-label-y')]"
        ".map(label => label.textContent)");
  };
  CHECK(lines() == 2);
  page.tab.evaluate(
      "(() => { const s = document.querySelector('select'); s.value = 'all layers';"
      "s.dispatchEvent(new Event('change', {bubbles: true})) })()");
  CHECK(lines() == 4);
  const Json before = labels();
  CHECK(before.size() >= 2);
  page.tab.evaluate("document.querySelector('#chart-delta_norm input').click()");
  CHECK(labels().size() >= 2);
  CHECK(labels() != before);
  CHECK(page.tab.noticed().complaints.empty());
}

TEST_CASE("without JavaScript the pictures stand for the charts") {
  SamplePage page(300, {.javascript = false});
  const Json pictures = page.tab.evaluate(R"js(
[...document.querySelectorAll('figure.chart')].filter(figure => {
  const svg = figure.querySelector('svg'), box = svg.getBoundingClientRect();
  const lines = [...svg.querySelectorAll('.lines path')].filter(path => path.getTotalLength() > 100);
  return svg.checkVisibility() && box.width > 300 && box.height > 100 && lines.length > 0;
}).map(figure => figure.dataset.chart))js");
  CHECK(pictures == Json(kCharts));
  CHECK(
      page.tab.evaluate(
          "[...document.querySelectorAll('table, figure, figure svg')]"
          ".filter(one => !one.closest('details:not([open])') && !one.checkVisibility()).length") ==
      0);
  CHECK(page.tab.evaluate("[...document.querySelectorAll('#latest tbody tr')]"
                          ".filter(row => row.getBoundingClientRect().height > 10).length") == 4);
  // Nothing stands there that only a script could make work.
  CHECK(page.tab.evaluate("[...document.querySelectorAll('button, select, input, canvas')]"
                          ".filter(one => one.checkVisibility()).length") == 0);
}

TEST_CASE("a hundred thousand layer records open at once from a small file", "[size]") {
  TemporaryFolder folder;
  const RunLog run = sample_run(10, 5000);
  const std::string html = report_html({&run, 1});
  CHECK(html.size() < 3'000'000);
  ReportTab tab(folder.write("page.html", html));
  WARN("20 layers x 5000 records: " << html.size() / 1000 << " kB, there after "
                                    << tab.opening_seconds() << " s, all drawn after "
                                    << tab.drawing_seconds() << " s");
  // Far above what it should be: a guard against standing still.
  CHECK(tab.opening_seconds() < 10);
  CHECK(tab.drawing_seconds() < 10);
  CHECK(tab.noticed().complaints.empty());
  for (const Json& chart : tab.evaluate(kLinePixels)) {
    INFO(chart.dump());
    for (const Json& pixels : chart["pixels"]) CHECK(pixels.get<int>() > 10);
  }
}

}  // namespace
}  // namespace clino::test
