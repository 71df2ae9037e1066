#include <array>
#include <cstdio>
#include <set>

#include "report/assets.hpp"
#include "report/base64.hpp"
#include "report/html.hpp"
#include "report/report.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/page_data.hpp"
#include "tests/report/sample_run.hpp"
#include "tests/temporary_folder.hpp"

using namespace clino;
using test::all_of;
using test::Element;

namespace {

/// By the program of coreutils: nothing that the page's hashes came from.
std::string sha256_of(const std::string& text) {
  const test::TemporaryFolder folder;
  const std::string command = "sha256sum '" + folder.write("text", text) + "'";
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::array<char, 65> digits{};
  CHECK(std::fread(digits.data(), 1, 64, pipe) == 64);
  ::pclose(pipe);
  return digits.data();
}

std::string policy_of(const std::vector<Element>& elements) {
  const auto metas = all_of(elements, "meta", "http-equiv", "Content-Security-Policy");
  REQUIRE(metas.size() == 1);
  return metas[0].attributes.at("content");
}

/// A run with a string wherever a string can come from outside.
RunLog run_saying(const std::string& text, const std::string& config_name) {
  RunLog run = test::sample_run(20);
  run.name = run.config_text = text;
  run.config.name = config_name;
  run.config.data.source.type = run.config.loss.type = run.config.optimizer.method.type = text;
  for (LayerLog& layer : run.layers) {
    layer.name += text;
    layer.type = text;
    layer.events.push_back({.event = "died", .step = 50, .unit = 1, .cause = text});
    for (HistogramPoint& point : layer.histograms) point.quantity = "weight";
  }
  run.film->x_name = run.film->y_name = text;
  run.film->classes = {text, text};
  run.summary->status = text;
  run.summary->findings = {text};
  run.summary->environment = {{text, text}};
  FirstNonfinite& first = run.summary->first_nonfinite.emplace();
  first.node = first.direction = first.operation = first.layer_name = first.value = text;
  return run;
}

}  // namespace

TEST_CASE("the policy names exactly the page's own code") {
  const std::vector<Element> elements =
      test::read_markup(report_html(std::vector<RunLog>{test::sample_run(20)}));
  const std::string policy = policy_of(elements);
  CHECK(policy.starts_with("default-src 'none'; script-src 'sha256-"));
  CHECK(policy.find("unsafe") == std::string::npos);
  CHECK(policy.find("http") == std::string::npos);
  std::size_t code = 0;
  for (const Element& element : elements) {
    const bool script = element.tag == "script" && element.attributes.count("type") == 0;
    if (!script && element.tag != "style") continue;
    ++code;
    CHECK(element.attributes.empty());
    const std::string source =
        "'sha256-" + report::base64_of_hexadecimal(sha256_of(element.text)) + "'";
    CHECK(policy.find(source) != std::string::npos);
  }
  CHECK(code == 6);
  std::size_t sources = 0;
  for (std::size_t at = 0; (at = policy.find("'sha256-", at)) != std::string::npos; ++at) ++sources;
  CHECK(sources == code);
}

TEST_CASE("embedded code cannot end its own element") {
  using namespace report_assets;  // NOLINT(google-build-using-namespace)
  for (const std::string_view text :
       {page_css, charts_js, film_js, page_js, dygraphs_css, dygraphs_js}) {
    CHECK_FALSE(text.empty());
    for (const char* bad : {"</script", "</style", "<!--", "\r", "sourceMappingURL"}) {
      CHECK(text.find(bad) == std::string_view::npos);
    }
    CHECK(text.find('\0') == std::string_view::npos);
  }
}

TEST_CASE("no string from config, data or log becomes markup or code") {
  const std::vector<std::string> strings = test::hostile_strings();
  REQUIRE(strings.size() == 50);
  const std::set<std::string> tags = [] {
    std::set<std::string> names;
    for (const Element& element :
         test::read_markup(report_html(std::vector<RunLog>{run_saying("x", "x")}))) {
      names.insert(element.tag);
    }
    return names;
  }();
  for (const std::string& text : strings) {
    INFO(text);
    const std::vector<RunLog> runs = {run_saying(text, text)};
    const std::string page = report_html(runs);
    const std::vector<Element> elements = test::read_markup(page);
    std::size_t scripts = 0;
    for (const Element& element : elements) {
      CHECK(tags.count(element.tag) == 1);
      if (element.tag == "script") ++scripts;
      for (const auto& [name, value] : element.attributes) {
        CHECK_FALSE(name.starts_with("on"));
        CHECK(name != "style");
        CHECK(name != "src");
        if (name == "href") CHECK(value.starts_with("#"));
      }
    }
    CHECK(scripts == 6);  // four of code, the data, the film
    CHECK(all_of(elements, "h1")[0].text == report::cleaned(text));
    CHECK(all_of(elements, "pre")[0].text == report::cleaned(text));
    const auto data = test::data_block(elements);
    CHECK(data["runs"][0]["name"] == report::cleaned(text));
    CHECK(page.find(std::string("\0", 1)) == std::string::npos);
    CHECK(page.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(page.find("\xE2\x80\xA8") == std::string::npos);
    CHECK_NOTHROW(test::read_markup(report_html(std::vector<RunLog>{runs[0], runs[0]})));
  }
}
