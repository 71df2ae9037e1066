#include "core/parameters.hpp"

#include <algorithm>

#include "core/errors.hpp"

namespace clino {

template <class T>
Parameters<T>::Parameters(const Graph& graph) : places_(static_cast<std::size_t>(graph.size())) {
  Index parameter_count = 0;
  Index buffer_count = 0;
  for (Index i = 0; i < graph.size(); ++i) {
    const Node& node = graph.node(Var{i});
    const bool is_buffer = node.kind == NodeKind::buffer;
    if (node.kind != NodeKind::parameter && !is_buffer) continue;
    auto& table = is_buffer ? buffer_segments_ : segments_;
    Index& offset = is_buffer ? buffer_count : parameter_count;
    places_[static_cast<std::size_t>(i)] = {.kind = node.kind, .number = table.size()};
    table.push_back({.name = node.label,
                     .offset = offset,
                     .rows = node.shape.rows,
                     .columns = node.shape.columns,
                     .rank = node.rank,
                     .node = i});
    offset += table.back().size();
  }
  values_ = AlignedBlock<T>(parameter_count);
  gradients_ = AlignedBlock<T>(parameter_count);
  buffers_ = AlignedBlock<T>(buffer_count);
  for (const Segment& segment : buffer_segments_) {
    std::ranges::transform(graph.node(Var{segment.node}).values, buffers_.data() + segment.offset,
                           [](double value) { return static_cast<T>(value); });
  }
}

template <class T>
const Segment* Parameters<T>::find(Var var) const {
  if (var.index < 0 || var.index >= static_cast<Index>(places_.size())) return nullptr;
  const Place& place = places_[static_cast<std::size_t>(var.index)];
  if (place.kind == NodeKind::parameter) return &segments_[place.number];
  if (place.kind == NodeKind::buffer) return &buffer_segments_[place.number];
  return nullptr;
}

namespace {

template <class T>
Matrix<T> view(std::span<T> run, const Segment* segment, Var var, std::string_view what) {
  if (segment == nullptr) {
    throw UsageError("value " + std::to_string(var.index) + " of the graph is not a " +
                     std::string(what));
  }
  return {run.data() + segment->offset, segment->rows, segment->columns};
}

}  // namespace

template <class T>
bool Parameters<T>::is_buffer(Var var) const {
  return find(var) != nullptr &&
         places_[static_cast<std::size_t>(var.index)].kind == NodeKind::buffer;
}

template <class T>
Matrix<T> Parameters<T>::value(Var var) {
  return view(is_buffer(var) ? buffers() : values(), find(var), var, "parameter or buffer");
}

template <class T>
Matrix<const T> Parameters<T>::value(Var var) const {
  return view(is_buffer(var) ? buffers() : values(), find(var), var, "parameter or buffer");
}

template <class T>
Matrix<T> Parameters<T>::gradient(Var var) {
  return view(gradients(), is_buffer(var) ? nullptr : find(var), var, "parameter");
}

template <class T>
Matrix<const T> Parameters<T>::gradient(Var var) const {
  return view(gradients(), is_buffer(var) ? nullptr : find(var), var, "parameter");
}

template <class T>
void Parameters<T>::zero_gradients() {
  std::ranges::fill(gradients(), T{0});
}

template class Parameters<float>;
template class Parameters<double>;

}  // namespace clino
