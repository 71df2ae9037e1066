#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/aligned_block.hpp"
#include "core/errors.hpp"
#include "optim/clip.hpp"
#include "optim/optimizer.hpp"

/// \file
/// What all optimisers share: the state's memory, the loop over the parameters and the sums of
/// squared updates. An optimiser is a small struct, its rule:
///
///     static constexpr std::array<const char*, N> kStates;  // names of the runs it carries
///     template <class T> auto element(const RuleContext&) const;
///
/// `element` computes what is the same for all parameters, in double, and returns a function
/// `T (T w, T g, T& state_0, ..., T& state_N-1)` from a weight and its gradient to the new weight.
/// It must not branch, so that the loop turns into vector code.

namespace clino {

/// `UpdateContext` with the learning rate settled.
struct RuleContext {
  double learning_rate;
  std::uint64_t step;
};

/// Keeps the old parameters in `before`. Its pointers never overlap: said by `__restrict`, because
/// with up to five runs the compiler's own checks at run time would cost more than the loop over a
/// small net.
template <class T, class Element, class... State>
void update_elements(const Element element, Index count, T* __restrict before,
                     T* __restrict parameters, const T* __restrict gradients,
                     State* __restrict... states) {
  for (Index i = 0; i < count; ++i) {
    before[i] = parameters[i];
    parameters[i] = element(parameters[i], gradients[i], states[i]...);
  }
}

template <class T, class Rule>
class RuleOptimizer final : public Optimizer<T> {
 public:
  RuleOptimizer(const Rule& rule, double learning_rate, Index parameter_count)
      : rule_(rule),
        learning_rate_(learning_rate),
        count_(parameter_count),
        stride_(AlignedBlock<T>::padded(parameter_count)),
        states_(make_states(stride_)) {}

  void update(const UpdateContext& context, std::span<T> parameters, std::span<const T> gradients,
              std::span<const Segment> segments, std::span<double> update_squares) override {
    const bool logged = !update_squares.empty();
    if (logged) check_size("update_squares", update_squares.size(), segments.size());
    std::ranges::fill(update_squares, 0.0);
    std::size_t segment = 0;  // the first that reaches into the block
    update_blocks(context, parameters, gradients, {0, count_},
                  [&](Index first, std::span<const T> block, std::span<const T> before) {
                    if (!logged) return;
                    segment = add_squares(first, block, before, segments, segment, update_squares);
                  });
  }

  void update_share(const UpdateContext& context, std::span<T> parameters,
                    std::span<const T> gradients, const Share& share) override {
    update_blocks(context, parameters, gradients, share.of(count_, kBlock),
                  [](Index, std::span<const T>, std::span<const T>) {});
  }

  std::vector<NamedState<T>> state() override {
    std::vector<NamedState<T>> named;
    for (std::size_t k = 0; k < kStateCount; ++k) {
      named.push_back({Rule::kStates[k], {state(k), static_cast<std::size_t>(count_)}});
    }
    return named;
  }

 private:
  static constexpr std::size_t kStateCount = Rule::kStates.size();
  static constexpr Index kBlock = 1024;  // small enough for the old weights to stay in cache

  // One loop serves logged and unlogged steps: what the compiler makes of it, and with it the
  // rounding of every weight, is the same for both. Keeping the old weights slows an unlogged
  // step by .4 % (seven paired runs of 784-[64]x20-10, -.6 to 2.0); a copy before the loop would
  // slow a logged one by half a percent.
  template <class Visit>
  void update_blocks(const UpdateContext& context, std::span<T> parameters,
                     std::span<const T> gradients, IndexRange range, const Visit& visit) {
    check_size("parameters", parameters.size(), static_cast<std::size_t>(count_));
    check_size("gradients", gradients.size(), static_cast<std::size_t>(count_));
    const auto element = rule_.template element<T>(
        RuleContext{context.learning_rate.value_or(learning_rate_), context.step});
    std::array<T, kBlock> before;
    for (Index first = range.first; first < range.last; first += kBlock) {
      const Index size = std::min(kBlock, range.last - first);
      const std::span<T> block =
          parameters.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(size));
      update_block(element, first, before.data(), block, gradients,
                   std::make_index_sequence<kStateCount>{});
      visit(first, block, before);
    }
  }

  static void check_size(const char* what, std::size_t found, std::size_t expected) {
    if (found == expected) return;
    throw UsageError("[optimizer] " + std::string(what) + " has " + std::to_string(found) +
                     " elements, expected " + std::to_string(expected));
  }

  static AlignedBlock<T> make_states(Index stride) {
    if constexpr (kStateCount == 0) return {};
    return AlignedBlock<T>(stride * static_cast<Index>(kStateCount));
  }

  T* state(std::size_t k) const { return states_.data() + static_cast<Index>(k) * stride_; }

  template <class Element, std::size_t... k>
  void update_block(const Element& element, Index first, T* before, std::span<T> block,
                    std::span<const T> gradients, std::index_sequence<k...> /*states*/) {
    update_elements(element, static_cast<Index>(block.size()), before, block.data(),
                    gradients.data() + first, (state(k) + first)...);
  }

  /// Adds each segment's share of one block, which begins at parameter `first`. The segments are
  /// sorted, and `segment` is the first that reaches into the block; gives that of the next block.
  static std::size_t add_squares(Index first, std::span<const T> block, std::span<const T> before,
                                 std::span<const Segment> segments, std::size_t segment,
                                 std::span<double> update_squares) {
    const Index last = first + static_cast<Index>(block.size());
    for (; segment < segments.size(); ++segment) {
      const Index end_of_segment = segments[segment].offset + segments[segment].size();
      const Index begin = std::max(first, segments[segment].offset);
      const Index end = std::min(last, end_of_segment);
      if (begin < end) {
        const auto offset = static_cast<std::size_t>(begin - first);
        const auto count = static_cast<std::size_t>(end - begin);
        update_squares[segment] +=
            squared_distance(block.subspan(offset, count), before.subspan(offset, count));
      }
      if (end_of_segment > last) break;
    }
    return segment;
  }

  Rule rule_;
  double learning_rate_;
  Index count_;
  Index stride_;            // elements from one state to the next: whole cache lines
  AlignedBlock<T> states_;  // [states, stride]
};

/// A rule, the complete choice that it was read from and a size, made into an optimiser.
template <class T, class Rule>
std::unique_ptr<Optimizer<T>> make_rule_optimizer(const Rule& rule, const Choice& choice,
                                                  Index parameter_count) {
  return std::make_unique<RuleOptimizer<T, Rule>>(rule, choice.get<double>("learning_rate"),
                                                  parameter_count);
}

}  // namespace clino
