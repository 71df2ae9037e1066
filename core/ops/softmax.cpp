#include "core/ops/softmax.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/math.hpp"
#include "core/ops/temperature.hpp"

namespace clino {

namespace {

/// The largest entry of a column, or NaN where there is one.
template <class T>
T maximum(std::span<const T> column) {
  T largest = -std::numeric_limits<T>::infinity();
  for (const T x : column) {
    if (std::isnan(x)) return x;
    largest = std::max(largest, x);
  }
  return largest;
}

/// out = (in - max) / T, where the entries at an infinite maximum are equal: 0.
template <class T>
void shift(std::span<const T> in, T inverse_temperature, std::span<T> out) {
  const T largest = maximum(in);
  for (std::size_t i = 0; i < in.size(); ++i) {
    out[i] = in[i] == largest ? T{0} : (in[i] - largest) * inverse_temperature;
  }
}

/// Sum over the column of the products of two vectors.
template <class T>
accumulate_t<T> dot(std::span<const T> a, std::span<const T> b) {
  accumulate_t<T> total = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    total += static_cast<accumulate_t<T>>(a[i]) * static_cast<accumulate_t<T>>(b[i]);
  }
  return total;
}

/// What the two have in common: the temperature, and columns shifted by their maximum.
template <class Derived>
struct Tempered : OperationOf<Derived> {
  double temperature;
  Tempered(std::string_view kind, double t) : temperature(require_temperature(kind, t)) {}

  std::map<std::string, OptionValue> attributes() const override {
    return {{"temperature", temperature}};
  }
  Shape infer(std::span<const Shape> in) const override { return in[0]; }
  Abilities abilities() const override { return {.by_columns = true}; }

  template <class T>
  T inverse() const {
    return static_cast<T>(1 / temperature);
  }
};

struct Softmax final : Tempered<Softmax> {
  static constexpr std::string_view kKind = "softmax";
  explicit Softmax(double t) : Tempered(kKind, t) {}
  std::string_view kind() const override { return kKind; }

  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index j = 0; j < x.output.columns; ++j) {
      const auto out = x.output.column(j);
      shift(x.inputs[0].column(j), inverse<T>(), out);
      accumulate_t<T> total = 0;
      for (T& y : out) {
        y = math::exp_of_negative(y);
        total += static_cast<accumulate_t<T>>(y);
      }
      const T share = static_cast<T>(1 / total);
      for (T& y : out) y *= share;
    }
  }
  /// dx_i = y_i (dy_i - sum_j y_j dy_j) / T.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index j = 0; j < x.output.columns; ++j) {
      const std::span<const T> y = x.output.column(j);
      const auto dy = x.output_gradient.column(j);
      const auto dx = x.input_gradients[0].column(j);
      const T mean = static_cast<T>(dot<T>(y, dy));
      for (std::size_t i = 0; i < y.size(); ++i) dx[i] += y[i] * (dy[i] - mean) * inverse<T>();
    }
  }
};

struct LogSoftmax final : Tempered<LogSoftmax> {
  static constexpr std::string_view kKind = "log_softmax";
  explicit LogSoftmax(double t) : Tempered(kKind, t) {}
  std::string_view kind() const override { return kKind; }

  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index j = 0; j < x.output.columns; ++j) {
      const auto out = x.output.column(j);
      shift(x.inputs[0].column(j), inverse<T>(), out);
      accumulate_t<T> total = 0;
      for (const T y : out) total += math::exp(static_cast<accumulate_t<T>>(y));
      const T log_total = static_cast<T>(std::log(total));
      for (T& y : out) y -= log_total;
    }
  }
  /// dx_i = (dy_i - exp(y_i) sum_j dy_j) / T.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    for (Index j = 0; j < x.output.columns; ++j) {
      const auto y = x.output.column(j);
      const auto dy = x.output_gradient.column(j);
      const auto dx = x.input_gradients[0].column(j);
      accumulate_t<T> total = 0;
      for (const T d : dy) total += static_cast<accumulate_t<T>>(d);
      for (std::size_t i = 0; i < y.size(); ++i) {
        dx[i] += (dy[i] - math::exp(y[i]) * static_cast<T>(total)) * inverse<T>();
      }
    }
  }
};

}  // namespace

Var softmax(Graph& graph, Var x, double temperature, std::string label) {
  return graph.record(Softmax(temperature), {x}, std::move(label));
}

Var log_softmax(Graph& graph, Var x, double temperature, std::string label) {
  return graph.record(LogSoftmax(temperature), {x}, std::move(label));
}

}  // namespace clino
