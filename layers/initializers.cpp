#include "layers/initializers.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "layers/draws.hpp"

namespace clino {
namespace {

/// What the rules know of the layer.
struct DenseShape {
  double fan_in;
  double fan_out;
  double feeding_gain;
};

struct FirstValues {
  Draws weight;
  Draws bias = {};
  bool asymmetric = false;  ///< afterwards, see `make_asymmetric`
};

struct Initializer {
  CatalogueEntry entry;
  FirstValues (*rule)(const Choice&, const DenseShape&);
};

FirstValues normal(double standard_deviation) {
  return {.weight = {.kind = Draws::Kind::normal, .scale = standard_deviation}};
}

FirstValues uniform(double bound) {
  return {.weight = {.kind = Draws::Kind::uniform, .scale = bound}};
}

FirstValues constant_rule(const Choice& init, const DenseShape& /*shape*/) {
  return {.weight = {.centre = init.get<double>("value")}};
}

FirstValues normal_rule(const Choice& init, const DenseShape& shape) {
  double scale = 1;
  if (init.has("std")) scale = init.get<double>("std");
  if (init.has("sigma_w")) scale = init.get<double>("sigma_w") / std::sqrt(shape.fan_in);
  FirstValues values = normal(scale);
  values.weight.centre = init.get<double>("mean");
  if (init.has("sigma_b")) {
    values.bias = {.kind = Draws::Kind::normal, .scale = init.get<double>("sigma_b")};
  }
  return values;
}

FirstValues uniform_rule(const Choice& init, const DenseShape& /*shape*/) {
  const auto low = init.get<double>("low");
  const auto high = init.get<double>("high");
  FirstValues values = uniform(high / 2 - low / 2);
  values.weight.centre = low / 2 + high / 2;
  return values;
}

FirstValues standard_rule(const Choice& /*init*/, const DenseShape& shape) {
  FirstValues values = uniform(1 / std::sqrt(shape.fan_in));
  values.bias = values.weight;
  return values;
}

FirstValues orthogonal_rule(const Choice& init, const DenseShape& /*shape*/) {
  return {.weight = {.kind = Draws::Kind::orthogonal, .scale = init.get<double>("gain")}};
}

/// Normals of deviation s / sqrt(n), n the fan-in, and in each unit's row, bias included, one draw
/// P of Beta(2, 1) instead (Lu, Shin, Su and Karniadakis 2019). s is where the paper's bound on the
/// mean square after a ReLU over that of the inputs,
///
///     s^2 / 2 + E P^2 + 2 s E P / sqrt(2 pi)  =  s^2 / 2 + 1 / 2 + s sqrt(8 / (9 pi)),
///
/// is 1: s = .6007.
FirstValues asymmetric_rule(const Choice& /*init*/, const DenseShape& shape) {
  constexpr double kTerm = 8 / (9 * std::numbers::pi);
  const double scale = std::sqrt(1 + kTerm) - std::sqrt(kTerm);
  FirstValues values = normal(scale / std::sqrt(shape.fan_in));
  values.bias = values.weight;
  values.asymmetric = true;
  return values;
}

/// Standard deviation of the Glorot rules:  gain sqrt(2 / (fan_in + fan_out)).
double xavier_deviation(const Choice& init, const DenseShape& shape) {
  return init.get<double>("gain") * std::sqrt(2 / (shape.fan_in + shape.fan_out));
}

/// A uniform draw in (-b, b) has the standard deviation b / sqrt(3).
double bound_of(double standard_deviation) { return std::sqrt(3.0) * standard_deviation; }

/// A standard deviation that may be left out.
Option spread(std::string name, std::string description) {
  return {.name = std::move(name),
          .types = kNull | kNumber,
          .default_value = {},
          .description = std::move(description),
          .range = kNonNegative};
}

std::vector<Initializer> make_initializers() {
  const Option gain{.name = "gain",
                    .default_value = 1.0,
                    .description = "factor on every weight",
                    .range = kNonNegative};
  std::vector<Initializer> all;
  all.push_back({{"zeros", "all weights 0", {}},
                 [](const Choice&, const DenseShape&) { return FirstValues{}; }});
  all.push_back({{"constant",
                  "all weights the same value",
                  {{.name = "value", .default_value = 0.0, .description = "the value"}}},
                 constant_rule});
  all.push_back({{"normal",
                  "normal weights of a given scale",
                  {{.name = "mean", .default_value = 0.0, .description = "mean of the weights"},
                   spread("std", "standard deviation of the weights; 1 without it and sigma_w"),
                   spread("sigma_w", "instead of std: the weights' variance is sigma_w^2 / fan_in"),
                   spread("sigma_b", "standard deviation of the biases; without it they are 0")}},
                 normal_rule});
  all.push_back({{"uniform",
                  "uniform weights between two bounds",
                  {{.name = "low", .default_value = 0.0, .description = "lower bound"},
                   {.name = "high", .default_value = 1.0, .description = "upper bound"}}},
                 uniform_rule});
  all.push_back({{"xavier_normal",
                  "normal, variance gain^2 2 / (fan_in + fan_out) (Glorot and Bengio 2010)",
                  {gain}},
                 [](const Choice& init, const DenseShape& shape) {
                   return normal(xavier_deviation(init, shape));
                 }});
  all.push_back({{"xavier_uniform",
                  "uniform, variance gain^2 2 / (fan_in + fan_out) (Glorot and Bengio 2010)",
                  {gain}},
                 [](const Choice& init, const DenseShape& shape) {
                   return uniform(bound_of(xavier_deviation(init, shape)));
                 }});
  all.push_back(
      {{"he_normal", "normal, variance 2 / fan_in (He et al. 2015)", {}},
       [](const Choice&, const DenseShape& shape) { return normal(std::sqrt(2 / shape.fan_in)); }});
  all.push_back({{"he_uniform", "uniform, variance 2 / fan_in (He et al. 2015)", {}},
                 [](const Choice&, const DenseShape& shape) {
                   return uniform(bound_of(std::sqrt(2 / shape.fan_in)));
                 }});
  all.push_back(
      {{"lecun_normal", "normal, variance 1 / fan_in (LeCun et al. 1998)", {}},
       [](const Choice&, const DenseShape& shape) { return normal(std::sqrt(1 / shape.fan_in)); }});
  all.push_back({{"lecun_uniform", "uniform, variance 1 / fan_in (LeCun et al. 1998)", {}},
                 [](const Choice&, const DenseShape& shape) {
                   return uniform(bound_of(std::sqrt(1 / shape.fan_in)));
                 }});
  all.push_back({{"orthogonal",
                  "a random matrix with orthonormal rows or columns (Saxe et al. 2013)",
                  {gain}},
                 orthogonal_rule});
  all.push_back({{"standard",
                  "weights and biases uniform within 1 / sqrt(fan_in), as torch.nn.Linear starts",
                  {}},
                 standard_rule});
  all.push_back(
      {{"randomized_asymmetric",
        "against dead ReLUs: weights and biases normal, variance .36 / fan_in, and one of "
        "each unit's numbers a draw of Beta(2, 1) (Lu et al. 2019)",
        {}},
       asymmetric_rule});
  all.push_back({{"auto",
                  "normal, scaled by the forward-preserving gain of the activation that feeds the "
                  "layer: standard deviation gain / sqrt(fan_in)",
                  {}},
                 [](const Choice&, const DenseShape& shape) {
                   return normal(shape.feeding_gain / std::sqrt(shape.fan_in));
                 }});
  return all;
}

const std::vector<Initializer>& initializers() {
  static const std::vector<Initializer> all = make_initializers();
  return all;
}

/// `type` is one of the catalogue.
const Initializer& find_initializer(std::string_view type) {
  return *std::ranges::find_if(initializers(),
                               [&](const Initializer& each) { return each.entry.name == type; });
}

}  // namespace

const Catalogue& initializer_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue entries;
    for (const Initializer& initializer : initializers()) entries.push_back(initializer.entry);
    return entries;
  }();
  return catalogue;
}

Choice complete_initializer(Choice init, std::string_view what) {
  init = complete(initializer_catalogue(), std::move(init), what);
  const auto refuse = [&](const std::string& reason) {
    throw UsageError(std::string(what) + " (" + init.type + "): " + reason);
  };
  if (init.type == "normal" && init.has("std") && init.has("sigma_w")) {
    refuse("give std or sigma_w, not both");
  }
  if (init.type == "uniform" && init.get<double>("low") > init.get<double>("high")) {
    refuse("low (" + to_text(init.options.at("low")) + ") is above high (" +
           to_text(init.options.at("high")) + ")");
  }
  return init;
}

DenseSpread dense_spread(const Choice& init, double feeding_gain, Index outputs, Index inputs) {
  const Choice choice = complete_initializer(init);
  const DenseShape shape{static_cast<double>(inputs), static_cast<double>(outputs), feeding_gain};
  const FirstValues values = find_initializer(choice.type).rule(choice, shape);
  DenseSpread spread{.weight_mean = values.weight.centre,
                     .weight_variance = variance(values.weight, outputs, inputs),
                     .bias_mean = values.bias.centre,
                     .bias_variance = variance(values.bias, outputs, 1)};
  if (values.asymmetric) {
    // One in fan_in + 1 is a draw of Beta(2, 1), of mean 2/3 and mean square 1/2.
    const double share = 1 / (shape.fan_in + 1);
    const double mean = share * 2 / 3;
    const double square = (1 - share) * spread.weight_variance + share / 2;
    spread = {.weight_mean = mean, .weight_variance = square - mean * mean};
    spread.bias_mean = spread.weight_mean;
    spread.bias_variance = spread.weight_variance;
  }
  return spread;
}

template <class T>
void initialize_dense(const Choice& init, double feeding_gain, std::uint64_t seed,
                      std::string_view layer_name, Matrix<T> weight, Matrix<T> bias) {
  const Choice choice = complete_initializer(init);
  const DenseShape shape{static_cast<double>(weight.columns), static_cast<double>(weight.rows),
                         feeding_gain};
  Random random(seed, stream_id(layer_name));
  const FirstValues values = find_initializer(choice.type).rule(choice, shape);
  fill(values.weight, random, weight);
  if (!bias.empty()) fill(values.bias, random, bias);
  if (values.asymmetric) make_asymmetric(random, weight, bias);
}

template void initialize_dense(const Choice&, double, std::uint64_t, std::string_view,
                               Matrix<float>, Matrix<float>);
template void initialize_dense(const Choice&, double, std::uint64_t, std::string_view,
                               Matrix<double>, Matrix<double>);

}  // namespace clino
