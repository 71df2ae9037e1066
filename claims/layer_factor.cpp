#include "claims/layer_factor.hpp"

#include <algorithm>
#include <cmath>

#include "claims/net.hpp"

namespace clino::claims {

namespace {

/// To first order in 1 / width the mean field misses chi by a share of the size of this / width.
constexpr double kFiniteWidth = 2;

/// The mean over all hidden layers but `skip` of what a square is multiplied by from each to the
/// one below.
double mean_ratio(std::span<const double> squares, std::size_t skip) {
  double sum = 0;
  for (std::size_t layer = skip; layer + 2 < squares.size(); ++layer)
    sum += squares[layer] / squares[layer + 1];
  return sum / static_cast<double>(squares.size() - 2 - skip);
}

}  // namespace

void draw_factors(report::Figure& figure, const std::string& label, std::span<const Signal> signals,
                  const PredictedSignal& predicted) {
  const std::vector<double> measured = root_means(series(signals, &Signal::deltas));
  const std::string color = "c" + std::to_string(figure.lines.size() / 2);
  report::FigureLine points{.label = label, .style = {color, 0}};
  points.mark = report::FigureLine::Mark::points;
  report::FigureLine line{.label = "", .style = {color, 1}};
  for (std::size_t layer = 0; layer < measured.size(); ++layer) {
    points.x.push_back(static_cast<double>(layer + 1));
    points.y.push_back(measured[layer]);
    const theory::Predicted& delta = predicted.deltas[layer];
    line.y.push_back(delta.value);
    line.low.push_back(delta.value / delta.factor);
    line.high.push_back(delta.value * delta.factor);
  }
  line.x = points.x;
  figure.lines.push_back(std::move(line));
  figure.lines.push_back(std::move(points));
}

std::vector<Signal> check_factor(Checks& checks, report::Figure& figure, const Setting& setting,
                                 std::string_view config_text, const FactorRun& run) {
  const Config config = claim_config(setting, config_text, run.overrides);
  std::vector<Signal> signals = measure_signals(config, setting, run.seeds);
  const PredictedSignal predicted = predict_signal(config, setting);
  draw_factors(figure, run.label, signals, predicted);

  std::vector<double> squares;
  squares.reserve(predicted.deltas.size());
  for (const theory::Predicted& delta : predicted.deltas)
    squares.push_back(delta.value * delta.value);
  const double expected = std::sqrt(mean_ratio(squares, run.skip));
  std::vector<double> ratios;
  ratios.reserve(signals.size());
  for (const Signal& signal : signals) ratios.push_back(mean_ratio(signal.deltas, run.skip));
  double mean = 0;
  const Interval interval = Checks::interval_of(ratios, mean);
  const double unknown = kFiniteWidth / kFactorWidth / 2;
  // To a tenth: a ratio of squares has a variance of at most 12 / width (sigmoid where chi is 1;
  // the others 3 to 5 / width), so that over 100 of them half an interval of 5.6 standard errors is
  // 7 % at the most. A wrong chi is off by many times that.
  checks.estimate("factor per layer, " + run.label,
                  {expected * (1 - unknown), expected * (1 + unknown)}, std::sqrt(mean),
                  {std::sqrt(std::max(0.0, interval.low)), std::sqrt(interval.high)}, .1 * expected,
                  std::to_string(squares.size() - 2 - run.skip) + " layers, " +
                      std::to_string(run.seeds) + " seeds");
  return signals;
}

report::Figure factor_figure() {
  return {.title = "The back-propagated signal on its way down",
          .caption =
              "Norm of dL/dz at each layer over that at the output, before the first step. "
              "Points: root mean square over the seeds. Dashed: theory, with the band in "
              "which 95 % of single nets lie.",
          .x_title = "dense layer",
          .y_title = "|δ| relative to the output's",
          .log_y = true};
}

}  // namespace clino::claims
