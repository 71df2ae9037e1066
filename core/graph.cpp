#include "core/graph.hpp"

#include <algorithm>
#include <utility>

#include "core/errors.hpp"

namespace clino {

std::string to_text(const Shape& shape) {
  const std::string columns = shape.batched() ? "batch" : std::to_string(shape.columns);
  return "[" + std::to_string(shape.rows) + ", " + columns + "]";
}

Var Graph::add(Node node) {
  constexpr Index kMostElements = Index{1} << 48U;
  const Shape& shape = node.shape;
  const bool may_be_batched = node.kind == NodeKind::input || node.kind == NodeKind::operation;
  if (shape.rows < 0 || (shape.columns < 0 && !(may_be_batched && shape.batched()))) {
    throw ShapeError("[" + node.label + "] expected sizes >= 0, found " +
                     std::to_string(shape.rows) + " rows and " + std::to_string(shape.columns) +
                     " columns");
  }
  if (shape.rows > kMostElements / std::max(Index{1}, shape.columns)) {
    throw ShapeError("[" + node.label + "] too large: " + to_text(shape));
  }
  nodes_.push_back(std::move(node));
  return Var{size() - 1};
}

Var Graph::input(std::string label, Index rows) {
  return add({.kind = NodeKind::input, .label = std::move(label), .shape = {rows, Shape::kBatch}});
}

Var Graph::parameter(std::string label, Index rows, Index columns) {
  return add({.kind = NodeKind::parameter, .label = std::move(label), .shape = {rows, columns}});
}

Var Graph::parameter(std::string label, Index rows) {
  return add(
      {.kind = NodeKind::parameter, .label = std::move(label), .shape = {rows, 1}, .rank = 1});
}

Var Graph::buffer(std::string label, Index rows, double initial, Index rank) {
  const Var var =
      add({.kind = NodeKind::buffer, .label = std::move(label), .shape = {rows, 1}, .rank = rank});
  nodes_.back().values.assign(static_cast<std::size_t>(rows), initial);
  return var;
}

Var Graph::constant(std::string label, Index rows, Index columns, std::vector<double> values) {
  if (rows < 0 || columns < 0 || static_cast<Index>(values.size()) != rows * columns) {
    throw ShapeError("[constant] " + std::to_string(values.size()) + " values for shape " +
                     to_text(Shape{rows, columns}));
  }
  return add({.kind = NodeKind::constant,
              .label = std::move(label),
              .shape = {rows, columns},
              .values = std::move(values)});
}

Var Graph::record(const Operation& operation, std::span<const Var> inputs, std::string label) {
  std::vector<Shape> shapes;
  shapes.reserve(inputs.size());
  for (const Var input : inputs) shapes.push_back(shape(input));
  if (label.empty()) {
    label = std::string(operation.kind()) + "." + std::to_string(size());
  }
  return add({.kind = NodeKind::operation,
              .label = std::move(label),
              .shape = operation.infer(shapes),
              .inputs = {inputs.begin(), inputs.end()},
              .operation = operation.clone()});
}

const Node& Graph::node(Var var) const {
  if (var.index < 0 || var.index >= size()) {
    throw UsageError("a Var with number " + std::to_string(var.index) +
                     " was used, which this graph of " + std::to_string(size()) +
                     " values never gave out");
  }
  return nodes_[static_cast<std::size_t>(var.index)];
}

}  // namespace clino
