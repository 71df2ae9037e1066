#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/browser/page.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

/// \file
/// That the driver sees what the tests of the page rely on never seeing.

namespace clino::test {
namespace {

const std::string kPolicy =
    R"(<meta http-equiv="Content-Security-Policy" content="default-src 'none'">)";

TEST_CASE("a page that minds its business leaves nothing to notice") {
  Opened page(
      "<p id=\"p\">text</p><img alt=\"\" src=\"data:image/gif;base64,R0lGODlhAQABAAAAACw=\">"
      "<script>console.log('a log is no complaint')</script>");
  const Noticed& noticed = page.tab.noticed();
  CHECK(noticed.complaints.empty());
  CHECK(noticed.requests.empty());
  CHECK(noticed.violations.empty());
  CHECK(noticed.dialogs.empty());
  CHECK(noticed.departures.empty());
  CHECK(page.tab.evaluate("document.getElementById('p').textContent") == "text");
}

TEST_CASE("console errors, warnings and exceptions are noticed, early and late") {
  Opened page(
      "<script>console.error('one', 1); console.warn('two'); console.assert(false, 'three');"
      "setTimeout(() => { throw new Error('four') }, 0); Promise.reject(new "
      "Error('five'))</script>");
  CHECK(page.tab.noticed().complaints.size() == 5);
  page.tab.evaluate("console.error('six')");
  const std::vector<std::string>& complaints = page.tab.noticed().complaints;
  REQUIRE(complaints.size() == 6);
  CHECK(complaints[0] == "error: one 1");
  CHECK(complaints[5] == "error: six");
}

TEST_CASE("every kind of request is noticed") {
  for (
      const std::string body :
      {R"(<img alt="" src="http://clino.invalid/a">)", R"(<script src="b.js"></script>)",
       R"(<link rel="stylesheet" href="http://clino.invalid/c.css">)",
       R"(<style>@font-face{font-family:f;src:url(http://clino.invalid/f)}p{font-family:f}</style><p>d</p>)",
       R"(<script>fetch('http://clino.invalid/e').catch(() => 0)</script>)",
       R"(<iframe src="http://clino.invalid/g"></iframe>)",
       R"(<script>navigator.sendBeacon('http://clino.invalid/h')</script>)"}) {
    INFO(body);
    Opened page(body);
    CHECK(page.tab.noticed().requests.size() == 1);
  }
}

TEST_CASE("what the content security policy forbids is noticed") {
  for (const std::string body :
       {"<script>1</script>", "<img alt=\"\" src=\"http://clino.invalid/a\">",
        "<p style=\"color: red\">text</p>", "<style>p { color: red }</style>",
        "<button onclick=\"1\">b</button>"}) {
    INFO(body);
    Opened page(body, {}, kPolicy);
    CHECK(page.tab.noticed().violations.size() == 1);
  }
  CHECK(Opened("<p>text</p>", {}, kPolicy).tab.noticed().violations.empty());
}

TEST_CASE("dialogs, other pages and new windows are noticed and do not stop a test") {
  Opened page("<script>alert('hello')</script>");
  CHECK(page.tab.noticed().dialogs == std::vector<std::string>{"hello"});
  page.tab.evaluate("void window.open('about:blank#opened')");
  CHECK(page.tab.noticed().departures.size() == 1);
  page.tab.evaluate("void (location.href = 'data:text/plain,gone')");
  CHECK(Opened("<script>location.href = 'other.html'</script>").tab.noticed().departures.size() ==
        1);
}

TEST_CASE("script that a page lets in runs, and not with JavaScript off") {
  const std::string body =
      "<p>text</p><img alt=\"\" src=\"data:,\" onerror=\"window.ran = (window.ran || 0) + 1\">"
      "<noscript><p id=\"without\">shown without</p></noscript>";
  Opened with(body);
  CHECK(with.tab.evaluate("window.ran") == 1);
  CHECK(with.tab.evaluate("document.getElementById('without')").is_null());
  Opened without(body, {.javascript = false});
  CHECK(without.tab.evaluate("window.ran").is_null());
  CHECK(without.tab.evaluate("document.getElementById('without').offsetHeight > 0") == true);
}

TEST_CASE("colour scheme, width and medium are what was asked for") {
  const std::string body =
      "<style>body { background: white } @media (prefers-color-scheme: dark) { body { background: "
      "black } }"
      "@media print { body { background: rgb(1, 2, 3) } }</style>";
  const std::string background = "getComputedStyle(document.body).backgroundColor";
  CHECK(Opened(body).tab.evaluate(background) == "rgb(255, 255, 255)");
  CHECK(Opened(body, {.dark = true}).tab.evaluate(background) == "rgb(0, 0, 0)");
  CHECK(Opened(body, {.dark = true, .print = true}).tab.evaluate(background) == "rgb(1, 2, 3)");
  Opened page(body, {.width = 400});
  CHECK(page.tab.evaluate("document.documentElement.clientWidth") == 400);
  page.tab.look({.width = 500, .dark = true});
  CHECK(page.tab.evaluate("document.documentElement.clientWidth") == 500);
  CHECK(page.tab.evaluate(background) == "rgb(0, 0, 0)");
}

TEST_CASE("keys and the pointer reach the page") {
  Opened page(
      "<button id=\"a\" onclick=\"window.clicks = (window.clicks || 0) + 1\">a</button>"
      "<a id=\"b\" href=\"#b\">b</a><p id=\"c\" onmousemove=\"window.moved = true\">c</p>");
  const std::string active = "document.activeElement.id";
  page.tab.press("Tab");
  CHECK(page.tab.evaluate(active) == "a");
  CHECK(page.tab.evaluate("document.activeElement.matches(':focus-visible')") == true);
  page.tab.press("Space");
  page.tab.press("Enter");
  CHECK(page.tab.evaluate("window.clicks") == 2);
  page.tab.press("Tab");
  CHECK(page.tab.evaluate(active) == "b");
  page.tab.press("Tab", true);
  CHECK(page.tab.evaluate(active) == "a");
  const auto box =
      page.tab.evaluate("document.getElementById('c').getBoundingClientRect().toJSON()");
  page.tab.point_at(box["x"].get<double>() + 5, box["y"].get<double>() + 5);
  CHECK(page.tab.evaluate("window.moved") == true);
}

TEST_CASE("values come over as they are, and errors with their message") {
  Opened page("");
  CHECK(page.tab.evaluate("[0.1, -1e300, null, 'a\\u2028\"', {k: true}]") ==
        nlohmann::json({0.1, -1e300, nullptr, "a\u2028\"", {{"k", true}}}));
  CHECK(page.tab.evaluate("Promise.resolve(7)") == 7);
  CHECK(page.tab.evaluate("'x'.repeat(5000000).length") == 5000000);
  CHECK(page.tab.evaluate("'x'.repeat(5000000)").get<std::string>().size() == 5000000);
  const auto said = message_of<std::runtime_error>([&] { page.tab.evaluate("nothing.there"); });
  CHECK(said.find("nothing is not defined") != std::string::npos);
}

TEST_CASE("a screenshot shows the whole page") {
  Opened page("<div style=\"height: 3000px\">high</div>");
  page.tab.screenshot(page.folder / "a.png");
  std::ifstream file(page.folder / "a.png", std::ios::binary);
  const std::string png((std::istreambuf_iterator<char>(file)), {});
  REQUIRE(png.substr(1, 3) == "PNG");
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(png.at(i)); };
  CHECK(byte(18) * 256 + byte(19) == 1280);  // width and height stand in bytes 16 to 23
  CHECK(byte(22) * 256 + byte(23) > 3000);
}

TEST_CASE("a tab forgets what it noticed of the page before") {
  Opened page("<script>console.error('one')</script>");
  CHECK(page.tab.noticed().complaints.size() == 1);
  page.tab.open(page.folder.write("second.html", "<!doctype html><title>b</title><p>text</p>"));
  CHECK(page.tab.noticed().complaints.empty());
  CHECK(page.tab.noticed().departures.empty());
  CHECK(page.tab.evaluate("document.title") == "b");
}

TEST_CASE("a file that is not there says so") {
  TemporaryFolder folder;
  const auto said = message_of<std::runtime_error>([&] { Tab tab(folder / "none.html"); });
  CHECK(said.find("none.html: net::ERR_FILE_NOT_FOUND") != std::string::npos);
}

}  // namespace
}  // namespace clino::test
