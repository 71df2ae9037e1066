#pragma once

#include <span>
#include <vector>

#include "core/types.hpp"

namespace clino {

/// The singular values of a matrix, descending, min(rows, columns) of them; each to within some
/// rounding errors of the largest, whatever the size of the numbers. (The eigenvalues of a Gram
/// matrix would be cheaper, but their roots are lost below 1e-8 of the largest, and those of a deep
/// net fall by orders of magnitude.) All NaN where an element is not finite. Allocates.
std::vector<double> singular_values(Matrix<const double> matrix);

/// exp(-sum p_i ln p_i), p_i = s_i / sum s: n for n equal singular values, 1 for one that stands
/// alone (Roy and Vetterli, "The effective rank", EUSIPCO 2007). 0 where all are 0, NaN where one
/// is. `singular_values` are >= 0.
double effective_rank(std::span<const double> singular_values);

/// What `singular_values` costs for a matrix [rows, columns], in floating-point operations of
/// matrix products that take as long.
double singular_values_cost(Index rows, Index columns);

}  // namespace clino
