#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "layers/activations/list.hpp"

/// \file
/// Every elementwise activation once more, by the formula of its paper with libm in long double.

namespace clino {

using Exact = long double;
using ExactFunction = std::function<Exact(Exact)>;

inline Exact option_of(const Choice& choice, std::string_view option) {
  return static_cast<Exact>(choice.get<double>(option));
}

inline ExactFunction reference_gelu(const Choice& choice) {
  if (choice.get<std::string>("approximate") == "tanh") {
    return [](Exact x) -> Exact {
      const Exact u = sqrtl(2 / acosl(-1)) * (x + 0.044715L * x * x * x);
      return x / (1 + expl(-2 * u));  // (1 + tanh u) / 2, which cancels for x < 0
    };
  }
  return [](Exact x) -> Exact { return x * erfcl(-x * sqrtl(0.5L)) / 2; };
}

/// The activations whose formula has options.
inline std::map<std::string, ExactFunction> references_with_options(const Choice& choice) {
  const auto option = [&choice](std::string_view name) {
    return choice.has(name) ? option_of(choice, name) : 0;
  };
  const Exact alpha = option("alpha"), slope = option("slope"), initial = option("initial"),
              beta = option("beta"), threshold = option("threshold");
  return {
      {"leaky_relu", [=](Exact x) { return x > 0 ? x : slope * x; }},
      {"prelu", [=](Exact x) { return x > 0 ? x : initial * x; }},
      {"elu", [=](Exact x) { return x > 0 ? x : alpha * expm1l(x); }},
      {"celu", [=](Exact x) { return x > 0 ? x : alpha * expm1l(x / alpha); }},
      {"softplus",
       [=](Exact x) { return beta * x > threshold ? x : log1pl(expl(beta * x)) / beta; }},
  };
}

inline const std::map<std::string, ExactFunction>& plain_references() {
  static const std::map<std::string, ExactFunction> table = {
      {"identity", [](Exact x) { return x; }},
      {"sigmoid", [](Exact x) { return 1 / (1 + expl(-x)); }},
      {"tanh", [](Exact x) { return tanhl(x); }},
      {"lecun_tanh", [](Exact x) { return 1.7159L * tanhl(2 * x / 3); }},
      {"relu", [](Exact x) { return std::max<Exact>(x, 0); }},
      {"relu6", [](Exact x) { return std::clamp<Exact>(x, 0, 6); }},
      {"selu",
       [](Exact x) { return 1.0507009873554805L * (x > 0 ? x : 1.6732632423543772L * expm1l(x)); }},
      {"silu", [](Exact x) { return x / (1 + expl(-x)); }},
      {"mish", [](Exact x) { return x * tanhl(log1pl(expl(x))); }},
      {"softsign", [](Exact x) { return x / (1 + fabsl(x)); }},
      {"hard_sigmoid", [](Exact x) { return std::clamp<Exact>(x + 3, 0, 6) / 6; }},
      {"hard_tanh", [](Exact x) { return std::clamp<Exact>(x, -1, 1); }},
      {"hard_swish", [](Exact x) { return x * std::clamp<Exact>(x + 3, 0, 6) / 6; }},
  };
  return table;
}

/// phi of a completed choice. Throws for a name without a reference: every activation needs one.
inline ExactFunction reference(const Choice& choice) {
  if (choice.type == "gelu") return reference_gelu(choice);
  const auto with_options = references_with_options(choice);
  if (const auto found = with_options.find(choice.type); found != with_options.end()) {
    return found->second;
  }
  return plain_references().at(choice.type);
}

/// phi'(x) by differences of the reference at x + h, ..., x + 5 h (one-sided, h of either sign) or
/// at x - 2 h, ..., x + 2 h (central): error of order h^4.
inline Exact one_sided_slope(const ExactFunction& f, Exact x, Exact h) {
  return (-77 * f(x + h) + 214 * f(x + 2 * h) - 234 * f(x + 3 * h) + 122 * f(x + 4 * h) -
          25 * f(x + 5 * h)) /
         (12 * h);
}
inline Exact central_slope(const ExactFunction& f, Exact x, Exact h) {
  return (f(x - 2 * h) - 8 * f(x - h) + 8 * f(x + h) - f(x + 2 * h)) / (12 * h);
}

/// Every elementwise activation of the list with its defaults, and some with other options.
inline std::vector<std::shared_ptr<const Activation>> elementwise_activations() {
  std::vector<std::shared_ptr<const Activation>> found;
  for (const CatalogueEntry& entry : activation_catalogue()) {
    auto activation = make_activation({.type = entry.name});
    if (activation->elementwise()) found.push_back(activation);
  }
  const std::vector<Choice> variants = {
      {.type = "leaky_relu", .options = {{"slope", 0.3}}},
      {.type = "prelu", .options = {{"initial", -0.5}}},
      {.type = "elu", .options = {{"alpha", 2.5}}},
      {.type = "celu", .options = {{"alpha", 0.4}}},
      {.type = "softplus", .options = {{"beta", 2.0}, {"threshold", 3.0}}},
      {.type = "gelu", .options = {{"approximate", std::string("tanh")}}},
      {.type = "gelu", .options = {{"stochastic", true}}},
  };
  for (const Choice& choice : variants) found.push_back(make_activation(choice));
  return found;
}

inline bool near_kink(const Activation& activation, double x, double distance) {
  const std::vector<double> kinks = activation.kinks();
  return std::any_of(kinks.begin(), kinks.end(),
                     [&](double kink) { return std::abs(x - kink) <= distance; });
}

}  // namespace clino
