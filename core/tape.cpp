#include "core/tape.hpp"

#include <algorithm>
#include <iterator>

#include "core/errors.hpp"

/// \file
/// How a tape is replayed.

namespace clino {

namespace {

/// Columns of a thread: at least so many, and a multiple of those of a tile.
constexpr Index kLeastColumns = 8;

}  // namespace

template <class T>
void Tape<T>::set_batch(Index count) {
  if (count == batch_) return;
  if (count < 1 || count > max_batch_) {
    throw UsageError("a batch of " + std::to_string(count) + " on a tape for 1 to " +
                     std::to_string(max_batch_));
  }
  batch_ = count;
  planned_ = -1;
  for (Slot& slot : slots_) {
    if (slot.batched) slot.value.columns = count;
    if (slot.batched && !slot.gradient.empty()) slot.gradient.columns = count;
    if (slot.batched_workspace) slot.workspace.columns = count;
  }
  show_columns();
}

template <class T>
void Tape<T>::show_columns() {
  const auto show = [&](Lane& lane, IndexRange range) {
    lane.show(slots_, steps_, edge_nodes_, range);
  };
  show(whole_.front(), {0, batch_});
  lanes_ = pays_to_share(batch_) ? std::clamp<Index>(batch_ / kLeastColumns, 1, team_->size()) : 1;
  if (lanes_ == 1) return;
  for (Index i = 0; i < lanes_; ++i) {
    show(columns_[static_cast<std::size_t>(i)], Share{i, lanes_}.of(batch_, kLeastColumns));
    show(of_parameters_[static_cast<std::size_t>(i)], {0, batch_});
  }
}

template <class T>
const typename Tape<T>::Slot& Tape<T>::slot(Var var) const {
  if (var.index < 0 || var.index >= static_cast<Index>(slots_.size())) {
    throw UsageError("value " + std::to_string(var.index) + " is not on this tape of " +
                     std::to_string(slots_.size()) + " values");
  }
  return slots_[static_cast<std::size_t>(var.index)];
}

template <class T>
Matrix<T> Tape<T>::input(Var var) {
  if (!slot(var).input) {
    throw UsageError("value " + std::to_string(var.index) + " is not an input");
  }
  return slot(var).value;
}

template <class T>
void Tape<T>::forward(const StepContext& step, std::optional<Var> until, TapeVisitor* visitor) {
  if (until) (void)slot(*until);  // a foreign Var is refused here
  if (!step.sample_indices.empty() && std::ssize(step.sample_indices) < batch_) {
    throw UsageError(std::to_string(step.sample_indices.size()) +
                     " sample indices for a batch of " + std::to_string(batch_));
  }
  context_ = step;
  if (mode_ == TapeMode::evaluate) context_.mode = Mode::evaluate;
  until_ = until;
  for (std::size_t first = 0; first < steps_.size();) {
    const detail::Step& leader = steps_[first];
    if (until && leader.node > until->index) break;
    const bool in_parallel = lanes_ > 1 && leader.parallel;
    const auto joins = [&](const detail::Step& next) {
      return visitor == nullptr && next.parallel == leader.parallel &&
             !(until && next.node > until->index);
    };
    std::size_t last = first + 1;
    while (last < steps_.size() && joins(steps_[last])) ++last;
    const auto forward = [&](const Lane& lane, const StepContext& context) {
      for (std::size_t s = first; s < last; ++s) lane.forward(context, steps_, s);
    };
    if (in_parallel) {
      in_lanes(forward);
    } else {
      forward(whole_.front(), context_);
    }
    if (visitor != nullptr) visitor->computed(Var{leader.node});
    first = last;
  }
}

template <class T>
void Tape<T>::backward(Var loss, TapeVisitor* visitor) {
  const Slot& target = slot(loss);
  if (target.batched || target.value.size() != 1) {
    throw ShapeError(
        "[backward] the loss must be [1, 1], found " +
        to_text(Shape{target.value.rows, target.batched ? Shape::kBatch : target.value.columns}) +
        "; give an upstream gradient to differentiate a larger value");
  }
  const T one = 1;
  backward(loss, Matrix<const T>{&one, 1, 1}, visitor);
}

/// Which steps run, and which of them is the first to write a gradient. What does not lead to the
/// output must not run: its zero gradient times an infinite slope would be NaN.
template <class T>
void Tape<T>::plan_backward(Index output) {
  if (planned_ == output) return;
  planned_ = output;
  for (Slot& s : slots_) s.reached = false;
  slots_[static_cast<std::size_t>(output)].reached = true;
  for (std::size_t s = steps_.size(); s-- > 0;) {
    detail::Step& step = steps_[s];
    step.runs = step.differentiates && slots_[static_cast<std::size_t>(step.node)].reached;
    if (!step.runs) continue;
    for (std::size_t i = 0; i < step.edges; ++i) {
      const std::size_t edge = static_cast<std::size_t>(step.first_edge) + i;
      Slot& input = slots_[static_cast<std::size_t>(edge_nodes_[edge])];
      fresh_[edge] = static_cast<char>(!input.reached && !input.adds_to_other);
      input.reached = true;
    }
  }
  for (Slot& s : slots_) {
    if (!s.reached && !s.adds_to_other && !s.gradient.empty()) {
      std::ranges::fill(s.gradient.elements(), T{0});
    }
  }
}

template <class T>
void Tape<T>::backward(Var output, Matrix<const T> upstream, TapeVisitor* visitor) {
  const Slot& target = slot(output);
  if (root_ && output != *root_) {
    throw UsageError("a backward pass from value " + std::to_string(output.index) +
                     " on a tape whose passes begin at value " + std::to_string(root_->index));
  }
  if (target.gradient.empty()) {
    throw UsageError("value " + std::to_string(output.index) +
                     " has no gradient on this tape: no parameter lies behind it, or the tape only "
                     "evaluates");
  }
  if (upstream.rows != target.gradient.rows || upstream.columns != target.gradient.columns) {
    throw ShapeError("[backward] upstream gradient is " +
                     to_text(Shape{upstream.rows, upstream.columns}) + ", the value " +
                     to_text(Shape{target.gradient.rows, target.gradient.columns}));
  }
  if (until_ && output.index > until_->index) {
    throw UsageError("a backward pass from value " + std::to_string(output.index) +
                     " after a forward pass that ended at value " + std::to_string(until_->index));
  }
  plan_backward(output.index);
  going_back_ = true;
  for (Index i = 0; i < upstream.size(); ++i) {
    T& seed = target.gradient.data[i];
    seed = target.adds_to_other ? seed + upstream.data[i] : upstream.data[i];
  }
  const bool shares = lanes_ > 1 && divides_backward_;
  for (std::size_t last = steps_.size(); last > 0;) {
    std::size_t first = last - 1;
    const detail::Step& step = steps_[first];
    const bool in_parallel = shares && step.parallel;
    while (visitor == nullptr && first > 0 && steps_[first - 1].parallel == step.parallel) --first;
    const auto backward = [&](Lane& lane, const StepContext& context) {
      for (std::size_t s = last; s-- > first;) {
        if (steps_[s].runs) lane.backward(context, steps_, s, fresh_);
      }
    };
    const bool seen = visitor != nullptr && step.runs;
    if (seen) visitor->gradient_complete(Var{step.node});
    if (in_parallel) {
      in_lanes(backward);
      if (visitor != nullptr) parameter_gradients(first, last);
    } else {
      backward(whole_.front(), context_);
    }
    if (seen) visitor->handed_on(Var{step.node});
    last = first;
  }
  if (shares && visitor == nullptr) parameter_gradients(0, steps_.size());
  going_back_ = false;
}

/// Runs `action(lane, context)` for the lanes of the current batch, each in its thread.
template <class T>
template <class Action>
void Tape<T>::in_lanes(const Action& action) {
  team_->run(lanes_, [&](Share share) {
    Lane& lane = columns_[static_cast<std::size_t>(share.number)];
    action(lane, context_.columns(lane.range().first, lane.range().size()));
  });
}

/// Of the steps `first` ... `last` - 1 whose batched gradients are there.
template <class T>
void Tape<T>::parameter_gradients(std::size_t first, std::size_t last) {
  team_->run(lanes_, [&](Share share) {
    Lane& lane = of_parameters_[static_cast<std::size_t>(share.number)];
    for (std::size_t s = last; s-- > first;) {
      const detail::Step& step = steps_[s];
      if (!step.runs || !step.parallel) continue;
      if (step.abilities.divides_parameters) {
        lane.backward(context_, steps_, s, fresh_, share);
      } else if (static_cast<Index>(s) % share.count == share.number) {
        lane.backward(context_, steps_, s, fresh_);
      }
    }
  });
}

template <class T>
Matrix<const T> Tape<T>::value(Var var) const {
  return slot(var).value;
}

template <class T>
Matrix<const T> Tape<T>::gradient(Var var) const {
  const Slot& found = slot(var);
  if (found.passing && !going_back_) {
    throw UsageError("the gradient of value " + std::to_string(var.index) + " was not kept");
  }
  return found.gradient;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace clino
