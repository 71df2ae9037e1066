#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "layers/model.hpp"

/// \file
/// A net whose layers are all affine is one affine map, however deep: W_L (... (W_1 x + b_1) ...) +
/// b_L = W x + b. Here W and b are put together from the layers, without the tape, and the tape is
/// held to them.

namespace clino {

/// Why a net is no affine map in evaluation mode: its first layer that is not affine, with name and
/// type. None where every layer is one: dense, the built-in identity, dropout (which passes
/// everything), batch norm (a fixed map), and residual blocks of such layers. Of a user's own
/// activation nothing is assumed, whatever it is called.
std::optional<std::string> why_not_linear(const Model& model);

/// y = weight x + bias: what a net of affine layers comes down to.
struct LinearCollapse {
  Index outputs = 0;
  Index inputs = 0;
  std::vector<double> weight = {};  ///< [outputs, inputs], column-major
  std::vector<double> bias = {};    ///< [outputs]
  /// The same products with the absolute values of everything: what rounding errors are large or
  /// small against. Where the type of the parameters underflows is added.
  std::vector<double> weight_magnitude = {};
  std::vector<double> bias_magnitude = {};
  /// Roundings that follow each other, from an input to an output: k + 1 for a dense layer of k
  /// inputs, 8 for batch norm, 1 for the sum of a residual block.
  Index roundings = 0;
  std::vector<double> singular_values = {};  ///< of `weight`, descending
  /// Singular values that neither the rounding of the products (gamma times the magnitudes, as a
  /// Frobenius norm, by Weyl's inequality) nor their own explains: the rank is this at least.
  Index rank = 0;
};

/// Puts the layers together in double. Throws `UsageError` saying why where the net is not linear.
template <class T>
LinearCollapse linear_collapse(const Model& model, const Parameters<T>& parameters);

/// How far the tape's answers are from W x + b, element by element.
struct LinearDeviation {
  Index samples = 0;
  double largest = 0;        ///< |tape - (W x + b)|; NaN where something is not finite
  double bound = 0;          ///< what rounding explains at that element
  double largest_share = 0;  ///< deviation / bound, on any element
  /// Whether rounding explains every element.
  bool certified = false;
};

/// Runs a tape of type T in evaluation mode on columns of inputs [inputs, n] and compares. Of x the
/// bound is
///
///     (gamma_n(u_T) + gamma_m(u_double)) (|W_L| ... |W_1| |x| + ... + |b_L|),  m = n + inputs + 4
///
/// with n = `roundings`: every term of the sum that an output is goes through n roundings at the
/// most, in whatever order it is added up (Higham 2002, sections 3.1 and 3.5); the second gamma is
/// for W, b and the comparison.
template <class T>
LinearDeviation linear_deviation(const LinearCollapse& collapse, const Model& model,
                                 Parameters<T>& parameters, Matrix<const T> inputs);

}  // namespace clino
