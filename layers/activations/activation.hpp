#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "core/options.hpp"
#include "core/types.hpp"

namespace clino {

/// What recording an activation made.
struct RecordedActivation {
  Var output;
  Var weight = {};            ///< the learned parameter; invalid where there is none
  double initial_weight = 0;  ///< what every element of the parameter starts at
};

/// An activation known by name only, with its options fixed: for whatever works on any of them.
/// Made by `make_activation` (list.hpp) or, from a user's own struct, by `erase_activation`
/// (erase.hpp). Immutable.
class Activation {
 public:
  virtual ~Activation() = default;

  const std::string& name() const { return choice_.type; }
  /// Its name and all its options.
  const Choice& choice() const { return choice_; }

  /// Whether y_i depends on x_i alone. The softmaxes mix the units of a sample; then `value`,
  /// `slope` and `count_below` throw `UsageError`.
  virtual bool elementwise() const = 0;
  virtual double value(double x) const = 0;
  /// phi'(x), with full relative accuracy in the tails; at a kink what PyTorch takes.
  virtual double slope(double x) const = 0;
  /// Where phi, its slope or its second derivative jumps, ascending.
  virtual std::vector<double> kinks() const = 0;
  virtual bool piecewise_linear() const = 0;
  /// phi(x) >= 0 for every x: all outputs have one sign, and what they feed learns in zig-zag.
  virtual bool nonnegative() const = 0;
  /// max |phi'| over [-32, 32]: on a grid of 1/128, and on both sides of every kink; or what a
  /// user's struct states in its place. 0 where not elementwise.
  double max_slope() const { return max_slope_; }

  /// Records the operation on x, labelled `label`. A learned parameter is called `<label>.weight`;
  /// random draws come from the stream that the label names.
  virtual RecordedActivation record(Graph& graph, Var x, const std::string& label) const = 0;

  /// Counts the elements of a block [units, batch] with |phi'| < threshold into `below`, and sets
  /// `unit_alive[r]` (size units) to 1 where unit r is not below on some sample, else to 0. A NaN
  /// is not below. `learned` holds the present values of what the activation learns; empty for the
  /// first ones, or where there is nothing to learn. Allocates nothing.
  virtual void count_below(Matrix<const float> pre_activation, float threshold,
                           std::span<const float> learned, std::span<unsigned char> unit_alive,
                           Index& below) const = 0;
  virtual void count_below(Matrix<const double> pre_activation, double threshold,
                           std::span<const double> learned, std::span<unsigned char> unit_alive,
                           Index& below) const = 0;

 protected:
  explicit Activation(Choice choice) : choice_(std::move(choice)) {}
  Activation(const Activation&) = default;
  Activation& operator=(const Activation&) = default;

  void measure_max_slope();
  /// Throws `UsageError` unless it is finite and > 0.
  void set_max_slope(double slope);
  [[noreturn]] void refuse(std::string_view what) const;

 private:
  Choice choice_;
  double max_slope_ = 0;
};

/// 1 / sqrt(E phi(z)^2), z standard normal: the gain on weights of variance gain^2 / fan_in that
/// keeps the mean square of pre-activations at 1 from layer to layer. 1 for an activation that is
/// not elementwise. Throws `NumericalError` where E phi^2 is 0 or not finite.
double forward_gain(const Activation& activation);

}  // namespace clino
