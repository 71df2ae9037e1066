#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/rows/rows.hpp"

namespace clino::claim_configs {
extern const std::string_view linear_dynamics;
}

namespace clino::claims {

namespace linear_dynamics_row {
namespace {

constexpr Index kModes = 4;
constexpr double kStrengths[kModes] = {1, 2, 3, 5};
constexpr double kStart = 1e-3;  ///< of every mode
constexpr double kRate = .004;
// The loss is the mean of r^2 over k = 4 outputs: its gradient is 2 / k times that of half the sum,
// which Saxe et al. go down. A step is this much of their time, tau = 1.
constexpr double kStep = 2 * kRate / static_cast<double>(kModes);

/// Columns of two orthogonal matrices: the modes of the outputs and of the inputs.
constexpr double kOutput[kModes][kModes] = {
    {.5, -.5, .5, -.5}, {.5, .5, .5, .5}, {.5, -.5, -.5, .5}, {.5, .5, -.5, -.5}};
constexpr double kInput[kModes][kModes] = {
    {.5, .5, .5, .5}, {.5, -.5, .5, -.5}, {.5, .5, -.5, -.5}, {.5, -.5, -.5, .5}};

/// Samples x = 2 e_j and -2 e_j with y = U S V^T x: x has the mean 0 and the covariance 1, so that
/// biases stay 0 and only y's covariance with x matters.
template <class T>
Dataset<T> make_data() {
  Samples<T> samples{.features = kModes, .outputs = kModes};
  for (const double sign : {2., -2.}) {
    for (Index j = 0; j < kModes; ++j) {
      for (Index i = 0; i < kModes; ++i) {
        samples.inputs.push_back(static_cast<T>(i == j ? sign : 0));
        double y = 0;
        for (Index mode = 0; mode < kModes; ++mode)
          y += kOutput[i][mode] * kStrengths[mode] * kInput[j][mode] * sign;
        samples.targets.push_back(static_cast<T>(y));
      }
    }
  }
  return Dataset<T>(std::move(samples));
}

/// Both layers start with sqrt(u_0) of each mode: U sqrt(u_0) and sqrt(u_0) V^T.
template <class T>
void set_weights(Matrix<T> lower, Matrix<T> upper) {
  for (Index i = 0; i < kModes; ++i) {
    for (Index j = 0; j < kModes; ++j) {
      upper(i, j) = static_cast<T>(std::sqrt(kStart) * kOutput[i][j]);
      lower(i, j) = static_cast<T>(std::sqrt(kStart) * kInput[j][i]);
    }
  }
}

/// u^T W_2 W_1 v of one mode.
template <class T>
double strength(Matrix<const T> lower, Matrix<const T> upper, Index mode) {
  double sum = 0;
  for (Index k = 0; k < kModes; ++k) {
    double above = 0, below = 0;
    for (Index i = 0; i < kModes; ++i) {
      above += kOutput[i][mode] * static_cast<double>(upper(i, k));
      below += kInput[i][mode] * static_cast<double>(lower(k, i));
    }
    sum += above * below;
  }
  return sum;
}

/// Of each mode: its strength after each step, the first before any.
template <class T>
std::vector<std::vector<double>> train(const Setting& setting) {
  const Config config =
      claim_config(setting, claim_configs::linear_dynamics,
                   {"optimizer.learning_rate=" + std::to_string(kRate), "training.batch_size=8",
                    R"(training={"max_steps":2400,"batch_size":8})"});
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  experiment.data.train = make_data<T>();
  const Var lower = experiment.model.layers.front().weight;
  const Var upper = experiment.model.layers.back().weight;
  Parameters<T>& parameters = experiment.parameters;
  set_weights(parameters.value(lower), parameters.value(upper));
  std::vector<std::vector<double>> strengths(kModes);
  const auto look = [&] {
    for (Index mode = 0; mode < kModes; ++mode) {
      strengths[static_cast<std::size_t>(mode)].push_back(
          strength<T>(parameters.value(lower), parameters.value(upper), mode));
    }
  };
  look();
  Session<T> session(config, experiment);
  train_session<T>(session, setting, [&](Session<T>&) {
    look();
    return true;
  });
  return strengths;
}

/// u after a time t:  u (s - u_0) / (u_0 (s - u)) = exp(2 s t / tau).
double predicted_strength(double s, double t) {
  const double growth = std::exp(2 * s * t);
  return s * growth / (growth + (s - kStart) / kStart);
}

/// Where the strength passes half of its goal, in steps; between two steps by the line through the
/// logits ln(u / (s - u)), which rise evenly.
double half_time(const std::vector<double>& strengths, double s) {
  const auto logit = [&](double u) { return std::log(u / (s - u)); };
  for (std::size_t step = 1; step < strengths.size(); ++step) {
    if (strengths[step] < s / 2) continue;
    const double before = logit(strengths[step - 1]), after = logit(strengths[step]);
    return static_cast<double>(step - 1) - before / (after - before);
  }
  return std::numeric_limits<double>::infinity();
}

Outcome run(const Setting& setting) {
  Checks checks;
  const auto strengths =
      with_dtype(setting, [&](auto zero) { return train<decltype(zero)>(setting); });
  report::Figure figure{.title = "A linear net learns one direction after the other",
                        .caption =
                            "Strength of each mode of the data in the product of both "
                            "weights. Points: trained. Lines: Saxe's solution.",
                        .x_title = "time in units of τ",
                        .y_title = "strength u"};
  for (std::size_t mode = 0; mode < strengths.size(); ++mode) {
    const double s = kStrengths[mode];
    // t = (tau / 2 s) ln[u_f (s - u_0) / (u_0 (s - u_f))], u_f = s / 2
    const double predicted = std::log((s - kStart) / kStart) / (2 * s);
    // Gradient descent takes steps instead of flowing. With x = kStep (s - u), y = kStep u and
    // e = x + y a step takes the logit up by 2 ln(1 + x) - ln(1 - y (2 + x)), where the flow takes
    // it up by 2 e. For x, y >= 0 that is at least 2 e - x^2, and, as long as y <= x, at most
    // 2 e + e^2 / 4 + 2.2 y^2 <= 2 e + .8 e^2. So the time is off by no more than e / 2 of it, to
    // first order in e <= .01. Rounding in float is far below: 6e-8 against steps of 1e-3.
    const double error = .55 * kStep * s;
    checks.exact("half-time / τ, s = " + figure_text(s), predicted,
                 half_time(strengths[mode], s) * kStep, error * predicted,
                 "within half a step's rate of the flow");
    report::FigureLine line{.label = "s = " + figure_text(s),
                            .style = {"c" + std::to_string(mode), 0}};
    report::FigureLine points{.label = "", .style = line.style};
    points.mark = report::FigureLine::Mark::points;
    for (std::size_t step = 0; step < strengths[mode].size(); step += 20) {
      const double t = static_cast<double>(step) * kStep;
      line.x.push_back(t);
      line.y.push_back(predicted_strength(s, t));
      if (step % 100 != 0) continue;
      points.x.push_back(t);
      points.y.push_back(strengths[mode][step]);
    }
    figure.lines.push_back(std::move(line));
    figure.lines.push_back(std::move(points));
  }
  return {.ran =
              "A linear net 4-4-4 trained for 2,400 steps of gradient descent on 8 samples whose "
              "inputs have covariance 1 and whose targets have four modes of strength 1, 2, 3 "
              "and 5. Nothing is drawn.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace linear_dynamics_row

Claim linear_dynamics() {
  return {.name = "linear-dynamics",
          .row = "C8",
          .title = "Deep linear nets learn in steps",
          .statement =
              "A linear net of two layers with small weights learns each direction of the "
              "data after a wait of its own, the strongest first.",
          .formula = "t = (τ / 2s) ln[u_f (s − u_0) / (u_0 (s − u_f))]",
          .story =
              "What such a net can say is linear, but how it learns is not: each layer's "
              "gradient is multiplied by the other layer's weights, so that small weights grow "
              "exponentially, at a rate given by the strength s of what is to be learned, and "
              "then settle. That gives plateaus and sudden drops of the loss without any "
              "activation.",
          .source =
              "Saxe, McClelland and Ganguli 2013, Exact solutions to the nonlinear dynamics "
              "of learning in deep linear neural networks",
          .config = claim_configs::linear_dynamics,
          .run = linear_dynamics_row::run};
}

}  // namespace clino::claims
