#include "layers/initializers.hpp"

#include <cmath>
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

template <class T>
void initialize_dense(const Choice& init, double feeding_gain, std::uint64_t seed,
                      std::string_view layer_name, Matrix<T> weight, Matrix<T> bias) {
  const Choice choice = complete_initializer(init);
  const DenseShape shape{static_cast<double>(weight.columns), static_cast<double>(weight.rows),
                         feeding_gain};
  Random random(seed, stream_id(layer_name));
  for (const Initializer& initializer : initializers()) {
    if (initializer.entry.name != choice.type) continue;
    const FirstValues values = initializer.rule(choice, shape);
    fill(values.weight, random, weight);
    if (!bias.empty()) fill(values.bias, random, bias);
  }
}

template void initialize_dense(const Choice&, double, std::uint64_t, std::string_view,
                               Matrix<float>, Matrix<float>);
template void initialize_dense(const Choice&, double, std::uint64_t, std::string_view,
                               Matrix<double>, Matrix<double>);

}  // namespace clino
