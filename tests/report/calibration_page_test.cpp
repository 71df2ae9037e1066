#include "report/calibration_page.hpp"

#include <sstream>

#include "report/calibration_text.hpp"
#include "report/html.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/markup.hpp"

using namespace clino;
using namespace clino::report;

namespace {

ClassScores scores() {
  ClassScores samples{.classes = 2, .scores = {}, .labels = {}};
  for (int i = 0; i < 40; ++i) {
    samples.scores.insert(samples.scores.end(), {0, 0.2 * i});
    samples.labels.push_back(i % 4 == 0 ? 0 : 1);
  }
  return samples;
}

Calibration calibration(bool test_part, Index bins = kReliabilityBins) {
  const ClassScores samples = scores();
  Calibration result{.fit = fit_temperature(samples), .loss_temperature = 1, .parts = {}};
  for (const char* const name : {"validation", "test"}) {
    result.parts.push_back({.name = name,
                            .samples = samples.size(),
                            .before = reliability(samples, 1, bins),
                            .after = reliability(samples, result.fit.temperature, bins)});
  }
  if (!test_part) result.parts.pop_back();
  return result;
}

Calibration without_temperature() {
  Calibration result = calibration(true);
  result.fit = {.outcome = TemperatureOutcome::zero};
  for (CalibratedPart& part : result.parts) part.after.reset();
  return result;
}

std::vector<test::Element> page_of(const Calibration& calibration) {
  return test::read_markup(calibration_html(calibration, "noisy", "best.safetensors"));
}

std::size_t with_class(const std::vector<test::Element>& elements, const std::string& name) {
  std::size_t count = 0;
  for (const test::Element& rect : test::all_of(elements, "rect")) {
    if ((" " + rect.attributes.at("class") + " ").find(" " + name + " ") != std::string::npos)
      ++count;
  }
  return count;
}

std::size_t filled(const Reliability& measured) {
  std::size_t count = 0;
  for (const ReliabilityBin& bin : measured.bins) count += bin.samples > 0 ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("the page of a calibration shows the part that counts first") {
  const std::vector<test::Element> elements = page_of(calibration(true));
  std::vector<std::string> ids;
  for (const test::Element& one : test::all_of(elements, "section")) {
    ids.push_back(one.attributes.at("id"));
  }
  CHECK(ids == std::vector<std::string>{"summary", "test", "validation"});
  CHECK(test::all_of(elements, "script").empty());
  CHECK(test::all_of(elements, "h1").size() == 1);
  CHECK(test::all_of(elements, "svg").size() == 4);
  for (const test::Element& svg : test::all_of(elements, "svg")) {
    CHECK_FALSE(svg.attributes.at("aria-label").empty());
  }
  for (const test::Element& element : elements) CHECK_FALSE(element.attributes.contains("style"));
}

TEST_CASE("a diagram has a bar, a gap and a count for each bin with samples") {
  const Index bins = GENERATE(1, 15, 1000);
  const Calibration found = calibration(true, bins);
  const std::vector<test::Element> elements = page_of(found);
  const std::size_t expected = 2 * (filled(found.parts[0].before) + filled(*found.parts[0].after));
  CHECK(with_class(elements, "share") == expected);
  CHECK(with_class(elements, "gap") == expected);
  CHECK(with_class(elements, "count") == expected);
  for (const test::Element& rect : test::all_of(elements, "rect")) {
    const auto number = [&](const char* name) { return std::stod(rect.attributes.at(name)); };
    CHECK(number("x") >= 0);
    CHECK(number("x") + number("width") <= 440);
    CHECK(number("y") >= 0);
    CHECK(number("y") + number("height") <= 452.01);
    CHECK(number("width") > 0);
    CHECK(number("height") >= 0);
  }
}

TEST_CASE("without a temperature there is a page too, and it says why") {
  const Calibration none = without_temperature();
  const std::vector<test::Element> elements = page_of(none);
  CHECK(test::all_of(elements, "svg").size() == 2);
  const std::string text = elements.front().text;
  CHECK(text.find("every sample is classified right") != std::string::npos);
  CHECK(text.find("after") == std::string::npos);
}

TEST_CASE("hostile names on the page of a calibration are text") {
  for (const std::string& text : test::hostile_strings()) {
    INFO(text);
    const auto elements = test::read_markup(calibration_html(calibration(false), text, text));
    CHECK(test::all_of(elements, "h1")[0].text == cleaned(text));
    CHECK(test::all_of(elements, "script").empty());
  }
}

TEST_CASE("a calibration is put into words") {
  Calibration found = calibration(true);
  const auto has = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  found.fit = {.temperature = 2, .log_error = 0.1, .low = 1.6, .high = 2.4};
  CHECK(has(calibration_sentence(found), "surer of its answers than it should be"));
  CHECK(has(calibration_sentence(found), "fitted on the 40 samples of the validation part"));
  found.fit = {.temperature = .5, .log_error = 0.1, .low = .4, .high = .6};
  CHECK(has(calibration_sentence(found), "less sure of its answers than it could be"));
  found.fit = {.temperature = 1.1, .log_error = 0.1, .low = .9, .high = 1.3};
  CHECK(has(calibration_sentence(found), "not told apart from 1"));
  CHECK(total_temperature_sentence(found).empty());
  found.loss_temperature = 3;
  CHECK(has(total_temperature_sentence(found), "divided by 3.3"));
  CHECK(missing_test_sentence(found).empty());
  CHECK(has(missing_test_sentence(calibration(false)), "is no test of it"));
  CHECK(has(calibration_sentence(without_temperature()), "No temperature fits"));
}
