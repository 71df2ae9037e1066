#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/step_context.hpp"

/// \file
/// Holds a gradient rule to central differences, in double whatever trains: in float the
/// differences themselves err by several per cent, and a correct rule looks wrong.

namespace clino {

/// One operand of the function under check: numbers in column-major order, and whether its
/// gradient is checked. A batched operand enters as an input with one column for each sample.
struct GradCheckOperand {
  Index rows = 1;
  Index columns = 1;
  std::vector<double> values = {};
  bool batched = false;
  bool differentiate = true;
};

struct GradCheckOptions {
  /// Largest relative error that passes.
  double tolerance = 1e-7;
  /// Distance of the differences, times max(1, |x|). Kinks must be further away than twice this.
  double step = 1e-3;
  /// Of the random upstream gradient, whose elements lie in [-3, -1] or [1, 3]: a rule that forgets
  /// to multiply by it fails.
  std::uint64_t seed = 1;
  /// Mode, seed and samples that the operations see; the same in every evaluation, so that dropout
  /// draws the same masks.
  StepContext context = {};
};

struct GradCheckResult {
  bool passed = false;
  /// max over elements of |rule - difference| / max(|rule|, |difference|, 1e-4, 1e-4 g), g the
  /// largest of all gradients: elements near zero are measured against the others.
  double largest_error = 0;
  /// Where that was: "operand 1, row 0, column 2: rule 0.25, difference 0.5".
  std::string where = {};

  explicit operator bool() const { return passed; }
};

/// Records a function of some operands and returns its output, of any shape.
using GradCheckFunction = std::function<Var(Graph&, std::span<const Var>)>;

/// Compares the gradients that replaying gives with five-point central differences (error of order
/// step^4): all together, and each alone, where the views of the others are empty. Works for any
/// operation, a user's own included. A gradient that is not finite fails. Throws `ShapeError` where
/// operands do not fit, `UsageError` where none is to be differentiated.
GradCheckResult grad_check(const GradCheckFunction& function,
                           const std::vector<GradCheckOperand>& operands,
                           const GradCheckOptions& options = {});

}  // namespace clino
