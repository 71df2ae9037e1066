#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/browser/axe.hpp"
#include "tests/browser/page.hpp"
#include "tests/browser/probes.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// A page of one run or of two. The first has twelve layers with weights, so that charts need more
/// than the few colours of a small net; two runs have colours of their own.
std::string page_file(std::size_t runs) {
  static const TemporaryFolder folder;
  static const std::vector<RunLog> logs = {sample_run(12, 100), sample_run(2, 100)};
  return folder.write(std::to_string(runs) + ".html", report_html({logs.data(), runs}));
}

const View kDark{.dark = true}, kPrint{.print = true}, kDarkPrint{.dark = true, .print = true};

TEST_CASE("in dark surroundings the page is dark, on paper it is white") {
  ReportTab tab(page_file(1));
  const auto ground = [&](const View& view) {
    tab.look(view);
    return tab.evaluate(kGround).get<double>();
  };
  CHECK(ground({}) > 0.9);
  CHECK(ground(kDark) < 0.02);
  CHECK(ground(kPrint) > 0.99);
  CHECK(ground(kDarkPrint) > 0.99);
}

TEST_CASE("all text of charts and pictures stands out from what is behind it") {
  for (const std::size_t runs : {1U, 2U}) {
    for (const bool javascript : {true, false}) {
      ReportTab tab(page_file(runs), {.javascript = javascript});
      for (View view : {View{}, kDark, kPrint, kDarkPrint}) {
        INFO(runs << " runs, dark " << view.dark << ", print " << view.print << ", JavaScript "
                  << javascript);
        view.javascript = javascript;
        tab.look(view);
        CHECK(tab.evaluate(kChartTexts).get<int>() > 100);
        CHECK(tab.evaluate(kFaintTexts) == Json::array());
      }
    }
  }
}

TEST_CASE("the check of text finds what is faint") {
  Opened page(
      R"(<figure id="f"><p style="color:#888">a</p><p style="color:#000;opacity:.4">b</p><p>c</p>
    <svg width="90" height="90"><rect width="50" height="50" fill="#000"></rect>
    <text x="10" y="20" fill="#333">d</text><text x="10" y="80" fill="#333">e</text></svg></figure>)");
  CHECK(page.tab.evaluate(kFaintTexts) == Json({"f: a 3.54", "f: b 2.85", "f: d 1.66"}));
}

TEST_CASE("what was drawn on a dark screen is right on paper") {
  ReportTab tab(page_file(1), kDark);
  tab.look(kDarkPrint);
  CHECK(tab.evaluate(kFaintTexts) == Json::array());
  CHECK(tab.evaluate("[...document.querySelectorAll('canvas, button, select, input, nav')]"
                     ".filter(one => one.checkVisibility() && !one.closest('.film')).length") == 0);
  CHECK(tab.evaluate("[...document.querySelectorAll('figure.chart')]"
                     ".filter(one => !one.querySelector('svg').checkVisibility()).length") == 0);
}

TEST_CASE("a narrow window needs no scrolling sideways") {
  for (const std::size_t runs : {1U, 2U}) {
    for (const bool javascript : {true, false}) {
      INFO(runs << " runs, JavaScript " << javascript);
      ReportTab tab(page_file(runs), {.width = 400, .javascript = javascript});
      CHECK(tab.evaluate("document.documentElement.scrollWidth") == 400);
    }
  }
}

TEST_CASE("axe-core finds no serious problem on the page", "[accessibility]") {
  if (!has_axe()) return;
  TemporaryFolder folder;
  const std::vector<RunLog> runs = {sample_run(2, 30), sample_run(1, 30)};
  for (const std::size_t count : {1U, 2U}) {
    const std::string file = folder.write("page.html", report_html({runs.data(), count}));
    for (const View& view : {View{}, kDark, View{.width = 400}, View{.width = 400, .dark = true}}) {
      INFO(count << " runs, width " << view.width << ", dark " << view.dark);
      ReportTab tab(file, view);
      CHECK(serious_problems(tab) == std::vector<std::string>{});
    }
  }
}

}  // namespace
}  // namespace clino::test
