#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// Where the first number that is not finite came from. Infinities and NaN spread over a whole net
/// within one step; what is worth knowing is the one place that made them from finite numbers.

namespace clino {

enum class Direction { forward, backward };

struct NonfiniteOrigin {
  std::string node;                         ///< label: `2.weight`, `3`, `input`, `loss`
  NodeKind kind = NodeKind::operation;      ///< of that node
  Direction direction = Direction::forward; /**< whether its value or its gradient is meant */
  /// The kind of the operation whose rule computed the number, such as `affine`: the node's own, in
  /// backward that of the operation which reads the node. Empty for a number that no rule computed.
  std::string operation;
  std::optional<Index> layer = {};   ///< number in `Model::layers`; none for inputs and the loss
  std::optional<Index> unit = {};    ///< row of the first such number; none for the loss
  std::optional<Index> sample = {};  ///< its column, where columns are samples
  std::optional<Index> column = {};  ///< its column in a weight matrix: the input that it weighs
  double value = 0;                  ///< the number: NaN, inf or -inf
  Index count = 0;                   ///< how many such numbers the node's value or gradient has
  /// The largest finite magnitude of what the operation read (in backward of the incoming gradient,
  /// too); for a parameter or input, of its own numbers. 0 where there is none.
  double largest_before = 0;
};

/// `parameter` (a running statistic is one, too), `input` or `operation`.
std::string_view kind_text(const NonfiniteOrigin& origin);

/// `forward` or `backward`.
std::string_view to_text(Direction direction);

/// One phrase: `nan in 2.weight, row 3, column 1` or `inf in the gradient of 5 (affine), unit 0,
/// sample 12; the largest number before it was 2.4e+31`.
std::string to_text(const NonfiniteOrigin& origin);

/// After the forward and backward pass of a step whose loss or gradient is not finite. Looks at
/// parameters, at inputs and targets, then at the operations in the order of recording, then at
/// gradients in the order in which the backward pass completes them: the first that is not finite
/// is the answer, because all it was made of are. A running statistic counts only for an operation
/// that it spoils: training writes it and does not read it. Within a value the first column comes
/// first, then the first row. Nothing where all is finite. Allocates.
template <class T>
std::optional<NonfiniteOrigin> find_nonfinite_origin(const Model& model, const Tape<T>& tape);

}  // namespace clino
