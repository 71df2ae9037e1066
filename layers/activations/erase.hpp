#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/ops/elementwise.hpp"
#include "layers/activations/activation.hpp"
#include "layers/activations/count_below.hpp"

/// \file
/// From a struct that knows its formula to an `Activation`. A struct is an `ElementwiseFunction`
/// (core/ops/elementwise.hpp), optionally with
/// - `std::vector<double> kinks() const`: where phi, phi' or phi'' jumps, ascending;
/// - `static constexpr bool piecewise_linear = true`;
/// - `static constexpr bool nonnegative = true`: no value is below 0;
/// - `template <class V> V measured_slope(V x) const`: phi'(x) with all its digits;
/// - `static constexpr double active_above`: phi' is 0 up to there and 1 above;
/// - `double slope_falls_to(double threshold) const`: the x > 0 at which phi' is the threshold,
///   where phi'(x) = phi'(-x) > 0 falls from 0 to both sides: then saturation is counted without
///   slopes;
/// - `template <class T> void set_learned(std::span<const T>)`: takes what it has learned;
/// - `static constexpr double max_slope` or `double max_slope() const`: what slopes are large or
///   small against, in place of the largest |phi'| on [-32, 32] (activation.hpp), where that means
///   little, as for x^3;
/// or, where one operation on one number does not tell the whole story, it has a
/// `RecordedActivation record(Graph&, Var x, const std::string& label) const`; or both.

namespace clino {

namespace detail {

template <class A>
class ErasedActivation final : public Activation {
  static constexpr bool kElementwise = ElementwiseFunction<A>;

 public:
  ErasedActivation(A function, Choice choice)
      : Activation(std::move(choice)), function_(std::move(function)) {
    if constexpr (requires { function_.max_slope(); }) {
      set_max_slope(function_.max_slope());
    } else if constexpr (requires { A::max_slope; }) {
      set_max_slope(A::max_slope);
    } else if constexpr (kElementwise) {
      measure_max_slope();
    }
  }

  bool elementwise() const override { return kElementwise; }

  double value(double x) const override {
    if constexpr (kElementwise) {
      return function_.value(x);
    } else {
      refuse("value");
    }
  }

  double slope(double x) const override {
    if constexpr (kElementwise) {
      return measured_slope(function_, x);
    } else {
      refuse("slope");
    }
  }

  std::vector<double> kinks() const override {
    if constexpr (requires { function_.kinks(); }) {
      return function_.kinks();
    } else {
      return {};
    }
  }

  bool piecewise_linear() const override {
    if constexpr (requires { A::piecewise_linear; }) {
      return A::piecewise_linear;
    } else {
      return false;
    }
  }

  bool nonnegative() const override {
    if constexpr (requires { A::nonnegative; }) {
      return A::nonnegative;
    } else {
      return false;
    }
  }

  RecordedActivation record(Graph& graph, Var x, const std::string& label) const override {
    if constexpr (requires { function_.record(graph, x, label); }) {
      return function_.record(graph, x, label);
    } else {
      return {.output = graph.record(Elementwise<A>(function_, choice().options), {x}, label)};
    }
  }

  void count_below(Matrix<const float> pre_activation, float threshold,
                   std::span<const float> learned, std::span<unsigned char> unit_alive,
                   Index& below) const override {
    count(pre_activation, threshold, learned, unit_alive, below);
  }
  void count_below(Matrix<const double> pre_activation, double threshold,
                   std::span<const double> learned, std::span<unsigned char> unit_alive,
                   Index& below) const override {
    count(pre_activation, threshold, learned, unit_alive, below);
  }

 private:
  template <class T>
  void count(Matrix<const T> x, T threshold, std::span<const T> learned,
             std::span<unsigned char> unit_alive, Index& below) const {
    if constexpr (!kElementwise) {
      refuse("slope");
    } else {
      A present = function_;
      if constexpr (requires { present.set_learned(learned); }) {
        if (!learned.empty()) present.set_learned(learned);
      }
      detail::count_below(present, x, threshold, unit_alive, below);
    }
  }

  A function_;
};

}  // namespace detail

/// An `Activation` from a struct. `choice` holds the name and options to be logged. For the
/// built-in ones call `make_activation`, whose loops are compiled with the library's flags; those
/// of a struct of your own are compiled with yours.
template <class A>
std::shared_ptr<const Activation> erase_activation(A function, Choice choice) {
  return std::make_shared<const detail::ErasedActivation<A>>(std::move(function),
                                                             std::move(choice));
}

template <class A>
std::shared_ptr<const Activation> erase_activation(A function) {
  return erase_activation(std::move(function), Choice{.type = std::string(A::name)});
}

}  // namespace clino
