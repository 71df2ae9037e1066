#include "compare/assertion.hpp"

#include <algorithm>

#include "compare/measures.hpp"
#include "core/errors.hpp"
#include "core/options.hpp"
#include "data/numbers.hpp"

namespace clino::compare {

namespace {

constexpr const char* kExpected =
    "expected LABEL.MEASURE, one of > >= < <=, and a number or another LABEL.MEASURE";

Operand parse_operand(const std::string& text, const std::string& whole) {
  if (const auto number = parse_number(text)) return {.number = number, .label = {}, .measure = {}};
  const std::size_t dot = text.rfind('.');
  if (dot == std::string::npos || dot == 0) {
    throw UsageError("assertion \"" + whole + "\": \"" + text + "\"; " + kExpected);
  }
  Operand operand{.number = {}, .label = text.substr(0, dot), .measure = text.substr(dot + 1)};
  if (find_measure(operand.measure) == nullptr) {
    throw UsageError("assertion \"" + whole + "\": unknown measure \"" + operand.measure + "\"" +
                     suggestion(operand.measure, measure_names()));
  }
  return operand;
}

}  // namespace

bool Assertion::holds(double x, double y) const {
  if (comparison == ">") return x > y;
  if (comparison == ">=") return x >= y;
  return comparison == "<" ? x < y : x <= y;
}

Assertion parse_assertion(const std::string& text) {
  // The last one: a label may have one too.
  const std::size_t place = text.find_last_of("<>");
  if (place != std::string::npos) {
    const bool or_equal = place + 1 < text.size() && text[place + 1] == '=';
    Assertion assertion{.text = text, .left = {}, .right = {}, .comparison = {}};
    assertion.comparison = text.substr(place, or_equal ? 2 : 1);
    const std::string_view whole = text;
    assertion.left = parse_operand(std::string(trimmed(whole.substr(0, place))), text);
    assertion.right = parse_operand(
        std::string(trimmed(whole.substr(place + assertion.comparison.size()))), text);
    return assertion;
  }
  throw UsageError("assertion \"" + text + "\": " + kExpected);
}

void check_labels(const Assertion& assertion, const std::vector<std::string>& labels) {
  for (const Operand* operand : {&assertion.left, &assertion.right}) {
    if (operand->number || std::ranges::count(labels, operand->label) > 0) continue;
    throw UsageError("assertion \"" + assertion.text + "\": no variation is called \"" +
                     operand->label + "\"" + suggestion(operand->label, labels));
  }
}

}  // namespace clino::compare
