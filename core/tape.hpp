#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/aligned_block.hpp"
#include "core/graph.hpp"
#include "core/parameters.hpp"
#include "core/tape_lane.hpp"
#include "core/thread_team.hpp"

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
  /// Where every backward pass begins, if that is always the same value. Gradients of batched
  /// values then take turns in a few places, and are there for a `TapeVisitor` only; they stay as
  /// they are without this, and where threads share the batch.
  std::optional<Var> backward_from = {};
  /// A backward pass sets the gradients of the parameters, instead of adding to them.
  bool replaces_gradients = false;
  /// Threads that share the columns of a batch, and then the gradients of the parameters, where
  /// there is enough to do. Results do not depend on it. Must outlive the tape; not to be used by
  /// others while it is replayed.
  ThreadTeam* team = nullptr;
};

/// Looks on while a tape is replayed: what a pass has just made is still in the processor's nearest
/// memory, so that looking costs half of what it costs afterwards. Sees every value before the next
/// one is made; changes nothing.
class TapeVisitor {
 public:
  virtual ~TapeVisitor() = default;
  /// The value has been computed.
  virtual void computed(Var var) = 0;
  /// The gradient of the value is complete, and its operation is about to hand it on. Of gradients
  /// that are not kept this is the only one that can be looked at.
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

  /// Calls `work(IndexRange)` for all columns of the batch: for some of them in each thread where
  /// the batch is shared.
  template <class Work>
  void for_columns(const Work& work) {
    if (lanes_ == 1) return work(IndexRange{0, batch_});
    team_->run(lanes_, [&](Share share) {
      work(columns_[static_cast<std::size_t>(share.number)].range());
    });
  }
  /// How many threads share the current batch.
  Index threads() const { return lanes_; }

  /// An input's slot, to be filled before `forward`.
  Matrix<T> input(Var var);

  /// Computes every value in the order of recording. On an evaluation tape the mode is `evaluate`,
  /// whatever the context says. Throws `UsageError` where there are sample indices, but not one for
  /// each column.
  /// With `until` it goes up to that value and no further: those recorded after it stay as they
  /// were, and a backward pass cannot start there.
  void forward(const StepContext& step, std::optional<Var> until = {},
               TapeVisitor* visitor = nullptr);
  /// Adds dL/d parameter to `Parameters::gradients` and leaves dL/d value in the tape, if it keeps
  /// gradients, where L is the scalar `loss`. Sees the context of the last `forward`, whose sample
  /// indices must still be there. Operations that do not lead to the loss are not run. Throws
  /// `ShapeError` where `loss` is not [1, 1], `UsageError` where the last `forward` ended before
  /// it, or passes begin elsewhere.
  void backward(Var loss, TapeVisitor* visitor = nullptr);
  /// The same with any upstream gradient: a vector-Jacobian product.
  void backward(Var output, Matrix<const T> upstream, TapeVisitor* visitor = nullptr);

  Matrix<const T> value(Var var) const;
  /// dL/d value after `backward`; an empty view for a value whose gradient is not computed. Throws
  /// `UsageError` where it was not kept.
  Matrix<const T> gradient(Var var) const;
  /// Whether every gradient is there after a backward pass.
  bool keeps_gradients() const { return !root_; }

  /// Bytes of the tape's one block and of its threads' scratch.
  std::size_t bytes() const {
    std::size_t bytes = block_.span().size_bytes();
    for (const AlignedBlock<T>& scratch : scratch_) bytes += scratch.span().size_bytes();
    return bytes;
  }

 private:
  using Slot = detail::Slot<T>;
  using Lane = detail::Lane<T>;

  const Slot& slot(Var var) const;
  void allocate(const Graph& graph, Parameters<T>& parameters, const TapeOptions& options);
  void weigh(const Graph& graph);
  bool pays_to_share(Index columns) const;
  void link(const Graph& graph, Parameters<T>& parameters);
  bool can_divide_backward(const Graph& graph) const;
  void make_lanes(const Graph& graph);
  void show_columns();
  void plan_backward(Index output);
  template <class Action>
  void in_lanes(const Action& action);
  void parameter_gradients(std::size_t first, std::size_t last);

  Index batch_ = 0;
  Index max_batch_ = 0;
  TapeMode mode_ = TapeMode::train;
  StepContext context_;              ///< of the last forward pass
  std::optional<Var> until_;         ///< where it ended
  std::vector<Slot> slots_;          ///< one for each node
  std::vector<detail::Step> steps_;  ///< one for each operation, in the order of recording
  std::vector<Index> edge_nodes_;    ///< one for each input of each operation
  Index planned_ = -1;               ///< the value that the last backward pass began at
  std::vector<char> fresh_;          ///< of the edges, in that pass
  std::vector<Matrix<T>> buffers_;   ///< of the edges: where an input is a buffer
  std::optional<Var> root_;  ///< where passes begin that keep no gradients of batched values
  bool going_back_ = false;  ///< a backward pass is under way
  AlignedBlock<T> block_;
  ThreadTeam* team_ = nullptr;
  bool divides_backward_ = false;         ///< the backward pass can be shared too
  double work_of_column_ = 0;             ///< multiplications and additions, about
  std::vector<AlignedBlock<T>> scratch_;  ///< of each thread
  std::vector<Lane> whole_;               ///< one lane: all columns
  std::vector<Lane> columns_;             ///< one for each thread: its columns
  std::vector<Lane> of_parameters_;       ///< one for each thread: gradients of parameters
  Index lanes_ = 1;                       ///< that share the columns of the current batch
};

}  // namespace clino
