#pragma once

#include <string>

#include "core/graph.hpp"

namespace clino {

/// Softmax over the rows of each column: y_i = exp(x_i / T) / sum_j exp(x_j / T), computed after
/// subtracting the column's maximum, so that it never overflows. Infinite entries are limits: the
/// columns' entries at +inf share 1 equally. A NaN makes its column NaN. T > 0.
Var softmax(Graph& graph, Var x, double temperature = 1, std::string label = "");

/// log softmax: x_i / T - log sum_j exp(x_j / T), shifted in the same way. T > 0.
Var log_softmax(Graph& graph, Var x, double temperature = 1, std::string label = "");

}  // namespace clino
