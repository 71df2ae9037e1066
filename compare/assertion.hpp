#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clino::compare {

/// One side of an assertion: a number, or what a variation's measure comes to.
struct Operand {
  std::optional<double> number;
  std::string label, measure;
};

/// `relu.final_accuracy > 0.98`, `relu.epochs_to_target < tanh.epochs_to_target`.
struct Assertion {
  std::string text;
  Operand left, right;
  std::string comparison;  ///< one of > >= < <=

  bool holds(double x, double y) const;
};

/// A label may have blanks and dots: the measure is what follows the last dot. Throws `UsageError`
/// where the text is none, or names a measure that there is not.
Assertion parse_assertion(const std::string& text);

/// Throws `UsageError` where an operand names none of the labels.
void check_labels(const Assertion& assertion, const std::vector<std::string>& labels);

}  // namespace clino::compare
