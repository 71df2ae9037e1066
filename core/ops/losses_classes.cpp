#include <algorithm>

#include "core/math.hpp"
#include "core/ops/losses_operation.hpp"

namespace clino {
namespace {

class SoftmaxCrossEntropy final : public LossOf<SoftmaxCrossEntropy> {
 public:
  explicit SoftmaxCrossEntropy(CrossEntropyOptions options)
      : LossOf(std::move(options.class_weights)),
        temperature_(options.temperature),
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

  /// With a = (1 - s) c_y and b_k = s c_k / K:
  ///     l = -a log p_y - sum_k b_k log p_k
  ///     dl / dx_k = ((a + sum_j b_j) p_k - a [k = y] - b_k) / T
  template <class T>
  double sample(std::span<const T> x, std::span<const T> target, double factor,
                std::span<T> slopes) const {
    const Index classes = std::ssize(x);
    const Index y = class_number(target[0], classes);
    if (y < 0) return invalid(slopes);
    const double highest = *std::max_element(x.begin(), x.end());
    const auto shifted = [&](Index k) {
      return (static_cast<double>(x[static_cast<std::size_t>(k)]) - highest) / temperature_;
    };
    double sum = 0;
    for (Index k = 0; k < classes; ++k) {
      const T e = math::exp(static_cast<T>(shifted(k)));
      slopes[static_cast<std::size_t>(k)] = e;
      sum += e;
    }
    const double log_sum = std::log(sum);

    const double a = (1 - smoothing_) * class_weight(y);
    double loss = a * (log_sum - shifted(y));
    double mass = a;
    if (smoothing_ > 0) {
      for (Index k = 0; k < classes; ++k) {
        mass += smoothed(k, classes);
        loss += smoothed(k, classes) * (log_sum - shifted(k));
      }
    }

    const double scale = factor / temperature_;
    for (Index k = 0; k < classes; ++k) {
      T& slope = slopes[static_cast<std::size_t>(k)];
      const double wanted = smoothed(k, classes) + (k == y ? a : 0);
      slope = static_cast<T>(scale * (mass * (static_cast<double>(slope) / sum) - wanted));
    }
    return factor * loss;
  }

 private:
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
  double sample(std::span<const T> x, std::span<const T> target, double factor,
                std::span<T> slopes) const {
    const Index y = class_number(target[0], 2);
    if (y < 0) return invalid(slopes);
    const T margin = y == 1 ? x[0] : -x[0];
    const T e = math::exp(-std::abs(margin));
    const T slope = (margin >= 0 ? e : T{1}) / (1 + e);
    const double scale = factor * class_weight(y);
    slopes[0] = static_cast<T>(y == 1 ? -scale : scale) * slope;
    return scale * (std::max(-margin, T{0}) + math::log1p(e));
  }
};

}  // namespace

Var softmax_cross_entropy(Graph& graph, Var logits, Var target, Var weight,
                          CrossEntropyOptions options, std::string label) {
  if (!(options.temperature > 0) || !std::isfinite(options.temperature)) {
    throw UsageError("[softmax_cross_entropy] temperature must be a finite number > 0, found " +
                     to_text(OptionValue(options.temperature)));
  }
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
      term *= y < 0 ? std::numeric_limits<double>::quiet_NaN()
                    : class_weights[static_cast<std::size_t>(y)];
    }
    sum += term;
  }
  return sum;
}

template double batch_normalizer(Matrix<const float>, Matrix<const float>, std::span<const double>);
template double batch_normalizer(Matrix<const double>, Matrix<const double>,
                                 std::span<const double>);

}  // namespace clino
