#include <algorithm>
#include <iterator>
#include <utility>

#include "core/errors.hpp"
#include "core/gradient_memory.hpp"
#include "core/tape.hpp"

/// \file
/// How a tape is made: memory, and who reads and writes what.

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

std::vector<Shape> input_shapes(const Graph& graph, const Node& node) {
  std::vector<Shape> shapes;
  for (const Var input : node.inputs) shapes.push_back(graph.shape(input));
  return shapes;
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
    : max_batch_(options.max_batch), mode_(options.mode), team_(options.team) {
  if (options.max_batch < 1) {
    throw UsageError("a tape needs max_batch >= 1, found " + std::to_string(options.max_batch));
  }
  if (options.mode == TapeMode::evaluate && !options.gradient_of.empty()) {
    throw UsageError("a tape for evaluation has no gradients: gradient_of must be empty");
  }
  require_parameters_of(graph, parameters);
  weigh(graph);
  allocate(graph, parameters, options);
  link(graph, parameters);
  make_lanes(graph);
  set_batch(max_batch_);
}

/// What a column costs.
template <class T>
void Tape<T>::weigh(const Graph& graph) {
  for (Index i = 0; i < graph.size(); ++i) {
    for (const Var input : graph.node(Var{i}).inputs) {
      const Shape& shape = graph.shape(input);
      if (!shape.batched())
        work_of_column_ += 6.0 * static_cast<double>(shape.rows * shape.columns);
    }
  }
}

template <class T>
bool Tape<T>::pays_to_share(Index columns) const {
  return team_ != nullptr && team_->pays_for(work_of_column_ * static_cast<double>(columns));
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
    slot.input = node.kind == NodeKind::input;
    slot.batched = node.shape.batched();
    if (parameters.find(Var{i}) != nullptr) {
      slot.value = parameters.value(Var{i});
    } else {
      layout.reserve(slot.value, node.shape.rows, columns(node.shape));
    }
    if (node.operation != nullptr) {
      const Shape shape = node.operation->workspace(input_shapes(graph, node));
      slot.batched_workspace = shape.batched();
      layout.reserve(slot.workspace, shape.rows, columns(shape));
    }
  }
  // Threads that share a batch compute the gradients of parameters when all others are there.
  if (options.backward_from && !pays_to_share(max_batch_)) root_ = options.backward_from;
  const GradientPlaces places =
      root_ ? share_gradient_memory(graph, *root_, wanted, max_batch_) : GradientPlaces{};
  // Gradients follow all values: a backward pass then writes to one stretch of memory.
  Matrix<T> shared;
  layout.reserve(shared, places.size, 1);
  for (Index i = 0; i < graph.size(); ++i) {
    Slot& slot = slots_[static_cast<std::size_t>(i)];
    if (wanted[static_cast<std::size_t>(i)] == 0) continue;
    const NodeKind kind = graph.node(Var{i}).kind;
    if (kind == NodeKind::parameter && options.mode == TapeMode::train) {
      slot.gradient = parameters.gradient(Var{i});
      slot.adds_to_other = !options.replaces_gradients;
    } else if (root_ && places.offsets[static_cast<std::size_t>(i)] >= 0) {
      slot.gradient = {nullptr, slot.value.rows, slot.value.columns};
      slot.passing = true;
    } else {
      layout.reserve(slot.gradient, slot.value.rows, slot.value.columns);
    }
  }
  block_ = layout.allocate();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].passing) slots_[i].gradient.data = shared.data + places.offsets[i];
  }
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
    const Slot& output = slots_[static_cast<std::size_t>(i)];
    const bool wanted = std::ranges::any_of(node.inputs, [&](Var input) {
      return !slots_[static_cast<std::size_t>(input.index)].gradient.empty();
    });
    const Abilities abilities = node.operation->abilities();
    steps_.push_back({.operation = node.operation->clone(),
                      .abilities = abilities,
                      .node = i,
                      .first_edge = std::ssize(edge_nodes_),
                      .edges = node.inputs.size(),
                      .differentiates = !output.gradient.empty() && wanted,
                      .parallel = output.batched && abilities.by_columns});
    for (const Var input : node.inputs) {
      edge_nodes_.push_back(input.index);
      buffers_.push_back(parameters.is_buffer(input) ? parameters.value(input) : Matrix<T>{});
    }
  }
  fresh_.resize(edge_nodes_.size());
}

/// Whether the gradients of parameters can wait until those of all batched values are there: where
/// each is read by one operation, and nothing is computed from it but batched values.
template <class T>
bool Tape<T>::can_divide_backward(const Graph& graph) const {
  std::vector<int> readers(slots_.size());
  for (const detail::Step& step : steps_) {
    for (const Var input : graph.node(Var{step.node}).inputs) {
      const Slot& slot = slots_[static_cast<std::size_t>(input.index)];
      if (slot.batched || slot.gradient.empty()) continue;
      if (!step.parallel) continue;
      if (graph.node(input).kind != NodeKind::parameter) return false;
      if (++readers[static_cast<std::size_t>(input.index)] > 1) return false;
    }
  }
  return true;
}

template <class T>
void Tape<T>::make_lanes(const Graph& graph) {
  Index scratch = 0;
  for (const detail::Step& step : steps_) {
    const std::vector<Shape> shapes = input_shapes(graph, graph.node(Var{step.node}));
    scratch = std::max(scratch, step.operation->scratch(shapes));
  }
  divides_backward_ = can_divide_backward(graph);
  const Index threads = team_ == nullptr ? 1 : team_->size();
  const auto add = [&](std::vector<Lane>& lanes, detail::Wanted wanted, std::size_t thread) {
    lanes.emplace_back(steps_, edge_nodes_.size(), buffers_, wanted, scratch_[thread].span());
  };
  for (Index i = 0; i < threads; ++i) scratch_.emplace_back(scratch);
  whole_.reserve(1);
  add(whole_, detail::Wanted::all, 0);
  if (threads == 1) return;
  columns_.reserve(scratch_.size());
  of_parameters_.reserve(scratch_.size());
  for (std::size_t i = 0; i < scratch_.size(); ++i) {
    add(columns_, detail::Wanted::batched, i);
    add(of_parameters_, detail::Wanted::parameters, i);
  }
}

template class Tape<float>;
template class Tape<double>;

}  // namespace clino
