#pragma once

#include <string>

#include "core/graph.hpp"

/// \file
/// The arithmetic that can be recorded. Each function checks shapes at once (`ShapeError`) and
/// returns the handle of the result; the rules are in the .cpp files, one operation each.

namespace clino {

/// weight x + bias: [outputs, inputs] times [inputs, n], the bias [outputs, 1] added to every
/// column.
Var affine(Graph& graph, Var weight, Var bias, Var x, std::string label = "");

/// Matrix product [m, k] x [k, n]. The right factor may be a batch.
Var matmul(Graph& graph, Var a, Var b, std::string label = "");

/// Elementwise sum and product of two values of the same shape.
Var add(Graph& graph, Var a, Var b, std::string label = "");
Var multiply(Graph& graph, Var a, Var b, std::string label = "");

/// factor * x.
Var scale(Graph& graph, Var x, double factor, std::string label = "");

/// The sum and the mean of all elements: [1, 1]. A mean over no elements is NaN.
Var sum(Graph& graph, Var x, std::string label = "");
Var mean(Graph& graph, Var x, std::string label = "");

}  // namespace clino
