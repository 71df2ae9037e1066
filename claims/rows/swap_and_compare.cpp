#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/signals.hpp"
#include "claims/widths.hpp"
#include "train/evaluator.hpp"

namespace clino::claim_configs {
extern const std::string_view swap_and_compare;
}

namespace clino::claims {

namespace swap_and_compare_row {
namespace {

constexpr double kGoal = .95;
constexpr std::size_t kSeeds = 6;
constexpr Index kEpochs = 100;

/// What is known beforehand of a net's runs.
enum class Fate { learns, late, never };

struct Case {
  std::string_view activation;
  Index depth;
  Fate fate;
};

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"relu", 2, Fate::learns}, {"tanh", 2, Fate::learns},   {"elu", 2, Fate::learns},
      {"gelu", 2, Fate::learns}, {"sigmoid", 2, Fate::late},  {"identity", 2, Fate::never},
      {"relu", 6, Fate::learns}, {"tanh", 6, Fate::learns},   {"elu", 6, Fate::learns},
      {"gelu", 6, Fate::learns}, {"sigmoid", 6, Fate::never}, {"identity", 6, Fate::never}};
  return all;
}

struct Run {
  std::optional<Index> epochs = {};  ///< until 95 % of the training set are right
  std::vector<double> accuracies = {};
};

template <class T>
Run train(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Session<T> session(config, experiment);
  Evaluator<T> evaluator(experiment.model, experiment.parameters, session.kind(), {});
  Run run;
  const auto look = [&](Index epoch) {
    run.accuracies.push_back(evaluator.evaluate(experiment.data.train).accuracy.value_or(0));
    if (run.accuracies.back() >= kGoal) run.epochs = epoch;
    return !run.epochs.has_value();
  };
  Index epoch = 0;
  const auto steps = static_cast<std::uint64_t>(experiment.data.train.size()) /
                     static_cast<std::uint64_t>(config.training.batch_size);
  train_session<T>(session, setting,
                   [&](Session<T>& now) { return now.state().step % steps != 0 || look(++epoch); });
  return run;
}

/// A class of a linear net is a half-plane. Of two circles about one centre it has at most all of
/// the larger one's far side: with points evenly spaced on both, of radius 1 and f, it has the arc
/// beyond the line alone, or with the smaller circle on the other side. At best the line touches
/// the smaller circle: 1/2 + acos(f) / (2 pi).
double best_half_plane(double factor) { return .5 + std::acos(factor) / (2 * std::numbers::pi); }

void check_sigmoid_signal(const Setting& setting, Checks& checks) {
  // The factor of theory needs layers that are wider than those that are trained.
  constexpr Index kWidth = 200;
  const Config config =
      claim_config(setting, claim_configs::swap_and_compare,
                   {R"(data={"source":"blobs","samples":4,"classes":2,"features":200})",
                    hidden_override(kWidth, 6), "model.activation=sigmoid"});
  const auto deltas = series(measure_signals(config, setting, 20), &Signal::deltas);
  const PredictedSignal predicted = predict_signal(config, setting);
  std::vector<double> ratios;
  ratios.reserve(deltas.size());
  for (const std::vector<double>& each : deltas)
    ratios.push_back(std::sqrt(each.front() / each.back()));
  const double expected = std::log10(predicted.deltas.front().value);
  for (double& ratio : ratios) ratio = std::log10(ratio);
  // Six layers, each known to 2 / width in ln chi; the mean of a logarithm is below the logarithm
  // of the mean by half a variance, of which each layer has (3 E phi'^4 / (E phi'^2)^2 - 1) / n,
  // about 2.2 / n; ln |delta| is half of ln |delta|^2.
  const double reach = 6 * (2. + 1.1) / kWidth / 2 / std::log(10.);
  checks.mean("log₁₀ of first over last |δ|, sigmoid, 6 layers",
              {expected - reach, expected + reach}, ratios, .15);
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure{.title = "The same net with six activations",
                        .caption =
                            "Six hidden layers of 16 units on two circles: accuracy on the "
                            "training set, one seed each, until 95 %.",
                        .x_title = "epoch",
                        .y_title = "accuracy"};
  const auto runs = for_each_index(setting, cases().size() * kSeeds, [&](std::size_t i) {
    const Case& each = cases()[i / kSeeds];
    Config config = claim_config(
        setting, claim_configs::swap_and_compare,
        {hidden_override(16, each.depth), "model.activation=" + std::string(each.activation)});
    config.seed = seed_of(setting, i % kSeeds);
    return with_dtype(setting, [&](auto zero) { return train<decltype(zero)>(config, setting); });
  });
  Index slowest_other = 0;
  for (std::size_t i = 0; i < cases().size(); ++i) {
    const Case& each = cases()[i];
    const std::span<const Run> own = std::span(runs).subspan(i * kSeeds, kSeeds);
    Index fastest = kEpochs, slowest = 0;  // 100 stands for never
    double arrived = 0;
    for (const Run& r : own) {
      arrived += r.epochs ? 1 : 0;
      fastest = std::min(fastest, r.epochs.value_or(kEpochs));
      slowest = std::max(slowest, r.epochs.value_or(kEpochs));
    }
    const std::string net = std::string(each.activation) + ", depth " + std::to_string(each.depth);
    const auto all = static_cast<double>(kSeeds);
    if (each.fate == Fate::late) {
      // Two layers are not yet too many for sigmoids: the slope falls to a tenth or so.
      checks.in_range("epochs to 95 % of the fastest run, " + net,
                      {2 * static_cast<double>(slowest_other), kEpochs},
                      static_cast<double>(fastest),
                      "twice the slowest run of the four above; " + figure_text(arrived) +
                          " of 6 runs get there within 100");
    } else if (each.fate == Fate::learns) {
      if (each.depth == 2) slowest_other = std::max(slowest_other, slowest);
      checks.in_range("runs that reach 95 %, " + net, {all, all}, arrived,
                      "of 6 runs, the slowest after " + std::to_string(slowest) + " epochs");
    } else {
      checks.in_range("runs that reach 95 %, " + net, {0, 0}, arrived,
                      "of 6 runs, within 100 epochs");
    }
    if (each.depth != 6) continue;
    report::FigureLine line{.label = std::string(each.activation),
                            .style = {"c" + std::to_string(figure.lines.size()), 0}};
    for (std::size_t epoch = 0; epoch < own.front().accuracies.size(); ++epoch) {
      line.x.push_back(static_cast<double>(epoch + 1));
      line.y.push_back(own.front().accuracies[epoch]);
    }
    if (line.x.size() == 1) line.mark = report::FigureLine::Mark::points;
    figure.lines.push_back(std::move(line));
  }
  double best = 0;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (cases()[i / kSeeds].activation == "identity")
      best = std::max(best, std::ranges::max(runs[i].accuracies));
  }
  checks.in_range(
      "best accuracy of a linear net", {0, best_half_plane(.5) + 2. / 400}, best,
      "12 runs; the best that a straight line can do, and a point more on either circle");
  check_sigmoid_signal(setting, checks);
  return {.ran =
              "Nets of 2 and of 6 hidden layers of 16 units with each of 6 activations, 6 seeds "
              "each, trained on two circles of 200 points for 100 epochs of SGD. And nets of 6 "
              "layers of 200 sigmoids, one pass both ways, 20 seeds.",
          .checks = checks.take(),
          .figures = {figure}};
}

}  // namespace
}  // namespace swap_and_compare_row

Claim swap_and_compare() {
  return {
      .name = "swap-and-compare",
      .row = "D1",
      .title = "Swap the activation and compare",
      .statement =
          "On two circles ReLU, tanh, ELU and GELU reach 95 % within a hundred epochs at "
          "two layers and at six; without activations a net never does, and a deep one "
          "of sigmoids does not either.",
      .formula = "|δ_1| / |δ_last| = Π √χ_l;  a straight line: at most 1/2 + acos(f) / 2π right",
      .story =
          "Everything but the activation stays the same: data, width, rate, seeds. What "
          "comes out is what this program is for. Some choices differ by an epoch or two; "
          "two of them differ in kind: no activation at all, and one whose slope is at most "
          "a quarter.",
      .source = "",
      .config = claim_configs::swap_and_compare,
      .run = swap_and_compare_row::run};
}

}  // namespace clino::claims
