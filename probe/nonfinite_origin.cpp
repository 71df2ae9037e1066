#include "probe/nonfinite_origin.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <vector>

#include "core/nonfinite.hpp"

namespace clino {
namespace {

template <class T>
bool finite(Matrix<const T> values) {
  return std::ranges::all_of(values.elements(), [](T value) { return std::isfinite(value); });
}

template <class T>
double largest_finite(Matrix<const T> values) {
  double largest = 0;
  for (const T value : values.elements()) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(static_cast<double>(value)));
  }
  return largest;
}

/// The layer that a node was recorded for: the first to have its output there or later, because a
/// layer's parameters and operations stand right before its output.
std::optional<Index> layer_of(const Model& model, Var var) {
  if (model.graph.node(var).kind == NodeKind::input) return std::nullopt;
  std::optional<Index> found;
  for (Index i = 0; i < std::ssize(model.layers); ++i) {
    const auto output = [&](Index layer) {
      return model.layers[static_cast<std::size_t>(layer)].output.index;
    };
    if (output(i) >= var.index && (!found || output(i) < output(*found))) found = i;
  }
  return found;
}

template <class T>
class Search {
 public:
  Search(const Model& model, const Tape<T>& tape)
      : model_(model), graph_(model.graph), tape_(tape) {}

  /// Of the numbers that no operation computes.
  std::optional<NonfiniteOrigin> among_leaves(std::initializer_list<NodeKind> kinds) const {
    for (Index i = 0; i < graph_.size(); ++i) {
      const bool wanted = std::ranges::count(kinds, graph_.node(Var{i}).kind) > 0;
      if (wanted && !finite(tape_.value(Var{i}))) return leaf(Var{i});
    }
    return std::nullopt;
  }

  /// Of the values of operations, where parameters and inputs are finite.
  std::optional<NonfiniteOrigin> forward() const {
    for (Index i = 0; i < graph_.size(); ++i) {
      const Node& node = graph_.node(Var{i});
      if (node.operation == nullptr || finite(tape_.value(Var{i}))) continue;
      for (const Var input : node.inputs) {
        if (is_buffer(input) && !finite(tape_.value(input))) return leaf(input);
      }
      return describe(Var{i}, Direction::forward, tape_.value(Var{i}), node.operation->kind(),
                      largest_read(node));
    }
    return std::nullopt;
  }

  /// Of the gradients, where all values are finite.
  std::optional<NonfiniteOrigin> backward() const {
    const std::vector<Index> completed_by = first_readers();
    for (Index i = graph_.size() - 1; i >= 0; --i) {
      const Node& node = graph_.node(Var{i});
      if (node.operation == nullptr) continue;
      const bool is_read = completed_by[static_cast<std::size_t>(i)] >= 0;
      if (!is_read && !finite(tape_.gradient(Var{i}))) return of_gradient(Var{i}, Var{i});
      // The signal that goes on comes before what ends here.
      for (const bool learned : {false, true}) {
        for (const Var input : node.inputs) {
          if ((graph_.node(input).kind == NodeKind::parameter) != learned) continue;
          const bool complete = completed_by[static_cast<std::size_t>(input.index)] == i;
          if (complete && !finite(tape_.gradient(input))) return of_gradient(input, Var{i});
        }
      }
    }
    return std::nullopt;
  }

 private:
  bool is_buffer(Var var) const { return graph_.node(var).kind == NodeKind::buffer; }

  /// The first operation that reads each node, which is the last one to add to its gradient; -1
  /// where none does.
  std::vector<Index> first_readers() const {
    std::vector<Index> readers(static_cast<std::size_t>(graph_.size()), -1);
    for (Index i = graph_.size() - 1; i >= 0; --i) {
      for (const Var input : graph_.node(Var{i}).inputs) {
        readers[static_cast<std::size_t>(input.index)] = i;
      }
    }
    return readers;
  }

  /// Running statistics are left out: a count of batches says nothing of what was multiplied.
  double largest_read(const Node& node) const {
    double largest = 0;
    for (const Var input : node.inputs) {
      if (!is_buffer(input)) largest = std::max(largest, largest_finite(tape_.value(input)));
    }
    return largest;
  }

  NonfiniteOrigin leaf(Var var) const {
    const Matrix<const T> values = tape_.value(var);
    return describe(var, Direction::forward, values, "", largest_finite(values));
  }

  NonfiniteOrigin of_gradient(Var var, Var completed_by) const {
    const Node& by = graph_.node(completed_by);
    double largest = largest_read(by);
    for (Index i = 0; i < graph_.size(); ++i) {
      if (var != completed_by && std::ranges::count(graph_.node(Var{i}).inputs, var) > 0) {
        largest = std::max(largest, largest_finite(tape_.gradient(Var{i})));
      }
    }
    return describe(var, Direction::backward, tape_.gradient(var), by.operation->kind(), largest);
  }

  NonfiniteOrigin describe(Var var, Direction direction, Matrix<const T> numbers,
                           std::string_view operation, double largest_before) const {
    const Node& node = graph_.node(var);
    NonfiniteOrigin origin{.node = node.label,
                           .kind = node.kind,
                           .direction = direction,
                           .operation = std::string(operation),
                           .layer = layer_of(model_, var),
                           .largest_before = largest_before};
    const auto bad = [](T number) { return !std::isfinite(number); };
    const auto elements = numbers.elements();
    const Index first = std::ranges::find_if(elements, bad) - elements.begin();
    origin.value = static_cast<double>(elements[static_cast<std::size_t>(first)]);
    origin.count = std::ranges::count_if(elements, bad);
    // A loss has neither units nor samples.
    if (node.kind == NodeKind::operation && node.shape == Shape{1, 1}) return origin;
    origin.unit = first % numbers.rows;
    if (node.shape.batched()) origin.sample = first / numbers.rows;
    if (node.kind == NodeKind::parameter && node.rank == 2) origin.column = first / numbers.rows;
    return origin;
  }

  const Model& model_;
  const Graph& graph_;
  const Tape<T>& tape_;
};

}  // namespace

std::string_view kind_text(const NonfiniteOrigin& origin) {
  if (origin.kind == NodeKind::input) return "input";
  return origin.kind == NodeKind::operation ? "operation" : "parameter";
}

std::string_view to_text(Direction direction) {
  return direction == Direction::forward ? "forward" : "backward";
}

std::string to_text(const NonfiniteOrigin& origin) {
  const bool leaf = origin.operation.empty();
  std::ostringstream text;
  text << nonfinite_text(origin.value)
       << (origin.direction == Direction::backward ? " in the gradient of " : " in ")
       << origin.node;
  if (!leaf && origin.operation != origin.node) text << " (" << origin.operation << ")";
  if (origin.unit) text << (origin.sample ? ", unit " : ", row ") << *origin.unit;
  if (origin.column) text << ", column " << *origin.column;
  if (origin.sample) text << ", sample " << *origin.sample << " of the batch";
  text << "; the largest number " << (leaf ? "beside" : "before") << " it was "
       << std::setprecision(3) << origin.largest_before;
  return text.str();
}

template <class T>
std::optional<NonfiniteOrigin> find_nonfinite_origin(const Model& model, const Tape<T>& tape) {
  const Search<T> search(model, tape);
  auto origin = search.among_leaves({NodeKind::parameter, NodeKind::constant});
  if (!origin) origin = search.among_leaves({NodeKind::input});
  if (!origin) origin = search.forward();
  if (!origin) origin = search.backward();
  return origin;
}

template std::optional<NonfiniteOrigin> find_nonfinite_origin(const Model&, const Tape<float>&);
template std::optional<NonfiniteOrigin> find_nonfinite_origin(const Model&, const Tape<double>&);

}  // namespace clino
