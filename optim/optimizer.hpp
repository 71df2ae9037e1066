#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "core/parameters.hpp"
#include "core/types.hpp"

/// \file
/// Optimisers. Each sees one flat vector of parameters, one of gradients, the learning rate and
/// the number of the step. Formulas and defaults are those of PyTorch 2; each rule has its own
/// file in optim/rules/. Settings are fixed at construction; what changes is in `state()` alone.

namespace clino {

/// What an update may know about the step it ends.
struct UpdateContext {
  /// What a schedule says; without one, the `learning_rate` that the optimiser was made with.
  std::optional<double> learning_rate = {};
  std::uint64_t step = 0;  ///< counts from 0; the bias corrections of Adam depend on it
};

/// A run of numbers that an optimiser carries from step to step, such as Adam's first moment.
template <class T>
struct NamedState {
  std::string name;
  std::span<T> values;  ///< one for each parameter; zero before the first step
};

template <class T>
class Optimizer {
 public:
  Optimizer() = default;
  Optimizer(const Optimizer&) = delete;
  Optimizer& operator=(const Optimizer&) = delete;
  virtual ~Optimizer() = default;

  /// Moves the parameters by one step. Allocates nothing.
  ///
  /// `update_squares` is empty where nobody asks; else it receives for each of `segments` (sorted
  /// by offset) the sum over its elements of (new - old)^2, added up in double. The parameters come
  /// out the same to the bit either way.
  ///
  /// Throws `UsageError` where a span is not of the size that the optimiser was made for.
  virtual void update(const UpdateContext& context, std::span<T> parameters,
                      std::span<const T> gradients, std::span<const Segment> segments,
                      std::span<double> update_squares) = 0;

  /// The same for some of the parameters, those of `share`: all shares of a step together are
  /// `update` without `update_squares`, to the bit. Shares may run side by side.
  virtual void update_share(const UpdateContext& context, std::span<T> parameters,
                            std::span<const T> gradients, const Share& share) = 0;

  /// Views of everything that it carries from step to step: to be saved, and to be overwritten
  /// when a run is resumed. They stay in place as long as the optimiser lives.
  virtual std::vector<NamedState<T>> state() = 0;
};

/// All optimisers with their options. `learning_rate` is that of every update whose
/// `UpdateContext` has none; its default differs from one optimiser to the next.
const Catalogue& optimizer_catalogue();

/// Builds the optimiser that `choice` names for `parameter_count` numbers; absent options take
/// their defaults. Throws `UsageError` on an unknown name or option and on a value out of range.
template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const Choice& choice, Index parameter_count);

}  // namespace clino
