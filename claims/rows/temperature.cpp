#include <algorithm>
#include <cmath>

#include "claims/distillation.hpp"
#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "core/random.hpp"
#include "train/calibration.hpp"

namespace clino::claim_configs {
extern const std::string_view temperature;
}

namespace clino::claims {

namespace temperature_row {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kClasses = 10, kVectors = 40;
constexpr std::size_t kSeeds = 40;

double entropy(std::span<const double> shares) {
  double sum = 0;
  for (const double p : shares) sum -= p > 0 ? p * std::log(p) : 0;  // NaN makes it 0
  return std::ranges::any_of(shares, [](double p) { return std::isnan(p); }) ? NAN : sum;
}

/// Multiples of 1/4 in [-3, 3]: some are the same, and others differ by 1/4 or more.
std::vector<Logits> draw_quarters(const Setting& setting) {
  Random random(setting.seed, stream_id("claim temperature"));
  std::vector<Logits> all(kVectors, Logits(kClasses));
  for (Logits& logits : all) {
    for (double& logit : logits) logit = std::round(4 * random.uniform(-3, 3)) / 4;
  }
  return all;
}

/// Temperatures from 1e-3 to 1e3, ten for each factor of 10.
std::vector<double> temperatures() {
  std::vector<double> all;
  for (int k = -30; k <= 30; ++k) all.push_back(std::pow(10., k / 10.));
  return all;
}

report::Figure check_entropy(Checks& checks, const Setting& setting) {
  // A share is good to 11 units in the last place (see the claim on softmax); the entropy's slope
  // -ln p - 1 makes at most 11 (ln K + 1) of it in all.
  const double rounding = 11 * (std::log(kClasses) + 1) * epsilon(setting);
  const std::vector<double> ladder = temperatures();
  double falls = 0, from_even = 0, from_one_hot = 0, from_formula = 0;
  const auto widen = [](double& worst, double distance) {
    worst = std::max(worst, std::isnan(distance) ? kInfinity : distance);
  };
  const std::vector<Logits> all = draw_quarters(setting);
  for (const Logits& logits : all) {
    double before = 0;
    for (const double t : ladder) {
      const double h = entropy(softmax(setting, logits, t));
      falls += h >= before - 2 * rounding ? 0 : 1;
      before = h;
    }
    widen(from_even, std::abs(before - std::log(kClasses)));
    widen(from_formula,
          std::abs(entropy(softmax(setting, logits, 1)) - entropy(shares_of(logits, 1))));
    const double largest = *std::ranges::max_element(logits);
    const auto ties = static_cast<double>(std::ranges::count(logits, largest));
    const std::vector<double> cold = softmax(setting, logits, ladder.front());
    for (std::size_t i = 0; i < kClasses; ++i) {
      widen(from_one_hot, std::abs(cold[i] - (logits[i] == largest ? 1 / ties : 0)));
    }
  }
  checks.exact("steps of T at which the entropy falls", 0, falls, 0,
               "40 vectors of 10 logits, 60 steps each from T = .001 to 1000");
  // ln K - H = Var(x) / 2 T^2 to leading order, and logits within +-3 have a variance of at most 9.
  checks.exact("T = 1000: distance of the entropy from ln K", 0, from_even,
               1.1 * 9 / 2e6 + rounding, "40 vectors of 10 logits");
  // The others' shares are at most e^-250.
  checks.exact("T = .001: distance from one-hot, ties shared", 0, from_one_hot, epsilon(setting),
               "40 vectors of 10 logits");
  checks.exact("T = 1: distance of the entropy from its formula", 0, from_formula, rounding);
  report::Figure figure{
      .title = "Temperature spreads the shares",
      .caption =
          "Entropy of softmax(x / T) for three vectors of ten logits: from that of one "
          "class, or of the tied ones, to ln 10.",
      .x_title = "temperature T",
      .y_title = "entropy (nats)",
      .log_x = true,
      .from_zero = true};
  for (std::size_t i = 0; i < 3; ++i) {
    report::FigureLine line{.label = "", .style = {"c" + std::to_string(i), 0}};
    line.x = ladder;
    for (const double t : ladder) line.y.push_back(entropy(softmax(setting, all[i], t)));
    figure.lines.push_back(std::move(line));
  }
  report::FigureLine most{.label = "ln 10", .style = {"grey", 1}};
  most.x = {ladder.front(), ladder.back()};
  most.y = {std::log(kClasses), std::log(kClasses)};
  figure.lines.push_back(std::move(most));
  return figure;
}

/// Before and after temperature scaling, on the test part.
struct Calibrated {
  double temperature = 1;
  Reliability before, after;
};

template <class T>
Calibrated calibrated(const Config& config, const Setting& setting) {
  Experiment<T> experiment = train_experiment<T>(config, setting);
  const Preprocessing& preprocessing = experiment.data.preprocessing;
  Evaluator<T> evaluator(experiment.model, experiment.parameters, preprocessing.target_kind, {});
  const TemperatureFit fit =
      fit_temperature(class_scores(evaluator, preprocessing, 1, experiment.data.validation));
  const ClassScores test = class_scores(evaluator, preprocessing, 1, experiment.data.test);
  return {.temperature = fit.temperature,
          .before = reliability(test, 1),
          .after = reliability(test, fit.temperature)};
}

report::FigureLine draw(const std::vector<Calibrated>& all, Reliability Calibrated::*member,
                        std::string label, std::string color) {
  report::FigureLine line{.label = std::move(label), .style = {std::move(color), 0}};
  line.mark = report::FigureLine::Mark::line_and_points;
  for (std::size_t m = 0; m < static_cast<std::size_t>(kReliabilityBins); ++m) {
    double samples = 0, confidence = 0, right = 0;
    for (const Calibrated& each : all) {
      const ReliabilityBin& bin = (each.*member).bins[m];
      const auto n = static_cast<double>(bin.samples);
      samples += n;
      confidence += n * bin.confidence;
      right += n * bin.accuracy;
    }
    if (samples == 0) continue;
    line.x.push_back(confidence / samples);
    line.y.push_back(right / samples);
  }
  return line;
}

report::Figure check_calibration(Checks& checks, const Setting& setting) {
  const Config config = claim_config(setting, claim_configs::temperature);
  const std::vector<Calibrated> all = for_each_index(setting, kSeeds, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting, [&](auto zero) { return calibrated<decltype(zero)>(own, setting); });
  });
  std::vector<double> nll, ece, fitted;
  for (const Calibrated& each : all) {
    nll.push_back(each.before.nll / each.after.nll);
    ece.push_back(each.before.ece - each.after.ece);
    fitted.push_back(each.temperature);
  }
  const auto above = [&](const std::string& quantity, double least, std::span<const double> samples,
                         statistics::Scale scale) {
    double mean = 0;
    const Interval interval = Checks::interval_of(samples, mean, scale);
    checks.within(quantity, {least, kInfinity}, mean, interval, std::to_string(kSeeds) + " seeds");
  };
  above("negative log-likelihood of the test part, before over after scaling", 1, nll,
        statistics::Scale::ratio);
  above("its expected calibration error, before less after", 0, ece, statistics::Scale::difference);
  above("T fitted to the validation part", 1, fitted, statistics::Scale::ratio);
  report::Figure figure{
      .title = "One temperature makes a net honest",
      .caption =
          "How often the net is right on the test part, by how sure it is; all seeds "
          "together. Dashed: as often as it says. Before, it is too sure.",
      .x_title = "confidence",
      .y_title = "share of right answers"};
  report::FigureLine honest{.label = "as sure as right", .style = {"grey", 1}};
  honest.x = {.5, 1};
  honest.y = {.5, 1};
  figure.lines = {std::move(honest), draw(all, &Calibrated::before, "T = 1", "c1"),
                  draw(all, &Calibrated::after, "T fitted", "c0")};
  return figure;
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure spread = check_entropy(checks, setting);
  check_distillation(checks, setting);
  report::Figure honest = check_calibration(checks, setting);
  return {.ran =
              "Softmax on a tape at 61 temperatures; the distillation loss of 200 pairs of "
              "logits; 40 seeds of noisy moons (150 training samples, 64 + 64 units, 150 epochs) "
              "with one temperature fitted to 450 validation samples and judged by 900 others.",
          .checks = checks.take(),
          .figures = {std::move(spread), std::move(honest)}};
}

}  // namespace
}  // namespace temperature_row

Claim temperature() {
  return {
      .name = "temperature",
      .row = "A12",
      .title = "Temperature: from one answer to none",
      .statement =
          "Softmax at a large temperature evens its shares out, at a small one it names the "
          "largest logit; so one number calibrates a net, and lets it teach another.",
      .formula =
          "softmax(x / T): T → 0 one-hot, T → ∞ 1/K;  dC/dz → (z - v) / K T² for centred logits",
      .story =
          "Dividing the logits by T shrinks their differences, and only those count. A net that "
          "has memorised its samples is surer than it is right: a T above 1, fitted to samples it "
          "has not seen, makes its confidence honest and leaves its answers as they are. When a "
          "small net learns from a large one's softened answers, a large T turns the loss into the "
          "squared distance of the logits: at T = 1 the short formula is far off, the error then "
          "falls like 1 / T. (Error: |dC/dz - short formula| over |dC/dz|, over all pairs.)",
      .source = "Hinton, Vinyals and Dean 2015; Guo, Pleiss, Sun and Weinberger 2017",
      .config = claim_configs::temperature,
      .run = temperature_row::run};
}

}  // namespace clino::claims
