#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "layers/model.hpp"

/// \file
/// A net of one input whose layers are piecewise linear is a polygonal line for each output. Here
/// are its corners, found by arithmetic and not by looking at samples: how many pieces depth makes
/// (Montufar, Pascanu, Cho and Bengio 2014; Telgarsky 2016), and how many of them a training uses.

namespace clino {

/// On [left, right] output k of the net is slope[k] x + intercept[k].
struct LinearPiece {
  double left = 0;
  double right = 0;
  std::vector<double> slope = {};
  std::vector<double> intercept = {};
};

struct LinearPiecesOptions {
  double low = -1;
  double high = 1;
  /// Whose pieces: of one output, from 0, or of all of them together, where a piece ends as soon as
  /// one of them bends.
  std::optional<Index> output = {};
  /// Ends the search where so many are met in between. Depth can multiply them.
  Index most_pieces = 1 << 15;
};

/// Why the pieces of a net cannot be counted: more than one input, or its first layer that is not
/// piecewise linear in evaluation mode. Those are dense, dropout, batch norm, residual blocks, and
/// activations that say so, have finite kinks and do not jump; those of the list that learn (prelu)
/// with what they have learned.
std::optional<std::string> why_not_piecewise_linear(const Model& model);

/// The pieces on [low, high], from left to right and without gaps, in evaluation mode and in double
/// arithmetic on the parameters as they are.
///
/// Each pre-activation of a layer is linear on each interval found so far; the interval is split
/// where one crosses a kink. In the end neighbours that rounding cannot tell apart become one. With
/// gamma_n of the longest chain of roundings and magnitudes A, a, the same products with absolute
/// values (as in probe/linear_collapse.hpp), a slope is known to gamma_n A and a value to gamma_n
/// (A |x| + a): neighbours are the same where slopes and the values at their border differ by no
/// more than the sum of both. A border, where a z + c crosses a kink, is known to gamma_n (A |x| +
/// a) / |a|: an interval that is no wider than what its two borders are known to is left out, if
/// its neighbours meet in it. So a piece more or less is possible only where the net itself is on
/// the edge of having it.
///
/// Throws `UsageError` where `why_not_piecewise_linear` says why, the range is empty or not finite,
/// or there is no such output; `NumericalError` where there are more intervals than `most_pieces`
/// or a parameter is not finite.
template <class T>
std::vector<LinearPiece> linear_pieces(const Model& model, const Parameters<T>& parameters,
                                       const LinearPiecesOptions& options);

}  // namespace clino
