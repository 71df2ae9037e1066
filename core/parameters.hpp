#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/aligned_block.hpp"
#include "core/graph.hpp"

namespace clino {

/// Where one parameter or buffer lies in its flat run.
struct Segment {
  std::string name;  ///< the label of its node, such as `0.weight`
  Index offset = 0;
  Index rows = 0;
  Index columns = 0;
  Index rank = 2;  ///< 2 for a matrix, 1 for a vector, 0 for a scalar: the shape in a file
  Index node = -1;

  Index size() const { return rows * columns; }
};

/// The learned numbers of a graph: one contiguous run of values, one of gradients, and one of
/// buffers (state that is not learned), each with a table of segments in the order of recording.
/// Owned apart from tapes: several tapes of one graph share it. A matrix of weights
/// [outputs, inputs] is column-major, as every `Matrix` is.
template <class T>
class Parameters {
 public:
  /// All parameters and gradients zero, buffers at their initial values.
  explicit Parameters(const Graph& graph);

  std::span<T> values() { return values_.span(); }
  std::span<const T> values() const { return values_.span(); }
  std::span<T> gradients() { return gradients_.span(); }
  std::span<const T> gradients() const { return gradients_.span(); }
  std::span<T> buffers() { return buffers_.span(); }
  std::span<const T> buffers() const { return buffers_.span(); }

  const std::vector<Segment>& segments() const { return segments_; }
  const std::vector<Segment>& buffer_segments() const { return buffer_segments_; }
  /// The segment of a parameter or buffer node; nullptr for any other node.
  const Segment* find(Var var) const;
  bool is_buffer(Var var) const;

  /// Views of a parameter or buffer.
  Matrix<T> value(Var var);
  Matrix<const T> value(Var var) const;
  /// View of a parameter's gradient.
  Matrix<T> gradient(Var var);
  Matrix<const T> gradient(Var var) const;

  void zero_gradients();

 private:
  struct Place {
    NodeKind kind = NodeKind::operation;
    std::size_t number = 0;  ///< in the table of its kind
  };

  std::vector<Segment> segments_;
  std::vector<Segment> buffer_segments_;
  std::vector<Place> places_;  ///< of each node
  AlignedBlock<T> values_;
  AlignedBlock<T> gradients_;
  AlignedBlock<T> buffers_;
};

}  // namespace clino
