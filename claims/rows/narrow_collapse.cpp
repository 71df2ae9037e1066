#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "claims/widths.hpp"
#include "statistics/share.hpp"
#include "train/evaluator.hpp"

namespace clino::claim_configs {
extern const std::string_view narrow_collapse;
}

namespace clino::claims {

namespace narrow_collapse_row {
namespace {

constexpr Index kLayers = 10;

/// A width with the share of runs that is reported to collapse: more than 90 %, about 60 %, more
/// than 10 %, less than 1 %. Here that is the share that is dead before the first step. Training
/// kills some more, how many depends on the optimiser, which the figures do not come with.
struct Case {
  Index width;
  Interval reported;
  Interval trained;
};
constexpr Case kCases[] = {{2, {.9, 1}, {.9, 1}},
                           {3, {.55, .65}, {.55, .85}},
                           {5, {.1, .2}, {.1, .4}},
                           {10, {0, .01}, {0, .02}}};

/// At its first step every layer is dead for all x > 0 with a chance of 2^-N, whatever the layers
/// below are like, as long as they are alive there: without biases the pre-activations for x > 0
/// are x times a symmetric draw. So a net of H layers is dead for x > 0 with 1 - (1 - 2^-N)^H
/// exactly; dead for all x it can be no more often than that, and (Boole) no less often than
/// 1 - 2 (1 - 2^-N)^H.
Interval born_dead(Index width) {
  const double alive = std::pow(1 - std::exp2(-static_cast<double>(width)), kLayers);
  return {std::max(0., 1 - 2 * alive), 1 - alive};
}

struct Run {
  bool dead_right = false;           ///< constant over x > 0 before the first step
  bool dead = false;                 ///< constant over all x before the first step
  bool collapsed = false;            ///< constant in the end
  std::vector<double> answers = {};  ///< in the end
};

/// Whether the answers are all the same, to a thousandth of what they should span.
bool constant(std::span<const double> answers) {
  const auto [low, high] = std::ranges::minmax(answers);
  return high - low < 1e-3;
}

template <class T>
Run train(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Evaluator<T> evaluator(experiment.model, experiment.parameters, TargetKind::numbers, {}, nullptr,
                         64);
  std::vector<double> answers;
  const auto answer = [&] {
    answers.clear();
    evaluator.evaluate(experiment.data.train, [&](Matrix<const T> prediction, auto, Index) {
      for (const T y : prediction.elements()) answers.push_back(static_cast<double>(y));
    });
  };
  Run run;
  answer();
  // Samples go from x = -1 to x = 1. Exactly equal: a dead layer hands on zeros.
  const std::size_t middle = answers.size() / 2;
  const auto same = [](std::span<const double> some) {
    return std::ranges::all_of(some, [&](double y) { return y == some.front(); });
  };
  run.dead_right = same(std::span(answers).subspan(middle));
  run.dead = run.dead_right && same(answers);
  // Without a signal no gradient but that of the last bias is ever anything but 0: the run goes on
  // as a constant for ever.
  if (!run.dead) {
    Session<T> session(config, experiment);
    train_session(session, setting);
    answer();
  }
  run.collapsed = constant(answers);
  run.answers = answers;
  return run;
}

void draw(const std::vector<Run>& runs, std::size_t number, const std::string& label,
          bool collapsed, report::Figure& figure) {
  const auto found = std::ranges::find_if(
      runs, [&](const Run& run) { return !run.dead && run.collapsed == collapsed; });
  if (found == runs.end()) return;
  report::FigureLine line{.label = label, .style = {"c" + std::to_string(number), 0}};
  const auto last = static_cast<double>(found->answers.size() - 1);
  for (std::size_t i = 0; i < found->answers.size(); ++i) {
    line.x.push_back(2 * static_cast<double>(i) / last - 1);
    line.y.push_back(found->answers[i]);
  }
  figure.lines.push_back(std::move(line));
}

Outcome run(const Setting& setting) {
  const std::size_t count = setting.thorough ? 1000 : 300;
  Checks checks;
  report::Figure shares{.title = "How often ten layers of ReLU end up as a constant",
                        .caption =
                            "Share of runs on |x|. Dashed: with these chances a net is dead "
                            "for all x > 0 before its first step.",
                        .x_title = "units in each layer",
                        .y_title = "share of the runs",
                        .log_x = true,
                        .from_zero = true};
  report::Figure answers{.title = "What runs on |x| end up as",
                         .caption = "Two runs with two units in each layer, and one with ten.",
                         .x_title = "x",
                         .y_title = "answer"};
  report::FigureLine measured{.label = "constant after training", .style = {"c0", 0}};
  measured.mark = report::FigureLine::Mark::points;
  report::FigureLine theory{.label = "dead for x > 0 from the start", .style = {"c1", 1}};
  std::vector<std::vector<Run>> all;
  std::size_t first = 0;
  for (const Case& each : kCases) {
    const Config config = claim_config(setting, claim_configs::narrow_collapse,
                                       {hidden_override(each.width, kLayers)});
    all.push_back(for_each_index(setting, count, [&](std::size_t i) {
      Config own = config;
      own.seed = seed_of(setting, first + i);
      return with_dtype(setting, [&](auto zero) { return train<decltype(zero)>(own, setting); });
    }));
    first += count;
    const std::vector<Run>& runs = all.back();
    const auto trials = static_cast<Index>(count);
    const auto collapsed = std::ranges::count_if(runs, [](const Run& r) { return r.collapsed; });
    checks.share("constant after training, width " + std::to_string(each.width), each.trained,
                 collapsed, trials, .15);
    const Interval interval = statistics::clopper_pearson(collapsed, trials, 1 - kFalseAlarm);
    measured.x.push_back(static_cast<double>(each.width));
    measured.y.push_back(static_cast<double>(collapsed) / static_cast<double>(count));
    measured.low.push_back(interval.low);
    measured.high.push_back(interval.high);
    theory.y.push_back(born_dead(each.width).high);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto trials = static_cast<Index>(count);
    const std::string width = "width " + std::to_string(kCases[i].width);
    const Interval range = born_dead(kCases[i].width);
    checks.share("dead for all x > 0 before the first step, " + width, {range.high, range.high},
                 std::ranges::count_if(all[i], [](const Run& r) { return r.dead_right; }), trials,
                 .15);
    const auto dead = std::ranges::count_if(all[i], [](const Run& r) { return r.dead; });
    checks.share("dead for all x before the first step, " + width, range, dead, trials, .15);
    checks.share("the same against what is reported, " + width, kCases[i].reported, dead, trials,
                 .15);
  }
  theory.x = measured.x;
  shares.lines = {theory, measured};
  draw(all.front(), 0, "2 units, collapsed", true, answers);
  draw(all.front(), 1, "2 units, learned", false, answers);
  draw(all.back(), 2, "10 units", false, answers);
  return {.ran = "ReLU nets of 10 hidden layers of 2, 3, 5 and 10 units, He's weights, " +
                 std::to_string(count) +
                 " seeds each, trained on 64 points of |x| for 300 steps of Adam.",
          .checks = checks.take(),
          .figures = {shares, answers}};
}

}  // namespace
}  // namespace narrow_collapse_row

Claim narrow_collapse() {
  return {.name = "narrow-collapse",
          .row = "C6",
          .title = "Deep and narrow nets of ReLU collapse",
          .statement =
              "Of nets with ten layers of two ReLUs more than nine in ten answer the same "
              "for every x after training; with ten units in a layer next to none does.",
          .formula = "P(dead for x > 0 at the start) = 1 − (1 − 2⁻ᴺ)ᴴ, N units in each of H layers",
          .story =
              "If all units of one layer are off, nothing passes it, forward or backward: only "
              "the last bias learns, and the best constant is the mean of what was asked for. "
              "With N units that happens to a layer once in 2ᴺ draws, and one such layer in "
              "ten is enough.",
          .source =
              "Lu, Shin, Su and Karniadakis 2019, Dying ReLU and initialization; Lu, Su and "
              "Karniadakis 2018, Collapse of deep and narrow neural nets",
          .config = claim_configs::narrow_collapse,
          .run = narrow_collapse_row::run};
}

}  // namespace clino::claims
