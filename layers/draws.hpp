#pragma once

#include "core/random.hpp"
#include "core/types.hpp"

namespace clino {

/// How the elements of a matrix are drawn.
struct Draws {
  enum class Kind {
    constant,    ///< centre
    normal,      ///< centre + scale z, z standard normal
    uniform,     ///< centre + scale u, u uniform in (-1, 1)
    orthogonal,  ///< scale Q, Q uniform among matrices with orthonormal columns (rows, where wide)
  };
  Kind kind = Kind::constant;
  double centre = 0;
  double scale = 0;
};

/// Variance of one element of a matrix drawn so, about `centre`.
double variance(const Draws& draws, Index rows, Index columns);

/// Fills a matrix in the order of its elements; computes in double whatever `T` is.
template <class T>
void fill(const Draws& draws, Random& random, Matrix<T> target);

/// Replaces one number of each unit, chosen evenly among its row of `weight` [units, inputs] and
/// its entry of `bias` [units, 1], by a draw of Beta(2, 1): density 2 x on (0, 1). An empty `bias`
/// view takes no part. Unit by unit, the place first; computes in double whatever `T` is.
template <class T>
void make_asymmetric(Random& random, Matrix<T> weight, Matrix<T> bias);

}  // namespace clino
