#include "core/options.hpp"

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

const Catalogue& shapes() {
  static const Catalogue catalogue{
      {"circle", "round", {{"radius", kNumber, 1.0, "size", kPositive}}},
      {"polygon",
       "straight",
       {{"sides", kInteger, {}, "how many", {.minimum = 3}, {}, true},
        {"colour", kText, std::string("red"), "paint", {}, {"red", "green"}},
        {"weights", kNull | kNumbers | kText, {}, "of sides", kNonNegative, {"balanced"}},
        {"labels", kTexts, std::vector<std::string>{}, "names"}}},
      {"leaky_relu", "not a shape", {}}};
  return catalogue;
}

template <class Function>
std::string error_of(Function function) {
  try {
    function();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "(no error)";
}

void mentions(const std::string& text, const std::string& part) {
  INFO(text << " should mention " << part);
  CHECK(text.find(part) != std::string::npos);
}

Option option_of(unsigned types, Range range = {}) {
  return {"x", types, {}, "", range, {}, /*required=*/true};
}

bool accepts(const Option& option, const OptionValue& value) {
  return mismatch(option, value).empty();
}

}  // namespace

TEST_CASE("A choice is completed with defaults and stays complete") {
  const Choice circle = complete(shapes(), {"circle", {}}, "shape");
  CHECK(circle.get<double>("radius") == 1);
  const Choice polygon = complete(shapes(), {"polygon", {{"sides", std::int64_t{5}}}}, "shape");
  CHECK(polygon.options.size() == 4);
  CHECK_FALSE(polygon.has("weights"));
  CHECK(polygon.get<std::string>("colour") == "red");
  CHECK(complete(shapes(), polygon, "shape") == polygon);
}

TEST_CASE("How a number was written does not change the choice") {
  const Choice whole = complete(shapes(), {"circle", {{"radius", std::int64_t{2}}}}, "shape");
  CHECK(whole == complete(shapes(), {"circle", {{"radius", 2.0}}}, "shape"));
  CHECK(complete(shapes(), {"polygon", {{"sides", 4.0}}}, "shape").get<std::int64_t>("sides") == 4);
}

TEST_CASE("A choice that does not fit its catalogue says what and what was expected") {
  const auto refusal = [](Choice choice) {
    return error_of([&] { complete(shapes(), std::move(choice), "shape"); });
  };
  mentions(refusal({"circel", {}}), "unknown shape \"circel\"; did you mean \"circle\"?");
  mentions(refusal({"Leaky-ReLU", {}}), "did you mean \"leaky_relu\"?");
  mentions(refusal({"blob", {}}), "known: circle, polygon, leaky_relu");
  mentions(refusal({"circle", {{"radios", 1.0}}}),
           "unknown option \"radios\"; did you mean \"radius\"?");
  mentions(refusal({"circle", {{"radius", 0.0}}}), "radius: expected a number > 0, found 0");
  mentions(refusal({"polygon", {}}), "option \"sides\" is missing; expected a whole number >= 3");
  mentions(refusal({"polygon", {{"sides", 3.5}}}), "expected a whole number >= 3, found 3.5");
  mentions(refusal({"polygon", {{"sides", std::int64_t{3}}, {"colour", std::string("blue")}}}),
           "expected \"red\" or \"green\", found \"blue\"");
  mentions(
      refusal({"polygon", {{"sides", std::int64_t{3}}, {"weights", std::vector<double>{1, -1}}}}),
      "expected null or \"balanced\" or a list of numbers >= 0, found [1, -1]");
}

TEST_CASE("An option of another type, or none, is not handed out") {
  const Choice circle = complete(shapes(), {"circle", {}}, "shape");
  mentions(error_of([&] { circle.get<std::string>("radius"); }), "has another type: 1");
  mentions(error_of([&] { circle.get<double>("sides"); }), "\"sides\" of \"circle\" is missing");
}

TEST_CASE("Whole numbers are taken only where a double holds them exactly") {
  const std::int64_t limit = std::int64_t{1} << 53;
  CHECK(accepts(option_of(kInteger, kCount), limit));
  CHECK_FALSE(accepts(option_of(kInteger, kCount), limit + 1));
  CHECK_FALSE(accepts(option_of(kInteger), -limit - 1));
  CHECK_FALSE(accepts(option_of(kInteger), 1e300));
  CHECK(accepts(option_of(kNumber), 1e300));
  CHECK_FALSE(accepts(option_of(kInteger, kCount), std::int64_t{0}));
  CHECK(accepts(option_of(kInteger, kWhole), -0.0));
}

TEST_CASE("Numbers that are not finite fit no option") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double x : {infinity, -infinity, std::nan("")}) {
    CHECK_FALSE(accepts(option_of(kNumber | kInteger | kNull), x));
    CHECK_FALSE(accepts(option_of(kNumbers), std::vector<double>{1, x}));
  }
}

TEST_CASE("Each bound is part of its range or not, as it says") {
  CHECK_FALSE(accepts(option_of(kNumber, kPositive), 0.0));
  CHECK(accepts(option_of(kNumber, kPositive), 5e-324));
  CHECK(accepts(option_of(kNumber, kNonNegative), 0.0));
  CHECK(accepts(option_of(kNumber, kUnit), 1.0));
  CHECK_FALSE(accepts(option_of(kNumber, kUnitBelowOne), 1.0));
}

TEST_CASE("No type passes for another") {
  const std::vector<std::pair<unsigned, OptionValue>> values{
      {kNull, {}},
      {kBoolean, true},
      {kInteger, std::int64_t{1}},
      {kNumber, 0.5},
      {kText, std::string("a")},
      {kNumbers, std::vector<double>{0.5}},
      {kTexts, std::vector<std::string>{"a"}}};
  for (const auto& [type, own] : values) {
    for (const auto& [other, value] : values) {
      const bool whole_as_number = type == kNumber && other == kInteger;
      CAPTURE(type, other);
      CHECK(accepts(option_of(type), value) == (type == other || whole_as_number));
    }
  }
}

TEST_CASE("Lists hold whole numbers where only whole numbers are accepted") {
  CHECK(accepts(option_of(kInteger | kNumbers), std::vector<double>{0, -1}));
  CHECK_FALSE(accepts(option_of(kInteger | kNumbers), std::vector<double>{0.5}));
  CHECK(accepts(option_of(kNumber | kNumbers), std::vector<double>{0.5}));
}

TEST_CASE("Values are written as JSON, numbers with the fewest digits that read back") {
  CHECK(to_text(OptionValue{}) == "null");
  CHECK(to_text(OptionValue{true}) == "true");
  CHECK(to_text(OptionValue{0.1}) == "0.1");
  CHECK(to_text(OptionValue{1e-8}) == "1e-08");
  CHECK(to_text(OptionValue{std::nan("")}) == "\"nan\"");
  CHECK(to_text(OptionValue{std::string("a\"\\\n\x01")}) == "\"a\\\"\\\\\\n\\u0001\"");
  CHECK(to_text(OptionValue{std::vector<std::string>{"a", "b"}}) == "[\"a\", \"b\"]");
  CHECK(to_text(OptionValue{std::vector<double>{}}) == "[]");
}

TEST_CASE("A name is suggested only where it is near") {
  const std::vector<std::string> known{"tanh", "sigmoid", "xor", "learning_rate"};
  CHECK(nearest_name("tahn", known) == "tanh");
  CHECK(nearest_name("tanhh", known) == "tanh");
  CHECK(nearest_name("learnign_rate", known) == "learning_rate");
  CHECK(nearest_name("foo", known).empty());
  CHECK(nearest_name("", known).empty());
  CHECK(nearest_name("x", {}).empty());
}
