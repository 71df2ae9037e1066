#include <limits>
#include <numbers>

#include "claims/final_metrics.hpp"
#include "claims/layer_factor.hpp"
#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/rows/rows.hpp"

namespace clino::claim_configs {
extern const std::string_view relu;
}

namespace clino::claims {

namespace relu_row {
namespace {

constexpr std::size_t kTrained = 10;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// What comes out of training, over the seeds.
struct Trained {
  std::vector<double> losses, accuracies;
};

Trained train(const Setting& setting, const std::string& activation) {
  const Config config =
      claim_config(setting, claim_configs::relu, {"model.activation=" + activation});
  Trained trained;
  for (const Metrics& metrics : for_each_index(setting, kTrained, [&](std::size_t i) {
         Config own = config;
         own.seed = seed_of(setting, i);
         return final_metrics(own, setting);
       })) {
    trained.losses.push_back(metrics.loss);
    trained.accuracies.push_back(metrics.accuracy.value_or(0));
  }
  return trained;
}

void check_mean(Checks& checks, const std::string& quantity, Interval allowed,
                std::span<const double> samples) {
  double mean = 0;
  const Interval interval = Checks::interval_of(samples, mean);
  checks.within(quantity, allowed, mean, interval,
                std::to_string(samples.size()) + " seeds, after 10 epochs");
}

report::Figure losses(const Trained& relu, const Trained& sigmoid) {
  report::Figure figure{.title = "Ten epochs of a net of eight hidden layers",
                        .caption =
                            "Training loss at the end, one point for each seed. Dashed: "
                            "ln 2, what guessing costs.",
                        .x_title = "seed",
                        .y_title = "cross-entropy",
                        .log_y = true};
  std::vector<double> seeds(kTrained);
  for (std::size_t i = 0; i < kTrained; ++i) seeds[i] = static_cast<double>(i + 1);
  const auto points = report::FigureLine::Mark::points;
  figure.lines = {
      {.label = "ReLU", .style = {"c0", 0}, .mark = points, .x = seeds, .y = relu.losses},
      {.label = "sigmoid", .style = {"c1", 0}, .mark = points, .x = seeds, .y = sigmoid.losses},
      {.label = "ln 2",
       .style = {"c2", 1},
       .x = {1, double{kTrained}},
       .y = {std::numbers::ln2, std::numbers::ln2}}};
  return figure;
}

Outcome run(const Setting& setting) {
  Checks checks;
  report::Figure figure = factor_figure();
  const std::string wide = "model.hidden=[200,200,200,200,200,200,200,200,200,200,200,200]";
  check_factor(checks, figure, setting, claim_configs::relu,
               {.label = "He", .overrides = {wide, "model.init=he_normal"}});
  // The first layer has two inputs; all others are square, and Glorot's variance is half of He's.
  check_factor(checks, figure, setting, claim_configs::relu,
               {.label = "Glorot", .overrides = {wide, "model.init=xavier_normal"}, .skip = 1});
  const Trained relu = train(setting, "relu"), sigmoid = train(setting, "sigmoid");
  check_mean(checks, "accuracy with ReLU", {.8, kInfinity}, relu.accuracies);
  check_mean(checks, "accuracy with sigmoid", {-kInfinity, .7}, sigmoid.accuracies);
  check_mean(checks, "loss with sigmoid", {.6, kInfinity}, sigmoid.losses);
  return {.ran =
              "Nets of 12 hidden layers of 200 units before the first step, 20 seeds; and nets of "
              "8 hidden layers of 32 units, trained for 10 epochs on two circles of 400 points, "
              "10 seeds for each activation.",
          .checks = checks.take(),
          .figures = {figure, losses(relu, sigmoid)}};
}

}  // namespace
}  // namespace relu_row

Claim relu() {
  return {.name = "relu",
          .row = "A7",
          .title = "ReLU keeps its gradients",
          .statement =
              "With He's weights the back-propagated signal of a ReLU net is the same in "
              "all layers, and deep nets train that do not with sigmoid.",
          .formula =
              "|δ_l| / |δ_(l+1)| = √(σ_w²/2): 1 with He (σ_w² = 2), √½ = .707 with Glorot "
              "(σ_w² = 1)",
          .story =
              "Half of the units pass the gradient on unchanged, the others not at all: twice "
              "the variance of the weights makes up for it, at any depth and any scale. "
              "Glorot's weights, made for activations with a slope of 1 at 0, lose a factor of "
              "√2 in every layer.",
          .source =
              "He, Zhang, Ren and Sun 2015, Delving deep into rectifiers; Glorot, Bordes and "
              "Bengio 2011, Deep sparse rectifier neural networks",
          .config = claim_configs::relu,
          .run = relu_row::run};
}

}  // namespace clino::claims
