#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "core/aligned_block.hpp"
#include "core/graph.hpp"
#include "core/parameters.hpp"

namespace clino {

/// What a tape is for.
enum class TapeMode {
  train,     ///< values and gradients; gradients of the parameters are added to `Parameters`
  evaluate,  ///< values alone: no gradient slot exists
  probe,     ///< gradients of what `gradient_of` names and lies between; the training gradients
             ///< in `Parameters` are left alone
};

struct TapeOptions {
  Index max_batch = 1;
  TapeMode mode = TapeMode::train;
  /// Values whose gradient is wanted though no parameter lies behind them, such as the input. In
  /// probe mode also the parameters whose gradient is wanted.
  std::vector<Var> gradient_of = {};
};

/// Looks on while a tape is replayed: what a pass has just made is still in the processor's nearest
/// memory, so that looking costs half of what it costs afterwards. Sees every value before the next
/// one is made; changes nothing.
class TapeVisitor {
 public:
  virtual ~TapeVisitor() = default;
  /// The value has been computed.
  virtual void computed(Var var) = 0;
  /// The gradient of the value is complete, and its operation is about to hand it on.
  virtual void gradient_complete(Var var) = 0;
  /// The operation has handed it on: to the parameters that nothing else reads, all they get.
  virtual void handed_on(Var var) = 0;
};

/// A graph made ready to run: its operations in order and one 64-byte-aligned block that holds
/// every value, gradient and workspace. Replaying it allocates nothing. A batch smaller than
/// `max_batch` uses the leading columns.
template <class T>
class Tape {
 public:
  /// `parameters` must outlive the tape. The tape keeps copies of the operations; the graph itself
  /// may go. Throws `UsageError` where the parameters are those of another graph.
  Tape(const Graph& graph, Parameters<T>& parameters, const TapeOptions& options);
  Tape(Tape&&) noexcept = default;
  Tape& operator=(Tape&&) noexcept = default;

  /// Chooses how many columns batched values have from now on, 1 to `max_batch`.
  void set_batch(Index count);
  Index batch() const { return batch_; }
  Index max_batch() const { return max_batch_; }

  /// An input's slot, to be filled before `forward`.
  Matrix<T> input(Var var);

  /// Computes every value in the order of recording. On an evaluation tape the mode is `evaluate`,
  /// whatever the context says. Throws `UsageError` where there are sample indices, but not one for
  /// each column.
  /// With `until` it goes up to that value and no further: those recorded after it stay as they
  /// were, and a backward pass cannot start there.
  void forward(const StepContext& step, std::optional<Var> until = {},
               TapeVisitor* visitor = nullptr);
  /// Adds dL/d parameter to `Parameters::gradients` and leaves dL/d value in the tape, where L is
  /// the scalar `loss`. Sees the context of the last `forward`, whose sample indices must still be
  /// there. Operations that do not lead to the loss are not run. Throws `ShapeError` where `loss`
  /// is not [1, 1], `UsageError` where the last `forward` ended before it.
  void backward(Var loss, TapeVisitor* visitor = nullptr);
  /// The same with any upstream gradient: a vector-Jacobian product.
  void backward(Var output, Matrix<const T> upstream, TapeVisitor* visitor = nullptr);

  Matrix<const T> value(Var var) const;
  /// dL/d value after `backward`; an empty view for a value whose gradient is not computed.
  Matrix<const T> gradient(Var var) const;

  /// Bytes of the tape's one block.
  std::size_t bytes() const { return static_cast<std::size_t>(block_.size()) * sizeof(T); }

 private:
  /// Where a recorded value lives. Views have the columns of the current batch.
  struct Slot {
    NodeKind kind = NodeKind::operation;
    bool batched = false;
    bool batched_workspace = false;
    bool own_gradient = false;  ///< in the block, to be zeroed before a backward pass
    bool reached = false;       ///< by the backward pass that is going on
    Matrix<T> value;
    Matrix<T> gradient;
    Matrix<T> workspace;
  };
  /// One operation with what it reads and writes.
  struct Step {
    std::unique_ptr<Operation> operation;
    Arguments<T> arguments;
    Index node = 0;
    std::span<const Index> inputs = {};  ///< nodes
    bool differentiates = false;         ///< some input's gradient is wanted
  };

  const Slot& slot(Var var) const;
  void allocate(const Graph& graph, Parameters<T>& parameters, const TapeOptions& options);
  void link(const Graph& graph, Parameters<T>& parameters);
  void refresh_views();
  void start_backward();

  Index batch_ = 0;
  Index max_batch_ = 0;
  TapeMode mode_ = TapeMode::train;
  StepContext context_;       ///< of the last forward pass
  std::optional<Var> until_;  ///< where it ended
  std::vector<Slot> slots_;   ///< one for each node
  std::vector<Step> steps_;   ///< one for each operation, in the order of recording
  // One entry for each input of each operation; the steps' arguments are spans of these.
  std::vector<Index> edge_nodes_;
  std::vector<Matrix<const T>> edge_values_;
  std::vector<Matrix<T>> edge_buffers_;
  std::vector<Matrix<T>> edge_gradients_;
  AlignedBlock<T> block_;
};

}  // namespace clino
