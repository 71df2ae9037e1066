#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"
#include "probe/linear_collapse.hpp"
#include "train/evaluator.hpp"

namespace clino::claim_configs {
extern const std::string_view linear_depth;
}

namespace clino::claims {

namespace linear_depth_row {
namespace {

constexpr std::array<Index, 4> kDepths = {1, 2, 4, 8};
constexpr std::size_t kSeeds = 5;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What came of one training.
struct Trained {
  double loss = 0;                      ///< at the end, over all samples
  std::optional<std::string> no_map{};  ///< why it is not one linear map
  double deviation = 0;                 ///< from that map, as a share of what rounding explains
};

struct Kind {
  std::string activation, loss;
  /// The squared error is steeper: deep nets blow up at the rate that cross-entropy takes.
  double learning_rate = .1;
};

template <class T>
std::vector<T> all_inputs(const Dataset<T>& data) {
  std::vector<Index> samples(static_cast<std::size_t>(data.size()));
  std::iota(samples.begin(), samples.end(), Index{0});
  std::vector<T> inputs(static_cast<std::size_t>(data.features() * data.size()));
  data.fill(samples, {inputs.data(), data.features(), data.size()}, {}, {});
  return inputs;
}

template <class T>
Trained train(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Session<T> session(config, experiment);
  if (!train_session(session, setting).empty()) {
    return {.loss = std::numeric_limits<double>::quiet_NaN()};
  }
  const Dataset<T>& data = experiment.data.train;
  Evaluator<T> evaluator(experiment.model, experiment.parameters, session.kind(), {});
  Trained trained{.loss = evaluator.evaluate(data).loss,
                  .no_map = why_not_linear(experiment.model)};
  if (!trained.no_map) {
    const LinearCollapse collapse = linear_collapse(experiment.model, experiment.parameters);
    const std::vector<T> inputs = all_inputs(data);
    trained.deviation = linear_deviation<T>(collapse, experiment.model, experiment.parameters,
                                            {inputs.data(), data.features(), data.size()})
                            .largest_share;
  }
  return trained;
}

/// One for each depth and seed.
std::vector<Trained> train_all(const Setting& setting, const Kind& kind) {
  return for_each_index(setting, kDepths.size() * kSeeds, [&](std::size_t i) {
    std::string hidden;
    for (Index layer = 0; layer < kDepths[i / kSeeds]; ++layer) hidden += layer == 0 ? "8" : ",8";
    Config config = claim_config(
        setting, claim_configs::linear_depth,
        {"model.hidden=[" + hidden + "]", "model.activation=" + kind.activation,
         "loss=" + kind.loss, "optimizer.learning_rate=" + std::to_string(kind.learning_rate)});
    config.seed = seed_of(setting, i % kSeeds);
    return with_dtype(setting, [&](auto zero) { return train<decltype(zero)>(config, setting); });
  });
}

void check_losses(Checks& checks, const Setting& setting, const std::string& loss, double best,
                  std::span<const Trained> nets) {
  for (std::size_t depth = 0; depth < kDepths.size(); ++depth) {
    double farthest = best;
    for (const Trained& net : nets.subspan(depth * kSeeds, kSeeds)) {
      if (!(std::abs(net.loss - best) <= std::abs(farthest - best))) farthest = net.loss;
    }
    // No affine map is below the best one; a mean of 200 numbers of that size is right to 200
    // roundings.
    checks.in_range("final " + loss + ", " + std::to_string(kDepths[depth]) +
                        (depth == 0 ? " hidden layer" : " hidden layers"),
                    {best - 200 * epsilon(setting), best + 1e-3}, farthest,
                    "the farthest of 5 seeds");
  }
}

void check_maps(Checks& checks, std::span<const Trained> linear, std::span<const Trained> tanh) {
  double refused = 0, deviation = 0;
  for (const Trained& net : linear) {
    refused += net.no_map ? 1 : 0;
    deviation = std::max(deviation, net.deviation);
    if (std::isnan(net.deviation)) deviation = kInfinity;
  }
  checks.exact("nets of 20 that are not certified as one linear map", 0, refused, 0, "counted");
  checks.in_range("largest |net − (W x + b)|, as a share of what rounding explains", {0, 1},
                  deviation, "200 points, 20 nets");
  const auto named = std::ranges::count_if(tanh, [](const Trained& net) {
    return net.no_map && net.no_map->find("1 (tanh)") != std::string::npos;
  });
  checks.exact("nets of 20 with tanh that are refused, naming layer 1", 20,
               static_cast<double>(named), 0, "counted");
}

report::Figure losses(std::span<const Trained> linear, std::span<const Trained> tanh) {
  report::Figure figure{.title = "Exclusive or, learned by nets of any depth",
                        .caption =
                            "Cross-entropy at the end of training, one point for each of 5 "
                            "seeds. Without activations no depth gets below ln 2 (dashed), "
                            "what guessing costs.",
                        .x_title = "hidden layers",
                        .y_title = "final cross-entropy",
                        .log_x = true,
                        .log_y = true};
  const auto points = [](std::span<const Trained> nets, std::string label, std::string color) {
    report::FigureLine line{.label = std::move(label), .style = {std::move(color), 0}};
    line.mark = report::FigureLine::Mark::points;
    for (std::size_t i = 0; i < nets.size(); ++i) {
      line.x.push_back(static_cast<double>(kDepths[i / kSeeds]));
      line.y.push_back(nets[i].loss);
    }
    return line;
  };
  figure.lines = {points(linear, "no activation", "c0"),
                  points(tanh, "tanh", "c1"),
                  {.label = "ln 2",
                   .style = {"c2", 1},
                   .x = {1, 8},
                   .y = {std::numbers::ln2, std::numbers::ln2}}};
  return figure;
}

Outcome run(const Setting& setting) {
  Checks checks;
  const std::vector<Trained> linear = train_all(setting, {"identity", "softmax_cross_entropy"});
  const std::vector<Trained> squared = train_all(setting, {"identity", "mse", .01});
  const std::vector<Trained> tanh = train_all(setting, {"tanh", "softmax_cross_entropy"});
  check_losses(checks, setting, "cross-entropy", std::numbers::ln2, linear);
  check_losses(checks, setting, "mean squared error", .25, squared);
  double worst = 0;
  for (const Trained& net : tanh)
    worst = std::isnan(net.loss) ? net.loss : std::max(worst, net.loss);
  checks.in_range("final cross-entropy with tanh", {0, .1}, worst, "the largest of 20 nets");
  check_maps(checks, linear, tanh);
  return {.ran =
              "Nets of 1, 2, 4 and 8 hidden layers of 8 units, trained on 200 points of an "
              "exclusive or balanced by reflection, 5 seeds each: without activations on two "
              "losses, and with tanh.",
          .checks = checks.take(),
          .figures = {losses(linear, tanh)}};
}

}  // namespace
}  // namespace linear_depth_row

Claim linear_depth() {
  return {.name = "linear-depth",
          .row = "A1",
          .title = "Without activations depth is nothing",
          .statement =
              "A net without activations is one linear map, however many layers it has: it "
              "cannot learn an exclusive or at any depth.",
          .formula =
              "W_L(…(W₁x + b₁)…) + b_L = Wx + b;  best on the exclusive or: W = 0, "
              "cross-entropy ln 2, squared error 1/4",
          .story =
              "A product of matrices is a matrix. Trained on points whose class is the same at "
              "x and at −x and the other at a mirror image, whatever a linear map gains on "
              "one point it loses on another, so that the best of them says one half "
              "everywhere. One layer of tanh between, and the same net learns it.",
          .source = "Minsky and Papert 1969, Perceptrons",
          .config = claim_configs::linear_depth,
          .run = linear_depth_row::run};
}

}  // namespace clino::claims
