#include <nlohmann/json.hpp>
#include <string>

#include "tests/browser/page.hpp"
#include "tests/browser/probes.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

TEST_CASE("the Tab key reaches all there is in order, and one sees where it is") {
  for (const View& view : {View{}, View{.width = 400}}) {
    SamplePage page(100, view);
    const Json stops = page.tab.evaluate(kStops);
    REQUIRE(stops.size() > 50);
    for (std::size_t i = 0; i < stops.size(); ++i) {
      page.tab.press("Tab");
      const Json focus = page.tab.evaluate(kFocus);
      INFO("width " << view.width << ", stop " << i << ": " << stops[i].get<std::string>() << " "
                    << focus.dump());
      REQUIRE(focus["stop"] == i);
      CHECK(focus["outlined"] == true);
      CHECK(focus["uncovered"] == true);
    }
  }
}

TEST_CASE("the check of the focus finds what cannot be seen") {
  Opened page(
      "<div style=\"position:fixed;inset:0 0 50%;background:#fff;z-index:1\"></div>"
      "<button>under</button><button "
      "style=\"outline:none;position:relative;z-index:2\">bare</button>");
  page.tab.evaluate(kStops);
  page.tab.press("Tab");
  CHECK(page.tab.evaluate(kFocus) == Json({{"stop", 0}, {"outlined", true}, {"uncovered", false}}));
  page.tab.press("Tab");
  CHECK(page.tab.evaluate(kFocus) == Json({{"stop", 1}, {"outlined", false}, {"uncovered", true}}));
}

TEST_CASE("the film plays and pauses by the space bar and steps by the arrow keys") {
  SamplePage page(100);
  page.tab.evaluate("document.querySelector('.film button').focus()");
  const auto text = [&] {
    return page.tab.evaluate("document.querySelector('.film button').textContent")
        .get<std::string>();
  };
  const auto frame = [&] {
    return page.tab.evaluate("Number(document.querySelector('.film input').value)").get<int>();
  };
  CHECK(text() == "Play");
  CHECK(frame() == 4);
  page.tab.press("Space");
  CHECK(text() == "Pause");
  page.tab.press("Space");
  CHECK(text() == "Play");
  const int stopped = frame();
  CHECK(stopped < 4);
  page.tab.evaluate("new Promise(done => setTimeout(done, 900))");
  CHECK(frame() == stopped);

  // Played to its end it stops there by itself.
  page.tab.press("Space");
  CHECK(text() == "Pause");
  for (int i = 0; i < 100 && text() != "Play"; ++i) {
    page.tab.evaluate("new Promise(done => setTimeout(done, 100))");
  }
  CHECK(frame() == 4);
  CHECK(text() == "Play");

  const auto pixels = [&] {
    return page.tab.evaluate("document.querySelector('.film canvas').toDataURL()");
  };
  const Json last = pixels();
  page.tab.press("Tab");
  page.tab.press("ArrowLeft");
  CHECK(frame() == 3);
  CHECK(pixels() != last);
  page.tab.press("Home");
  CHECK(frame() == 0);
  CHECK(page.tab.evaluate("document.querySelector('.film .when').textContent") ==
        "Step 0, epoch 0");
}

TEST_CASE("the arrow keys go along a chart, plus and minus zoom it") {
  SamplePage page(100);
  page.tab.evaluate("document.querySelector('#chart-loss .canvas').focus()");
  const auto step = [&] {
    return page.tab.evaluate("document.querySelector('#chart-loss output').textContent");
  };
  page.tab.press("ArrowRight");
  CHECK(step() == "step 0");
  page.tab.press("ArrowRight");
  CHECK(step() == "step 1");
  page.tab.press("ArrowLeft");
  CHECK(step() == "step 0");

  const auto last_label = [&] {
    return std::stod(
        page.tab
            .evaluate("[...document.querySelectorAll('#chart-loss .dygraph-axis-label-x')]"
                      ".at(-1).textContent")
            .get<std::string>());
  };
  const double whole = last_label();
  CHECK(whole > 50);
  page.tab.press("+");
  const double half = last_label();
  CHECK(half < whole);
  page.tab.press("-");
  CHECK(last_label() > half);
  page.tab.press("+");
  page.tab.press("0");
  CHECK(last_label() == whole);
  CHECK(page.tab.noticed().complaints.empty());
}

}  // namespace
}  // namespace clino::test
