#include "core/tape.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/errors.hpp"

namespace clino {

namespace {

/// Which values get a gradient: those that a parameter or a value in `gradient_of` lies behind.
std::vector<char> wanted_gradients(const Graph& graph, const TapeOptions& options) {
  std::vector<char> wanted(static_cast<std::size_t>(graph.size()), 0);
  if (options.mode == TapeMode::evaluate) return wanted;
  for (const Var var : options.gradient_of) {
    (void)graph.node(var);  // a foreign Var is refused here
    wanted[static_cast<std::size_t>(var.index)] = 1;
  }
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    const bool reached = std::ranges::any_of(
        node.inputs, [&](Var input) { return wanted[static_cast<std::size_t>(input.index)] != 0; });
    const bool learned = node.kind == NodeKind::parameter && options.mode == TapeMode::train;
    if (learned || reached) wanted[static_cast<std::size_t>(i)] = 1;
  }
  return wanted;
}

Shape workspace_shape(const Graph& graph, const Node& node) {
  std::vector<Shape> shapes;
  for (const Var input : node.inputs) shapes.push_back(graph.shape(input));
  return node.operation->workspace(shapes);
}

template <class T>
void require_parameters_of(const Graph& graph, const Parameters<T>& parameters) {
  std::size_t held = 0;
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    if (node.kind != NodeKind::parameter && node.kind != NodeKind::buffer) continue;
    const Segment* segment = parameters.find(Var{i});
    if (segment == nullptr || segment->name != node.label ||
        Shape{segment->rows, segment->columns} != node.shape) {
      throw UsageError("the parameters belong to another graph: they have no \"" + node.label +
                       "\" " + to_text(node.shape) + " as value " + std::to_string(i));
    }
    ++held;
  }
  if (held != parameters.segments().size() + parameters.buffer_segments().size()) {
    throw UsageError("the parameters belong to another graph: they hold more than its own");
  }
}

/// Collects the parts of a block before its size is known, then gives them their addresses.
template <class T>
class Layout {
 public:
  void reserve(Matrix<T>& view, Index rows, Index columns) {
    view.rows = rows;
    view.columns = columns;
    parts_.push_back({&view, size_});
    size_ += AlignedBlock<T>::padded(view.size());
  }
  AlignedBlock<T> allocate() {
    AlignedBlock<T> block(size_);
    for (auto& [view, offset] : parts_) view->data = block.data() + offset;
    return block;
  }

 private:
  std::vector<std::pair<Matrix<T>*, Index>> parts_;
  Index size_ = 0;
};

}  // namespace

template <class T>
Tape<T>::Tape(const Graph& graph, Parameters<T>& parameters, const TapeOptions& options)
    : max_batch_(options.max_batch), mode_(options.mode) {
  if (options.max_batch < 1) {
    throw UsageError("a tape needs max_batch >= 1, found " + std::to_string(options.max_batch));
  }
  if (options.mode == TapeMode::evaluate && !options.gradient_of.empty()) {
    throw UsageError("a tape for evaluation has no gradients: gradient_of must be empty");
  }
  require_parameters_of(graph, parameters);
  allocate(graph, parameters, options);
  link(graph, parameters);
  set_batch(max_batch_);
}

template <class T>
void Tape<T>::allocate(const Graph& graph, Parameters<T>& parameters, const TapeOptions& options) {
  const std::vector<char> wanted = wanted_gradients(graph, options);
  const auto columns = [&](const Shape& shape) {
    return shape.batched() ? max_batch_ : shape.columns;
  };
  slots_.resize(static_cast<std::size_t>(graph.size()));
  Layout<T> layout;
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    Slot& slot = slots_[static_cast<std::size_t>(i)];
    slot.kind = node.kind;
    slot.batched = node.shape.batched();
    if (parameters.find(Var{i}) != nullptr) {
      slot.value = parameters.value(Var{i});
    } else {
      layout.reserve(slot.value, node.shape.rows, columns(node.shape));
    }
    if (node.operation != nullptr) {
      const Shape shape = workspace_shape(graph, node);
      slot.batched_workspace = shape.batched();
      layout.reserve(slot.workspace, shape.rows, columns(shape));
    }
  }
  // Gradients follow all values: a backward pass then writes to one stretch of memory.
  for (Index i = 0; i < graph.size(); ++i) {
    Slot& slot = slots_[static_cast<std::size_t>(i)];
    if (wanted[static_cast<std::size_t>(i)] == 0) continue;
    if (slot.kind == NodeKind::parameter && options.mode == TapeMode::train) {
      slot.gradient = parameters.gradient(Var{i});
    } else {
      slot.own_gradient = true;
      layout.reserve(slot.gradient, slot.value.rows, slot.value.columns);
    }
  }
  block_ = layout.allocate();
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    if (node.kind != NodeKind::constant) continue;
    std::ranges::transform(node.values, slots_[static_cast<std::size_t>(i)].value.data,
                           [](double value) { return static_cast<T>(value); });
  }
}

template <class T>
void Tape<T>::link(const Graph& graph, Parameters<T>& parameters) {
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    if (node.operation == nullptr) continue;
    for (const Var input : node.inputs) {
      edge_nodes_.push_back(input.index);
      edge_buffers_.push_back(parameters.is_buffer(input) ? parameters.value(input) : Matrix<T>{});
    }
    steps_.push_back({.operation = node.operation->clone(), .arguments = {}, .node = i});
  }
  // From here on these vectors keep their size, so that spans of them stay valid.
  edge_values_.resize(edge_nodes_.size());
  edge_gradients_.resize(edge_nodes_.size());
  std::size_t first = 0;
  for (Step& step : steps_) {
    const std::size_t count = graph.node(Var{step.node}).inputs.size();
    step.arguments.inputs = std::span<const Matrix<const T>>(edge_values_).subspan(first, count);
    step.arguments.buffers = std::span<const Matrix<T>>(edge_buffers_).subspan(first, count);
    step.arguments.input_gradients =
        std::span<const Matrix<T>>(edge_gradients_).subspan(first, count);
    step.inputs = std::span<const Index>(edge_nodes_).subspan(first, count);
    first += count;
  }
}

template <class T>
void Tape<T>::set_batch(Index count) {
  if (count == batch_) return;
  if (count < 1 || count > max_batch_) {
    throw UsageError("a batch of " + std::to_string(count) + " on a tape for 1 to " +
                     std::to_string(max_batch_));
  }
  batch_ = count;
  for (Slot& slot : slots_) {
    if (slot.batched) slot.value.columns = count;
    if (slot.batched && !slot.gradient.empty()) slot.gradient.columns = count;
    if (slot.batched_workspace) slot.workspace.columns = count;
  }
  refresh_views();
}

template <class T>
void Tape<T>::refresh_views() {
  for (std::size_t edge = 0; edge < edge_nodes_.size(); ++edge) {
    const Slot& source = slots_[static_cast<std::size_t>(edge_nodes_[edge])];
    edge_values_[edge] = source.value;
    edge_gradients_[edge] = source.gradient;
  }
  for (Step& step : steps_) {
    const Slot& target = slots_[static_cast<std::size_t>(step.node)];
    step.arguments.output = target.value;
    step.arguments.output_gradient = target.gradient;
    step.arguments.workspace = target.workspace;
    step.differentiates = !target.gradient.empty() &&
                          !std::ranges::all_of(step.arguments.input_gradients, &Matrix<T>::empty);
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
  if (slot(var).kind != NodeKind::input) {
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
  for (const Step& s : steps_) {
    if (until && s.node > until->index) break;
    s.operation->forward(context_, s.arguments);
    if (visitor != nullptr) visitor->computed(Var{s.node});
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

template <class T>
void Tape<T>::start_backward() {
  for (Slot& s : slots_) {
    s.reached = false;
    if (s.own_gradient) std::ranges::fill(s.gradient.elements(), T{0});
  }
}

template <class T>
void Tape<T>::backward(Var output, Matrix<const T> upstream, TapeVisitor* visitor) {
  const Slot& target = slot(output);
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
  start_backward();
  for (Index i = 0; i < upstream.size(); ++i) target.gradient.data[i] += upstream.data[i];
  slots_[static_cast<std::size_t>(output.index)].reached = true;
  for (auto s = steps_.rbegin(); s != steps_.rend(); ++s) {
    // What does not lead to the output must not run: its zero gradient times an infinite slope
    // would be NaN.
    if (!s->differentiates || !slots_[static_cast<std::size_t>(s->node)].reached) continue;
    if (visitor != nullptr) visitor->gradient_complete(Var{s->node});
    s->operation->backward(context_, s->arguments);
    if (visitor != nullptr) visitor->handed_on(Var{s->node});
    for (const Index input : s->inputs) slots_[static_cast<std::size_t>(input)].reached = true;
  }
}

template <class T>
Matrix<const T> Tape<T>::value(Var var) const {
  return slot(var).value;
}

template <class T>
Matrix<const T> Tape<T>::gradient(Var var) const {
  return slot(var).gradient;
}

template class Tape<float>;
template class Tape<double>;

}  // namespace clino
