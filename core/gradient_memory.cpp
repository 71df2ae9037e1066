#include "core/gradient_memory.hpp"

#include <algorithm>
#include <utility>

#include "core/aligned_block.hpp"

namespace clino {

namespace {

/// Stretches of memory that are handed out and given back.
class Pool {
 public:
  struct Stretch {
    Index offset = -1;
    Index size = 0;
  };

  /// The smallest free one that is large enough, the last given back of those: it is in the
  /// processor's nearest memory.
  Stretch take(Index size) {
    auto best = free_.rend();
    for (auto it = free_.rbegin(); it != free_.rend(); ++it) {
      if (it->size >= size && (best == free_.rend() || it->size < best->size)) best = it;
    }
    if (best == free_.rend()) return {std::exchange(size_, size_ + size), size};
    const Stretch taken = *best;
    free_.erase(std::next(best).base());
    return taken;
  }
  void give_back(const Stretch& stretch) { free_.push_back(stretch); }
  Index size() const { return size_; }

 private:
  std::vector<Stretch> free_;
  Index size_ = 0;
};

}  // namespace

GradientPlaces share_gradient_memory(const Graph& graph, Var root, std::span<const char> wanted,
                                     Index columns) {
  (void)graph.node(root);  // a foreign Var is refused here
  const auto is_wanted = [&](Var var) { return wanted[static_cast<std::size_t>(var.index)] != 0; };
  const auto hands_on = [&](Var var) {
    const Node& node = graph.node(var);
    return is_wanted(var) && node.shape.batched() && std::ranges::any_of(node.inputs, is_wanted);
  };
  const auto nodes = static_cast<std::size_t>(graph.size());
  std::vector<char> reached(nodes);
  std::vector<Pool::Stretch> stretches(nodes);
  Pool pool;
  const auto reach = [&](Var var) {
    reached[static_cast<std::size_t>(var.index)] = 1;
    Pool::Stretch& stretch = stretches[static_cast<std::size_t>(var.index)];
    if (!hands_on(var) || stretch.offset >= 0) return;
    stretch = pool.take(AlignedBlock<float>::padded(graph.shape(var).rows * columns));
  };
  reach(root);
  for (Index i = root.index; i >= 0; --i) {
    const auto node = static_cast<std::size_t>(i);
    if (reached[node] == 0 || !is_wanted(Var{i})) continue;
    for (const Var input : graph.node(Var{i}).inputs) {
      if (is_wanted(input)) reach(input);
    }
    if (stretches[node].offset >= 0) pool.give_back(stretches[node]);
  }
  GradientPlaces places{.offsets = {}, .size = pool.size()};
  for (const Pool::Stretch& stretch : stretches) places.offsets.push_back(stretch.offset);
  return places;
}

}  // namespace clino
