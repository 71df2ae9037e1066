#pragma once

#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/operation.hpp"

namespace clino {

/// A handle of a recorded value: its number in the graph.
struct Var {
  Index index = -1;

  bool valid() const { return index >= 0; }
  bool operator==(const Var&) const = default;
};

enum class NodeKind {
  input,      ///< filled anew for each batch
  parameter,  ///< learned: has a gradient
  buffer,     ///< state that is kept but not learned (running statistics)
  constant,   ///< fixed when recorded
  operation,
};

/// One recorded value.
struct Node {
  NodeKind kind = NodeKind::operation;
  std::string label = {};
  Shape shape = {};
  Index rank = 2;                             ///< of a parameter or buffer, as a file names it
  std::vector<Var> inputs = {};               ///< of an operation
  std::unique_ptr<Operation> operation = {};  ///< of an operation
  std::vector<double> values = {};            ///< of a constant and the first values of a buffer
};

/// A computation as data: recorded once, before training. Shapes are checked here, so that no shape
/// error can come later; construction order is execution order, so nothing needs sorting. Any
/// directed acyclic graph can be recorded; a value may be used any number of times.
class Graph {
 public:
  /// A value that each batch brings: [rows, batch].
  Var input(std::string label, Index rows);
  /// A learned matrix [rows, columns]; its numbers live in `Parameters`.
  Var parameter(std::string label, Index rows, Index columns);
  /// A learned vector [rows], such as a bias: a matrix of one column here, of rank 1 in a file.
  Var parameter(std::string label, Index rows);
  /// A vector [rows] that is saved with the parameters but not learned; starts at `initial`.
  /// `rank` 0 makes it a scalar in a file.
  Var buffer(std::string label, Index rows, double initial = 0, Index rank = 1);
  /// A fixed matrix [rows, columns], column-major.
  Var constant(std::string label, Index rows, Index columns, std::vector<double> values);
  /// The result of an operation. Throws `ShapeError` where the inputs do not fit.
  Var record(const Operation& operation, std::span<const Var> inputs, std::string label = "");
  Var record(const Operation& operation, std::initializer_list<Var> inputs,
             std::string label = "") {
    return record(operation, std::span<const Var>(inputs.begin(), inputs.size()), std::move(label));
  }

  const Node& node(Var var) const;
  const Shape& shape(Var var) const { return node(var).shape; }
  Index size() const { return static_cast<Index>(nodes_.size()); }

 private:
  Var add(Node node);

  std::vector<Node> nodes_;
};

}  // namespace clino
