#pragma once

#include <memory>
#include <span>

#include "core/options.hpp"

/// \file
/// The activations of the list once more, as their formulas are written down without further
/// thought: one number at a time, with the functions of <cmath>. What the library's vector code is
/// timed against; nothing else uses them.

namespace clino {

/// All spans have the same size.
class PlainActivation {
 public:
  virtual ~PlainActivation() = default;

  /// y = phi(x)
  virtual void forward(std::span<const float> x, std::span<float> y) const = 0;
  virtual void forward(std::span<const double> x, std::span<double> y) const = 0;
  /// gradient = phi'(x) upstream, with y = phi(x) at hand.
  virtual void backward(std::span<const float> x, std::span<const float> y,
                        std::span<const float> upstream, std::span<float> gradient) const = 0;
  virtual void backward(std::span<const double> x, std::span<const double> y,
                        std::span<const double> upstream, std::span<double> gradient) const = 0;
};

/// Null where there is no such formula: for a user's own, for what mixes the units of a sample, and
/// for what draws. `choice` holds all options.
std::unique_ptr<const PlainActivation> plain_activation(const Choice& choice);

}  // namespace clino
