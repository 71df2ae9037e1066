#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "core/operation.hpp"

/// \file
/// The views of a tape's operations. Only the tape includes it.

namespace clino::detail {

/// Where a recorded value lives. Views have the columns of the current batch.
template <class T>
struct Slot {
  bool batched = false;
  bool batched_workspace = false;
  bool input = false;          ///< filled by whoever replays
  bool adds_to_other = false;  ///< its gradient is one of `Parameters`, to which a pass adds
  bool passing = false;        ///< its gradient shares memory with others
  bool reached = false;        ///< by the backward pass that is going on
  Matrix<T> value;
  Matrix<T> gradient;
  Matrix<T> workspace;
};

/// One operation of a tape: what it reads and writes, by number. Its inputs are the edges from
/// `first_edge` on.
struct Step {
  std::unique_ptr<Operation> operation;
  Abilities abilities;
  Index node = 0;
  Index first_edge = 0;
  std::size_t edges = 0;
  bool differentiates = false;  ///< some input's gradient is wanted
  bool parallel = false;        ///< threads may share its columns
  bool runs = false;            ///< in the backward pass that is going on
};

/// Which gradients the steps of a lane compute.
enum class Wanted { all, batched, parameters };

/// The arguments of every step for some columns of the batch: what one thread computes.
template <class T>
class Lane {
 public:
  Lane(std::span<const Step> steps, std::size_t edges, std::span<const Matrix<T>> buffers,
       Wanted wanted, std::span<T> scratch)
      : wanted_(wanted), values_(edges), gradients_(edges), fresh_(edges) {
    arguments_.resize(steps.size());
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const auto first = static_cast<std::size_t>(steps[s].first_edge);
      Arguments<T>& arguments = arguments_[s];
      arguments.inputs = std::span<const Matrix<const T>>(values_).subspan(first, steps[s].edges);
      arguments.input_gradients =
          std::span<const Matrix<T>>(gradients_).subspan(first, steps[s].edges);
      arguments.buffers = buffers.subspan(first, steps[s].edges);
      arguments.fresh = std::span<const char>(fresh_).subspan(first, steps[s].edges);
      arguments.scratch = scratch;
    }
  }

  /// Shows the columns of `range` of what `slots` show; `edge_nodes` are the slots of the edges.
  void show(std::span<const Slot<T>> slots, std::span<const Step> steps,
            std::span<const Index> edge_nodes, IndexRange range) {
    range_ = range;
    const auto some = [&](Matrix<T> view, bool batched) {
      return batched && !view.empty() ? view.some_columns(range.first, range.size()) : view;
    };
    for (std::size_t edge = 0; edge < edge_nodes.size(); ++edge) {
      const Slot<T>& slot = slots[static_cast<std::size_t>(edge_nodes[edge])];
      values_[edge] = some(slot.value, slot.batched);
      const bool shown = wanted_ == Wanted::all || slot.batched == (wanted_ == Wanted::batched);
      gradients_[edge] = shown ? some(slot.gradient, slot.batched) : Matrix<T>{};
    }
    for (std::size_t s = 0; s < steps.size(); ++s) {
      const Slot<T>& slot = slots[static_cast<std::size_t>(steps[s].node)];
      arguments_[s].output = some(slot.value, slot.batched);
      arguments_[s].output_gradient = some(slot.gradient, slot.batched);
      arguments_[s].workspace = some(slot.workspace, slot.batched_workspace);
    }
  }

  void forward(const StepContext& step, std::span<const Step> steps, std::size_t s) const {
    steps[s].operation->forward(step, arguments_[s]);
  }

  /// `fresh` is that of the pass, for all edges.
  void backward(const StepContext& step, std::span<const Step> steps, std::size_t s,
                std::span<const char> fresh, Share share = {}) {
    const Step& it = steps[s];
    Arguments<T>& arguments = arguments_[s];
    bool computes = false;
    for (std::size_t i = 0; i < it.edges; ++i) {
      const std::size_t edge = static_cast<std::size_t>(it.first_edge) + i;
      if (gradients_[edge].empty()) continue;
      computes = true;
      fresh_[edge] = fresh[edge];
      if (fresh[edge] == 0 || it.abilities.overwrites) continue;
      std::ranges::fill(gradients_[edge].elements(), T{0});
    }
    if (!computes) return;
    arguments.share = share;
    it.operation->backward(step, arguments);
  }

  const IndexRange& range() const { return range_; }

 private:
  Wanted wanted_;
  IndexRange range_;
  std::vector<Matrix<const T>> values_;  ///< of the edges
  std::vector<Matrix<T>> gradients_;
  std::vector<char> fresh_;
  std::vector<Arguments<T>> arguments_;  ///< of the steps
};

}  // namespace clino::detail
