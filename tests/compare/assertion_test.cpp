#include "compare/assertion.hpp"

#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using test::refusal;

TEST_CASE("An assertion compares a measure with a number or with another measure") {
  const Assertion number = parse_assertion("relu.final_accuracy > 0.98");
  CHECK(number.left.label == "relu");
  CHECK(number.left.measure == "final_accuracy");
  CHECK(*number.right.number == 0.98);
  CHECK(number.holds(0.99, 0.98));
  CHECK_FALSE(number.holds(0.98, 0.98));
  const Assertion other = parse_assertion("0.1, x=2.final_loss<=a b.final_loss");
  CHECK(other.left.label == "0.1, x=2");
  CHECK(other.right.label == "a b");
  CHECK(other.comparison == "<=");
  CHECK(other.holds(1, 1));
  CHECK(parse_assertion("a.seconds >= 1").holds(1, 1));
  CHECK(parse_assertion("x>=2.seconds < 1").left.label == "x>=2");
  CHECK(parse_assertion("a.seconds < 1").holds(0, 1));
}

TEST_CASE("NaN fulfils nothing") {
  const double nan = std::nan("");
  for (const char* text : {"a.seconds < 1", "a.seconds <= 1", "a.seconds > 1", "a.seconds >= 1"}) {
    CHECK_FALSE(parse_assertion(text).holds(nan, 1));
  }
}

TEST_CASE("What is no assertion is refused") {
  CHECK(contains(refusal([] { parse_assertion("relu.final_accuracy"); }), "one of > >= < <="));
  CHECK(contains(refusal([] { parse_assertion("final_accuracy > 1"); }), "LABEL.MEASURE"));
  CHECK(contains(refusal([] { parse_assertion("relu.acuracy > 1"); }), "unknown measure"));
  CHECK(contains(refusal([] { parse_assertion("> 1"); }), "LABEL.MEASURE"));
  CHECK(contains(refusal([] { parse_assertion("relu.seconds >"); }), "LABEL.MEASURE"));
  const Assertion assertion = parse_assertion("rely.seconds < 1");
  CHECK(contains(refusal([&] {
                   check_labels(assertion, {"relu", "tanh"});
                 }),
                 "did you mean \"relu\"?"));
}
