#include "core/grad_check.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"

namespace clino {

namespace {

/// The columns that all batched operands have. Throws where they differ.
Index common_batch(const std::vector<GradCheckOperand>& operands) {
  Index batch = -1;
  for (const GradCheckOperand& operand : operands) {
    if (!operand.batched) continue;
    if (batch >= 0 && operand.columns != batch) {
      throw ShapeError("[grad_check] batched operands differ in columns: " + std::to_string(batch) +
                       " and " + std::to_string(operand.columns));
    }
    batch = operand.columns;
  }
  return std::max(batch, Index{1});
}

/// The function under check, ready to be evaluated at any operands.
class Probe {
 public:
  /// Differentiates the operands for which `wanted` says so.
  Probe(const GradCheckFunction& function, const std::vector<GradCheckOperand>& operands,
        const std::vector<bool>& wanted, const GradCheckOptions& options)
      : operands_(operands), context_(options.context) {
    Graph graph;
    const Index batch = common_batch(operands);
    std::vector<Var> gradient_of;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const GradCheckOperand& operand = operands[i];
      const std::string label = "operand " + std::to_string(i);
      if (static_cast<Index>(operand.values.size()) != operand.rows * operand.columns) {
        throw ShapeError("[grad_check] " + label + " has " + std::to_string(operand.values.size()) +
                         " values for shape " + to_text(Shape{operand.rows, operand.columns}));
      }
      vars_.push_back(operand.batched ? graph.input(label, operand.rows)
                                      : graph.parameter(label, operand.rows, operand.columns));
      if (wanted[i]) gradient_of.push_back(vars_.back());
    }
    output_ = function(graph, vars_);
    parameters_.emplace_back(graph);
    tapes_.emplace_back(
        graph, parameters_.front(),
        TapeOptions{.max_batch = batch, .mode = TapeMode::probe, .gradient_of = gradient_of});
    for (std::size_t i = 0; i < operands.size(); ++i) {
      std::ranges::copy(operands[i].values, slot(i).data);
    }
    draw_upstream(options.seed);
  }

  Matrix<double> slot(std::size_t operand) {
    const Var var = vars_[operand];
    return operands_[operand].batched ? tapes_.front().input(var) : parameters_.front().value(var);
  }

  /// sum_i u_i y_i for the fixed random upstream gradient u.
  double evaluate() {
    tapes_.front().forward(context_);
    const Matrix<const double> y = tapes_.front().value(output_);
    double total = 0;
    for (std::size_t i = 0; i < upstream_.size(); ++i) total += upstream_[i] * y.data[i];
    return total;
  }

  std::vector<std::vector<double>> rule_gradients() {
    evaluate();
    const Matrix<const double> y = tapes_.front().value(output_);
    tapes_.front().backward(output_, {upstream_.data(), y.rows, y.columns});
    std::vector<std::vector<double>> gradients;
    for (const Var var : vars_) {
      const auto elements = tapes_.front().gradient(var).elements();
      gradients.emplace_back(elements.begin(), elements.end());
    }
    return gradients;
  }

  /// f'(x) = (8 (f(x + h) - f(x - h)) - (f(x + 2h) - f(x - 2h))) / 12h + O(h^4)
  double difference(double& x, double step) {
    const double middle = x;
    const double h = step * std::max(1.0, std::abs(middle));
    const auto at = [&](double offset) {
      x = middle + offset;
      return evaluate();
    };
    const double near = at(h) - at(-h);
    const double far = at(2 * h) - at(-2 * h);
    x = middle;
    return (8 * near - far) / (12 * h);
  }

 private:
  void draw_upstream(std::uint64_t seed) {
    Random random(seed, stream_id("grad_check"));
    upstream_.resize(static_cast<std::size_t>(tapes_.front().value(output_).size()));
    for (double& u : upstream_) u = (random.below(2) == 0 ? -1 : 1) * random.uniform(1, 3);
  }

  const std::vector<GradCheckOperand>& operands_;
  StepContext context_;
  std::vector<Var> vars_;
  Var output_;
  std::vector<Parameters<double>> parameters_;
  std::vector<Tape<double>> tapes_;
  std::vector<double> upstream_;
};

std::string describe(std::size_t operand, Index element, Index rows, double rule,
                     double difference) {
  std::ostringstream text;
  text.precision(12);
  text << "operand " << operand << ", row " << element % rows << ", column " << element / rows
       << ": rule " << rule << ", difference " << difference;
  return text.str();
}

}  // namespace

GradCheckResult grad_check(const GradCheckFunction& function,
                           const std::vector<GradCheckOperand>& operands,
                           const GradCheckOptions& options) {
  std::vector<bool> wanted;
  wanted.reserve(operands.size());
  for (const GradCheckOperand& operand : operands) wanted.push_back(operand.differentiate);
  if (std::ranges::count(wanted, true) == 0) {
    throw UsageError("[grad_check] no operand is to be differentiated: nothing would be checked");
  }
  Probe together(function, operands, wanted, options);
  const auto rules = together.rule_gradients();
  double largest_gradient = 0;
  for (const auto& rule : rules) {
    for (const double g : rule) largest_gradient = std::max(largest_gradient, std::abs(g));
  }

  GradCheckResult result;
  result.passed = true;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!operands[i].differentiate) continue;
    // Once more with this gradient alone wanted: a rule must do with views that are empty.
    std::vector<bool> only(operands.size(), false);
    only[i] = true;
    Probe alone(function, operands, only, options);
    const auto lone_rules = alone.rule_gradients();
    const Matrix<double> values = together.slot(i);
    for (Index e = 0; e < values.size(); ++e) {
      const double difference = together.difference(values.data[e], options.step);
      for (const auto* gradients : {&rules, &lone_rules}) {
        const double rule = (*gradients)[i][static_cast<std::size_t>(e)];
        const double scale =
            std::max({std::abs(rule), std::abs(difference), 1e-4, 1e-4 * largest_gradient});
        const double error = std::abs(rule - difference) / scale;
        if (error <= result.largest_error) continue;  // a NaN goes on
        result.largest_error = error;
        result.where = describe(i, e, values.rows, rule, difference);
        result.passed = error <= options.tolerance;
        if (!std::isfinite(error)) return result;
      }
    }
  }
  return result;
}

}  // namespace clino
