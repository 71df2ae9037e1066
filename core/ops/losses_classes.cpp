#include <algorithm>
#include <array>

#include "core/math.hpp"
#include "core/ops/losses_operation.hpp"
#include "core/ops/temperature.hpp"

namespace clino {
namespace {

class SoftmaxCrossEntropy final : public LossOf<SoftmaxCrossEntropy> {
 public:
  explicit SoftmaxCrossEntropy(CrossEntropyOptions options)
      : LossOf(std::move(options.class_weights)),
        temperature_(require_temperature("softmax_cross_entropy", options.temperature)),
        smoothing_(options.label_smoothing) {}

  std::string_view kind() const override { return "softmax_cross_entropy"; }
  std::map<std::string, OptionValue> attributes() const override {
    return {{"temperature", temperature_},
            {"label_smoothing", smoothing_},
            {"class_weights", class_weights()}};
  }
  Shape infer(std::span<const Shape> inputs) const override {
    expect_class_weights(inputs[0].rows);
    return LossOf::infer(inputs);
  }
  static Index target_rows(const Shape& /*prediction*/) { return 1; }

  template <class T>
  double total(Matrix<const T> x, Matrix<const T> target, const SampleShares<T>& share,
               Matrix<T> slopes) const {
    // All exponentials in one loop, which becomes vector code.
    for (Index i = 0; i < x.columns; ++i) shift(x.column(i), slopes.column(i));
    for (T& element : slopes.elements()) element = math::exp_of_negative(element);
    double loss = 0;
    for (Index i = 0; i < x.columns; ++i) {
      loss += share(i) * sample(x.column(i), target(0, i), share(i), slopes.column(i));
    }
    return loss;
  }

 private:
  /// z_k = (x_k - max x) / T.
  template <class T>
  void shift(std::span<const T> x, std::span<T> z) const {
    const T temperature =
        std::max(static_cast<T>(temperature_), std::numeric_limits<T>::min());  // 0 / 0 is NaN
    const T highest = *std::max_element(x.begin(), x.end());
    for (std::size_t k = 0; k < x.size(); ++k) z[k] = (x[k] - highest) / temperature;
  }

  /// With a = (1 - s) c_y and b_k = s c_k / K:
  ///     l = -a log p_y - sum_k b_k log p_k
  ///     dl / dx_k = ((a + sum_j b_j) p_k - a [k = y] - b_k) / T
  /// Returns l; `slopes` hold exp(z_k), and afterwards share dl / dx_k.
  template <class T>
  double sample(std::span<const T> x, T target, double share, std::span<T> slopes) const {
    const Index classes = std::ssize(x);
    const Index y = class_number(target, classes);
    if (y < 0) {
      std::fill(slopes.begin(), slopes.end(), static_cast<T>(kNotANumber));
      return kNotANumber;
    }
    const double highest = *std::max_element(x.begin(), x.end());
    double sum = 0;
    for (const T e : slopes) sum += static_cast<double>(e);
    const double log_sum = std::log(sum);
    const auto minus_log = [&](Index k) {
      return log_sum -
             (static_cast<double>(x[static_cast<std::size_t>(k)]) - highest) / temperature_;
    };

    const double a = (1 - smoothing_) * class_weight(y);
    double loss = a * minus_log(y);
    double mass = a;
    if (smoothing_ > 0) {
      for (Index k = 0; k < classes; ++k) {
        mass += smoothed(k, classes);
        loss += smoothed(k, classes) * minus_log(k);
      }
    }
    const double scale = share / temperature_;
    const T of_probability = static_cast<T>(scale * mass / sum);
    for (Index k = 0; k < classes; ++k) {
      T& slope = slopes[static_cast<std::size_t>(k)];
      slope = of_probability * slope - static_cast<T>(scale * smoothed(k, classes));
    }
    slopes[static_cast<std::size_t>(y)] -= static_cast<T>(scale * a);
    return loss;
  }

  double smoothed(Index k, Index classes) const {
    return smoothing_ == 0 ? 0 : smoothing_ * class_weight(k) / static_cast<double>(classes);
  }

  double temperature_;
  double smoothing_;
};

class BinaryCrossEntropy final : public LossOf<BinaryCrossEntropy> {
 public:
  using LossOf::LossOf;

  std::string_view kind() const override { return "binary_cross_entropy"; }
  std::map<std::string, OptionValue> attributes() const override {
    return {{"class_weights", class_weights()}};
  }
  Shape infer(std::span<const Shape> inputs) const override {
    if (inputs[0].rows != 1) {
      throw ShapeError("[binary_cross_entropy] needs predictions [1, batch], found " +
                       to_text(inputs[0]));
    }
    expect_class_weights(2);
    return LossOf::infer(inputs);
  }
  static Index target_rows(const Shape& /*prediction*/) { return 1; }

  /// With the margin m = x for y = 1 and -x for y = 0, without overflow or cancellation:
  ///     l = log(1 + exp(-m)) = max(-m, 0) + log(1 + exp(-|m|))
  ///     dl / dm = -1 / (1 + exp(m))
  template <class T>
  double total(Matrix<const T> x, Matrix<const T> target, const SampleShares<T>& share,
               Matrix<T> slopes) const {
    constexpr Index kChunk = 64;
    std::array<T, static_cast<std::size_t>(kChunk)> losses;
    double loss = 0;
    for (Index first = 0; first < x.columns; first += kChunk) {
      const Index count = std::min(kChunk, x.columns - first);
      T* slope = slopes.data + first;
      // Without branches, so that it becomes vector code.
      for (Index i = 0; i < count; ++i) {
        const T y = target.data[first + i];
        const T sign = y == 1 ? T{1} : y == 0 ? T{-1} : static_cast<T>(kNotANumber);
        const T margin = sign * x.data[first + i];
        const T e = math::exp_of_negative(-std::abs(margin));
        losses[static_cast<std::size_t>(i)] = (margin > 0 ? T{0} : -margin) + math::log1p(e);
        slope[i] = -sign * ((margin < 0 ? T{1} : e) / (1 + e));
      }
      for (Index i = 0; i < count; ++i) {
        const double factor = share(first + i) * class_weight(target.data[first + i] == 1 ? 1 : 0);
        loss += factor * static_cast<double>(losses[static_cast<std::size_t>(i)]);
        slope[i] *= static_cast<T>(factor);
      }
    }
    return loss;
  }
};

}  // namespace

Var softmax_cross_entropy(Graph& graph, Var logits, Var target, Var weight,
                          CrossEntropyOptions options, std::string label) {
  if (!kUnit.contains(options.label_smoothing)) {
    throw UsageError("[softmax_cross_entropy] label_smoothing must be in [0, 1], found " +
                     to_text(OptionValue(options.label_smoothing)));
  }
  return record_loss_operation(graph, SoftmaxCrossEntropy(std::move(options)), logits, target,
                               weight, std::move(label));
}

Var binary_cross_entropy(Graph& graph, Var logits, Var target, Var weight,
                         std::vector<double> class_weights, std::string label) {
  return record_loss_operation(graph, BinaryCrossEntropy(std::move(class_weights)), logits, target,
                               weight, std::move(label));
}

template <class T>
double batch_normalizer(Matrix<const T> target, Matrix<const T> weight,
                        std::span<const double> class_weights) {
  if (weight.empty() && class_weights.empty()) return static_cast<double>(target.columns);
  double sum = 0;
  for (Index i = 0; i < target.columns; ++i) {
    double term = weight.empty() ? 1 : static_cast<double>(weight(0, i));
    if (!class_weights.empty()) {
      const Index y = class_number(target(0, i), std::ssize(class_weights));
      term *= y < 0 ? kNotANumber : class_weights[static_cast<std::size_t>(y)];
    }
    sum += term;
  }
  return sum;
}

template double batch_normalizer(Matrix<const float>, Matrix<const float>, std::span<const double>);
template double batch_normalizer(Matrix<const double>, Matrix<const double>,
                                 std::span<const double>);

}  // namespace clino
