#include <cmath>
#include <numbers>
#include <string>

#include "data/generator_formulas.hpp"

namespace clino {

namespace {

using std::numbers::pi;

// T(u) = 1 - |2u - 1|, folded k times over u = (x + 1) / 2: exactly 2^k linear pieces.
double tent(double x, Index folds) {
  double u = (x + 1) / 2;
  for (; folds > 0; --folds) u = 1 - std::abs(2 * u - 1);
  return u;
}

double function_value(const std::string& kind, double x, Index tent_folds) {
  if (kind == "sine") return std::sin(pi * x);
  if (kind == "abs") return std::abs(x);
  if (kind == "step") return x >= 0 ? 1 : 0;
  return tent(x, tent_folds);
}

}  // namespace

// y = sin(pi frequency x),  x uniform in (-1, 1)
RawData sine(const Choice& options, Random& random) {
  const auto frequency = options.get<double>("frequency");
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 1);
  for (Index i = 0; i < raw.rows; ++i) {
    const double x = random.uniform(-1, 1);
    raw.inputs.push_back(x);
    raw.targets.push_back(std::sin(pi * frequency * x) + noise * random.normal());
  }
  return raw;
}

// y = f(x),  x evenly spaced over [-1, 1], ends included
RawData function(const Choice& options, Random& random) {
  const auto kind = options.get<std::string>("kind");
  const auto tent_folds = static_cast<Index>(options.get<std::int64_t>("tent_folds"));
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 1);
  const auto steps = static_cast<double>(raw.rows > 1 ? raw.rows - 1 : 1);
  for (Index i = 0; i < raw.rows; ++i) {
    const double x = 2 * static_cast<double>(i) / steps - 1;
    raw.inputs.push_back(x);
    raw.targets.push_back(function_value(kind, x, tent_folds) + noise * random.normal());
  }
  return raw;
}

}  // namespace clino
