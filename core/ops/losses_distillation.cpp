#include <algorithm>

#include "core/math.hpp"
#include "core/ops/losses_operation.hpp"
#include "core/ops/temperature.hpp"

namespace clino {
namespace {

/// Inputs: logits, target, teacher and, if there are four, weight.
class Distillation final : public OperationOf<Distillation> {
 public:
  explicit Distillation(DistillationOptions options)
      : temperature_(require_temperature("distillation_loss", options.temperature)),
        class_weights_(std::move(options.class_weights)) {}

  std::string_view kind() const override { return "distillation_loss"; }
  std::map<std::string, OptionValue> attributes() const override {
    return {{"temperature", temperature_}, {"class_weights", class_weights_}};
  }

  Shape infer(std::span<const Shape> inputs) const override {
    const Shape& logits = inputs[0];
    const auto expect = [&](const Shape& found, Index rows, const std::string& what) {
      const Shape wanted{rows, logits.columns};
      if (found == wanted) return;
      throw ShapeError("[distillation_loss] logits " + to_text(logits) + " need a " + what +
                       " of " + to_text(wanted) + ", found " + to_text(found));
    };
    expect(inputs[1], 1, "target");
    expect(inputs[2], logits.rows, "teacher");
    if (inputs.size() > 3) expect(inputs[3], 1, "weight");
    const Index classes = class_count(logits.rows);
    if (!class_weights_.empty() && std::ssize(class_weights_) != classes) {
      throw ShapeError("[distillation_loss] " + std::to_string(class_weights_.size()) +
                       " class weights for " + std::to_string(classes) + " classes");
    }
    return {1, 1};
  }

  /// Of each sample: exp(z_k) of the logits, of which the slopes are made; then of the teacher.
  Shape workspace(std::span<const Shape> inputs) const override {
    return {2 * class_count(inputs[0].rows), inputs[0].columns};
  }

  template <class T>
  void value(const StepContext& step, const Arguments<T>& a) const {
    const Matrix<const T> logits = a.inputs[0];
    const Matrix<const T> target = a.inputs[1];
    const Matrix<const T> teacher = a.inputs[2];
    const Matrix<const T> weight = a.inputs.size() > 3 ? a.inputs[3] : Matrix<const T>{};
    const double normalizer =
        step.normalizer > 0 ? step.normalizer : batch_normalizer<T>(target, weight, class_weights_);
    const SampleShares<T> share{weight, normalizer == 0 ? 0 : 1 / normalizer};
    const auto classes = static_cast<std::size_t>(class_count(logits.rows));
    // All exponentials in one loop, which becomes vector code.
    for (Index i = 0; i < logits.columns; ++i) {
      shift(logits.column(i), a.workspace.column(i).first(classes));
      shift(teacher.column(i), a.workspace.column(i).subspan(classes));
    }
    for (T& element : a.workspace.elements()) element = math::exp_of_negative(element);
    double loss = 0;
    for (Index i = 0; i < logits.columns; ++i) {
      loss += sample(logits.column(i), teacher.column(i), share(i) * class_weight(target(0, i)),
                     a.workspace.column(i));
    }
    a.output(0, 0) = static_cast<T>(loss);
  }

  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& a) const {
    Matrix<T> gradient = a.input_gradients[0];
    if (gradient.empty()) return;
    const T upstream = a.output_gradient(0, 0);
    const Index first = gradient.rows == 1 ? 1 : 0;
    for (Index i = 0; i < gradient.columns; ++i) {
      for (Index k = 0; k < gradient.rows; ++k) {
        gradient(k, i) += upstream * a.workspace(first + k, i);
      }
    }
  }

 private:
  static Index class_count(Index rows) { return std::max(rows, Index{2}); }

  /// A logit of a class: where there is one row, the first of two classes has 0.
  template <class T>
  static T logit(std::span<const T> x, std::size_t k) {
    return x.size() > 1 ? x[k] : k == 0 ? T{0} : x[0];
  }

  template <class T>
  static T highest(std::span<const T> x) {
    return x.size() > 1 ? *std::max_element(x.begin(), x.end()) : std::max(x[0], T{0});
  }

  /// z_k = (x_k - max x) / T.
  template <class T>
  void shift(std::span<const T> x, std::span<T> z) const {
    const T temperature =
        std::max(static_cast<T>(temperature_), std::numeric_limits<T>::min());  // 0 / 0 is NaN
    const T top = highest(x);
    for (std::size_t k = 0; k < z.size(); ++k) z[k] = (logit(x, k) - top) / temperature;
  }

  /// Returns share l; the first half of `exponentials` holds exp(z_k) and afterwards
  /// share dl / dx_k.
  template <class T>
  double sample(std::span<const T> x, std::span<const T> teacher, double share,
                std::span<T> exponentials) const {
    const std::size_t classes = exponentials.size() / 2;
    const auto students = exponentials.first(classes);
    const auto teachers = exponentials.subspan(classes);
    double sum = 0;
    double teacher_sum = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      sum += static_cast<double>(students[k]);
      teacher_sum += static_cast<double>(teachers[k]);
    }
    const double log_sum = std::log(sum);
    const auto top = static_cast<double>(highest(x));
    const auto difference = [&](std::size_t k) {
      return static_cast<double>(students[k]) / sum -
             static_cast<double>(teachers[k]) / teacher_sum;
    };
    // Of two classes the rarer one's difference is the exact one.
    const bool both_second = x.size() == 1 && x[0] > 0 && teacher[0] > 0;
    const double second = both_second ? -difference(0) : difference(1);
    double loss = 0;
    for (std::size_t k = 0; k < classes; ++k) {
      const double q = static_cast<double>(teachers[k]) / teacher_sum;
      // An impossible class that the teacher does not ask for costs nothing.
      if (q == 0) continue;
      loss += q * (log_sum - (static_cast<double>(logit(x, k)) - top) / temperature_);
    }
    for (std::size_t k = 0; k < classes; ++k) {
      const double slope = x.size() == 1 ? second : difference(k);
      students[k] = static_cast<T>(share * temperature_ * slope);
    }
    return share * temperature_ * temperature_ * loss;
  }

  template <class T>
  double class_weight(T target) const {
    if (class_weights_.empty()) return 1;
    const Index y = class_number(target, std::ssize(class_weights_));
    return y < 0 ? kNotANumber : class_weights_[static_cast<std::size_t>(y)];
  }

  double temperature_;
  std::vector<double> class_weights_;
};

}  // namespace

Var distillation_loss(Graph& graph, Var logits, Var teacher, Var target, Var weight,
                      DistillationOptions options, std::string label) {
  const Distillation loss(std::move(options));
  if (weight.valid()) {
    return graph.record(loss, {logits, target, teacher, weight}, std::move(label));
  }
  return graph.record(loss, {logits, target, teacher}, std::move(label));
}

}  // namespace clino
