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

/// Fills a matrix in the order of its elements; computes in double whatever `T` is.
template <class T>
void fill(const Draws& draws, Random& random, Matrix<T> target);

}  // namespace clino
