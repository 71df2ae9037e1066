#include "tests/browser/hostile.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/browser/page.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// What only markup made of a text would bring: handlers, addresses with code, elements that the
/// page has no use for.
const std::string kForeignMarkup = R"js(
[...document.querySelectorAll('*')].flatMap(element => [
  ...[...element.attributes].filter(one => /^on|^srcdoc$/i.test(one.name) ||
    /^(href|src|action|data|xlink:href)$/i.test(one.name) && !/^(#|data:image)/.test(one.value)),
  ...(/^(iframe|object|embed|base|link|form|video|math|mglyph|template|animate|img|b|i)$/i.test(element.tagName) ? [element] : [])
].map(found => found.nodeName))
)js";

/// Of the given texts those that the page does not show: in its text, where scripts and styles do
/// not count. Characters that no page should show as they are (controls, line separators, marks
/// that turn the writing round) may stand there as U+FFFD.
std::string missing_texts(const std::vector<std::string>& texts) {
  const std::string list = Json(texts).dump(-1, ' ', true, Json::error_handler_t::replace);
  return R"js(
(texts => {
  const plain = text => text.replace(/[^\P{C}\n\t]|[\u2028\u2029\ufffe\ufffd]/gu, '\ufffd').replace(/\ufffd+/g, '\ufffd').replace(/\s+/g, ' ');
  const page = document.documentElement.cloneNode(true);
  page.querySelectorAll('script, style').forEach(element => element.remove());
  const shown = [];
  const walk = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) shown.push(plain(walk.currentNode.data));
  const stands = text => shown.some(one => one.includes(text));
  const cuts = shown.filter(one => one.includes('…')).map(one => one.split('…')[0]);
  const cut = text => cuts.some(one => {
    const length = text.indexOf(one.slice(-20)) + 20;
    return one.length >= 20 && length >= 20 && one.endsWith(text.slice(0, length));
  });
  return texts.filter(text => !stands(plain(text).trim()) && !cut(plain(text).trim()));
}))js" + ("(" + list + ")");
}

/// Fields whose text a page of one run has to show, by their usual text.
const std::vector<std::string_view> kShown = {
    "sample",    "0",
    "1",         "dense",
    "tanh",      "width",
    "length",    "setosa",
    "virginica", "0.1.0",
    "g++ 12",    "affine",
    "2.weight",  "layer 1, tanh: 71 % of units saturated since step 20"};

/// Makes runs in which no two fields have the same text, and all are hostile.
struct HostileRuns {
  RunLog next() {
    return sample_run(1, 30, [this](std::string_view usual) {
      std::string text = hostile(position++);
      if (std::ranges::find(kShown, usual) != kShown.end()) shown.push_back(text);
      return text;
    });
  }
  std::size_t position;
  std::vector<std::string> shown = {};
};

/// Goes over all charts and pictures with the pointer: what they say of a place is text too.
void point_at_all(Tab& tab) {
  const Json places = tab.evaluate(R"js(
[...document.querySelectorAll('figure .canvas, figure svg')].filter(one => one.checkVisibility()).map(one => {
  one.scrollIntoView({block: 'center'});
  const box = one.getBoundingClientRect();
  return [scrollY, box.left + box.width / 2, box.top + box.height / 2];
}))js");
  REQUIRE(places.size() > 15);
  for (const Json& place : places) {
    tab.evaluate("scrollTo(0, " + place[0].dump() + ")");
    tab.point_at(place[1].get<double>(), place[2].get<double>());
  }
}

void check_harmless(Tab& tab) {
  const std::vector<std::string> none;
  const Noticed& noticed = tab.noticed();
  CHECK(noticed.complaints == none);
  CHECK(noticed.requests == none);
  CHECK(noticed.violations == none);
  CHECK(noticed.dialogs == none);
  CHECK(noticed.departures == none);
  CHECK(tab.evaluate("typeof window.ran") == "undefined");
  CHECK(tab.evaluate(kForeignMarkup) == Json::array());
}

TEST_CASE("each of fifty hostile strings in each field of a run is text and nothing else") {
  TemporaryFolder folder;
  ReportTab tab;
  for (std::size_t first = 0; first < kHostile.size(); ++first) {
    HostileRuns runs{first};
    const RunLog run = runs.next();
    REQUIRE(runs.shown.size() == kShown.size());
    tab.open(folder.write(std::to_string(first) + ".html", report_html({&run, 1})));
    INFO("the run's name is " << kHostile[first]);
    if (first % 10 == 0) point_at_all(tab);
    check_harmless(tab);
    CHECK(tab.evaluate(missing_texts(runs.shown)) == Json::array());
  }
}

TEST_CASE("hostile runs side by side are harmless") {
  constexpr std::size_t kRuns = 5;
  TemporaryFolder folder;
  ReportTab tab;
  for (std::size_t first = 0; first < kHostile.size(); first += kRuns) {
    std::vector<RunLog> side_by_side;
    std::vector<std::string> names;
    for (std::size_t run = 0; run < kRuns; ++run) {
      HostileRuns runs{first + run};
      side_by_side.push_back(runs.next());
      names.push_back(side_by_side.back().name);
    }
    tab.open(folder.write(std::to_string(first) + ".html", report_html(side_by_side)));
    INFO("the first run's name is " << names.front());
    check_harmless(tab);
    CHECK(tab.evaluate(missing_texts(names)) == Json::array());
  }
}

TEST_CASE("hostile strings are harmless without JavaScript") {
  TemporaryFolder folder;
  HostileRuns runs{0};
  const RunLog run = runs.next();
  ReportTab tab(folder.write("page.html", report_html({&run, 1})), {.javascript = false});
  CHECK(tab.noticed().requests == std::vector<std::string>{});
  CHECK(tab.evaluate(kForeignMarkup) == Json::array());
  CHECK(tab.evaluate(missing_texts(runs.shown)) == Json::array());
}

TEST_CASE("the check of hostile strings finds what a page lets through") {
  for (const std::size_t i : {0U, 2U, 5U, 12U, 13U}) {
    INFO(kHostile[i]);
    Opened page(std::string(kHostile[i]) + "<p>text</p>");
    CHECK(page.tab.evaluate("window.ran") == 1);
    CHECK(page.tab.evaluate(missing_texts({std::string(kHostile[i])})).size() == 1);
  }
  Opened page("<p onclick=\"1\">a</p><a href=\"javascript:1\">b</a><iframe></iframe>");
  CHECK(page.tab.evaluate(kForeignMarkup) == Json({"onclick", "href", "IFRAME"}));
  CHECK(Opened("<p>A text that is longer than twenty…</p>")
            .tab
            .evaluate(missing_texts(
                {"A text that is longer than twenty characters", "A text that is cut too early"}))
            .size() == 1);
  CHECK(Opened("<p>a\uFFFDc</p>").tab.evaluate(missing_texts({"a\u202Ec", "a\u202Ed"})).size() ==
        1);
}

}  // namespace
}  // namespace clino::test
