#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/rows/rows.hpp"
#include "probe/singular_values.hpp"
#include "train/batch.hpp"

namespace clino::claim_configs {
extern const std::string_view lecun_tanh;
}

namespace clino::claims {

namespace lecun_tanh_row {
namespace {

constexpr Index kFeatures = 16;
constexpr double kMeans[] = {0, .5, 1};
/// The loss falls to this share of what it was.
constexpr double kGoal = 1e-3;

/// Where the problem is as bad as it can be. With inputs of covariance 1 and mean mu in each of n
/// features, and a bias, the Hessian of half the loss is E (x, 1)(x, 1)^T: 1 across the mean's
/// direction, and in the plane of that direction and the bias
///   [1 + n mu^2, mu sqrt(n); mu sqrt(n), 1].
struct Problem {
  double least = 1, largest = 1;   ///< eigenvalues
  double weight = 0.25, bias = 0;  ///< eigenvector of the least: each weight, and the bias
};

Problem problem(double mean) {
  const auto n = static_cast<double>(kFeatures);
  if (mean == 0) return {};
  const double across = mean * std::sqrt(n);
  const double centre = 1 + n * mean * mean / 2;
  const double reach = std::sqrt(n * n * std::pow(mean, 4) / 4 + across * across);
  Problem at{.least = centre - reach, .largest = centre + reach};
  const double along =
      at.least - 1;  // (A - 1) (x, y) = (least - 1) (x, y):  y = across, x = least - 1
  const double length = std::hypot(along, across);
  at.weight = along / length / std::sqrt(n);
  at.bias = across / length;
  return at;
}

/// mean + sqrt(n) e_i and mean - sqrt(n) e_i for every i: their covariance is 1. The targets are
/// linear in them, by the weights that are learned most slowly.
template <class T>
Dataset<T> make_data(double mean) {
  const Problem at = problem(mean);
  const double reach = std::sqrt(static_cast<double>(kFeatures));
  Samples<T> samples{.features = kFeatures, .outputs = 1};
  for (const double sign : {reach, -reach}) {
    for (Index j = 0; j < kFeatures; ++j) {
      for (Index i = 0; i < kFeatures; ++i)
        samples.inputs.push_back(static_cast<T>(mean + (i == j ? sign : 0)));
      samples.targets.push_back(
          static_cast<T>(at.weight * (static_cast<double>(kFeatures) * mean + sign) + at.bias));
    }
  }
  return Dataset<T>(std::move(samples));
}

/// The net: one dense layer, all weights 0.
template <class T>
Experiment<T> make_problem(double mean, const Setting& setting) {
  Net<T> net = make_net<T>({.inputs = kFeatures, .init = {.type = "zeros"}}, setting, setting.seed);
  Experiment<T> experiment{.data = {},
                           .class_weights = {},
                           .model = std::move(net.model),
                           .parameters = std::move(net.parameters)};
  experiment.data.train = make_data<T>(mean);
  return experiment;
}

struct Measured {
  double condition = 0;  ///< of the Hessian, by the library's gradients
  double steps = 0;      ///< of gradient descent to the goal
  std::vector<double> losses = {};
};

/// The loss is quadratic: column i of its Hessian is gradient(e_i) - gradient(0).
template <class T>
double condition(Experiment<T>& experiment) {
  const Index samples = experiment.data.train.size();
  std::vector<Index> all(static_cast<std::size_t>(samples));
  std::iota(all.begin(), all.end(), Index{0});
  Tape<T> tape(experiment.model.graph, experiment.parameters,
               {.max_batch = samples, .mode = TapeMode::train});
  const double normalizer =
      fill_batch(tape, experiment.model, experiment.data.train, std::span<const Index>(all), {});
  const auto gradient = [&] {
    experiment.parameters.zero_gradients();
    tape.forward({.normalizer = normalizer});
    tape.backward(experiment.model.loss);
    const std::span<const T> found = std::as_const(experiment.parameters).gradients();
    return std::vector<double>(found.begin(), found.end());
  };
  const std::vector<double> origin = gradient();
  const auto n = static_cast<Index>(origin.size());
  std::vector<double> hessian;
  for (Index i = 0; i < n; ++i) {
    T& weight = experiment.parameters.values()[static_cast<std::size_t>(i)];
    weight = T{1};
    const std::vector<double> moved = gradient();
    weight = T{0};
    for (std::size_t k = 0; k < moved.size(); ++k) hessian.push_back(moved[k] - origin[k]);
  }
  const std::vector<double> values = singular_values({hessian.data(), n, n});
  return values.front() / values.back();
}

template <class T>
Measured measure(double mean, const Setting& setting) {
  Measured measured;
  Experiment<T> experiment = make_problem<T>(mean, setting);
  measured.condition = condition(experiment);
  Config config = claim_config(setting, claim_configs::lecun_tanh,
                               {R"(training={"max_steps":3000,"batch_size":32})"});
  // The step that takes away what is learned fastest at once. The Hessian of the loss, the mean of
  // r^2, is twice that above.
  config.optimizer.learning_rate = 1 / (2 * problem(mean).largest);
  Session<T> session(config, experiment);
  train_session<T>(session, setting, [&](Session<T>& now) {
    // Of the batch, which is all there is, before the step.
    measured.losses.push_back(now.last_train()->loss);
    return measured.losses.back() > kGoal * measured.losses.front();
  });
  measured.steps = static_cast<double>(measured.losses.size() - 1);
  return measured;
}

/// f(1), by the library's operation.
template <class T>
double value_at_one(const Setting& setting) {
  Graph graph;
  const Var x = graph.input("x", 1);
  const Var y = setting.parts.activation({.type = "lecun_tanh"})->record(graph, x, "f").output;
  Parameters<T> none(graph);
  Tape<T> tape(graph, none, {.max_batch = 1, .mode = TapeMode::evaluate});
  tape.input(x)(0, 0) = T{1};
  tape.forward({});
  return static_cast<double>(tape.value(y)(0, 0));
}

Outcome run(const Setting& setting) {
  Checks checks;
  const double one =
      with_dtype(setting, [&](auto zero) { return value_at_one<decltype(zero)>(setting); });
  // A float below 1 is known to 6e-8, its tanh to two such.
  checks.exact("f(1) = 1.7159 tanh(2/3)", 1.7159 * std::tanh(2. / 3), one, 3e-7);
  checks.in_range("f(1), meant to be 1", {1 - 1e-5, 1 + 1e-5}, one, "by the library's operation");
  report::Figure figure{.title = "Inputs whose mean is not 0 slow learning down",
                        .caption =
                            "Least squares with 16 features of variance 1, by gradient "
                            "descent with the largest step that is of use.",
                        .x_title = "step",
                        .y_title = "loss relative to the first",
                        .log_y = true};
  std::size_t number = 0;
  for (const double mean : kMeans) {
    const Measured measured =
        with_dtype(setting, [&](auto zero) { return measure<decltype(zero)>(mean, setting); });
    const Problem at = problem(mean);
    const std::string label = "inputs of mean " + figure_text(mean);
    const double expected = at.largest / at.least;
    // In float an element of the Hessian, up to 2 (1 + mu^2) + 2 mu^2 n... is known to 1e-6, which
    // is that share of the largest eigenvalue, and moves the least one by as much.
    checks.exact("condition number, " + label, expected, measured.condition,
                 2e-6 * expected * expected + 1e-9);
    // The error is an eigenvector: the loss falls by (1 - 1 / condition)^2 a step.
    const double steps =
        mean == 0 ? 1 : std::ceil(std::log(kGoal) / (2 * std::log(1 - 1 / expected)));
    checks.exact("steps until the loss is a thousandth, " + label, steps, measured.steps,
                 mean == 0 ? 0 : 1 + 1e-3 * steps, "exact to rounding: a step, or .1 %");
    report::FigureLine line{.label = label, .style = {"c" + std::to_string(number++), 0}};
    for (std::size_t step = 0; step < measured.losses.size(); ++step) {
      line.x.push_back(static_cast<double>(step));
      line.y.push_back(measured.losses[step] / measured.losses.front());
    }
    figure.lines.push_back(std::move(line));
  }
  return {.ran =
              "The activation at 1; one dense layer with 16 inputs of variance 1 and mean 0, 0.5 "
              "and 1: its Hessian by the tape's gradients, and gradient descent until the loss "
              "is a thousandth. Nothing is drawn.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace lecun_tanh_row

Claim lecun_tanh() {
  return {.name = "lecun-tanh",
          .row = "C10",
          .title = "Keep means at 0 and deviations at 1",
          .statement =
              "1.7159 tanh(2x/3) takes 1 to 1 and is symmetric, so that what it feeds has "
              "mean 0; a layer whose inputs have another mean learns more slowly by the "
              "condition number of its Hessian.",
          .formula =
              "f(1) = 1.7159 tanh(2/3) = 0.999997;  H = E (x, 1)(x, 1)ᵀ,  "
              "steps ∝ λ_max / λ_min",
          .story =
              "If all inputs of a layer share a mean, one direction in the space of its weights "
              "is far steeper than the others. The step has to be small enough for the steep "
              "one, and so the flat ones take hundreds of steps. Inputs of mean 0 make a round "
              "bowl: one step leads to its bottom. Standardised data do that for the first "
              "layer, a symmetric activation for the next.",
          .source = "LeCun, Bottou, Orr and Müller 1998, Efficient backprop, sections 4.3 and 4.4",
          .config = claim_configs::lecun_tanh,
          .run = lecun_tanh_row::run};
}

}  // namespace clino::claims
