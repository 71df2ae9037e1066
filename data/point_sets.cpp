#include <cmath>
#include <numbers>
#include <vector>

#include "data/generator_formulas.hpp"

namespace clino {

namespace {

using std::numbers::pi;

/// Appends a point of the plane, blurred, with its class or value.
void add_point(RawData& raw, double x, double y, Index label, double noise, Random& random) {
  raw.inputs.push_back(x + noise * random.normal());
  raw.inputs.push_back(y + noise * random.normal());
  raw.targets.push_back(static_cast<double>(label));
}

/// Where sample i stands among the samples of its class, of two, and how many these are.
struct Place {
  Index number;
  Index count;
};

Place place_of(Index i, Index samples) {
  return {.number = i / 2, .count = (samples + 1 - i % 2) / 2};
}

}  // namespace

// angle = 2 pi r,  r = 1/4 + turns u,  u uniform in (0, 1): evenly spread over the angle, as in the
// classic problem (Lang and Witbrock 1988). The second spiral is the first, turned by half a turn;
// two successive samples share r. The arms are 1/2 apart, whatever the turns.
RawData two_spirals(const Choice& options, Random& random) {
  const auto turns = options.get<double>("turns");
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 2);
  double r = 0;
  for (Index i = 0; i < raw.rows; ++i) {
    if (i % 2 == 0) r = 0.25 + turns * random.uniform();
    const double side = i % 2 == 0 ? 1 : -1;
    const double angle = 2 * pi * r;
    add_point(raw, side * r * std::cos(angle), side * r * std::sin(angle), i % 2, noise, random);
  }
  return raw;
}

// Class 0: (cos a, sin a),  class 1: (1 - cos a, 1/2 - sin a),  a evenly spaced over [0, pi], ends
// included (scikit-learn's make_moons).
RawData moons(const Choice& options, Random& random) {
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 2);
  for (Index i = 0; i < raw.rows; ++i) {
    const auto [number, count] = place_of(i, raw.rows);
    const auto steps = static_cast<double>(count > 1 ? count - 1 : 1);
    const double angle = pi * static_cast<double>(number) / steps;
    const double x = std::cos(angle), y = std::sin(angle);
    add_point(raw, i % 2 == 0 ? x : 1 - x, i % 2 == 0 ? y : 0.5 - y, i % 2, noise, random);
  }
  return raw;
}

// Class 0: radius 1,  class 1: radius `factor`,  angles evenly spaced over [0, 2 pi)
// (scikit-learn's make_circles).
RawData circles(const Choice& options, Random& random) {
  const auto factor = options.get<double>("factor");
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 2);
  for (Index i = 0; i < raw.rows; ++i) {
    const auto [number, count] = place_of(i, raw.rows);
    const double angle = 2 * pi * static_cast<double>(number) / static_cast<double>(count);
    const double radius = i % 2 == 0 ? 1 : factor;
    add_point(raw, radius * std::cos(angle), radius * std::sin(angle), i % 2, noise, random);
  }
  return raw;
}

// A point (u, v), blurred, and its reflections (-u, v), (u, -v), (-u, -v); class 1 where the signs
// of the point before blurring differ. Every sum over coordinates and classes that a linear model
// could use is 0, in each part too: a point and its reflections stay together.
RawData exclusive_or(const Choice& options, Random& random) {
  const auto margin = options.get<double>("margin");
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 2);
  raw.group = 4;
  double u = 0, v = 0;
  for (Index i = 0; i < raw.rows; ++i) {
    if (i % 4 == 0) {
      u = random.uniform(margin, 1) + noise * random.normal();
      v = random.uniform(margin, 1) + noise * random.normal();
    }
    const bool left = i % 4 == 1 || i % 4 == 3;
    const bool below = i % 4 >= 2;
    add_point(raw, left ? -u : u, below ? -v : v, left == below ? 0 : 1, 0, random);
  }
  return raw;
}

// Centres uniform in [-10, 10] per feature; a sample is its class's centre, blurred
// (scikit-learn's make_blobs).
RawData blobs(const Choice& options, Random& random) {
  const auto classes = static_cast<Index>(options.get<std::int64_t>("classes"));
  const auto features = static_cast<Index>(options.get<std::int64_t>("features"));
  const auto noise = options.get<double>("noise");
  std::vector<double> centres(static_cast<std::size_t>(classes * features));
  for (double& x : centres) x = random.uniform(-10, 10);
  RawData raw = start_generator(options, features);
  for (Index i = 0; i < raw.rows; ++i) {
    const Index label = i % classes;
    for (Index j = 0; j < features; ++j) {
      const double centre = centres[static_cast<std::size_t>(label * features + j)];
      raw.inputs.push_back(centre + noise * random.normal());
    }
    raw.targets.push_back(static_cast<double>(label));
  }
  return raw;
}

// (x, y) uniform over the squares of the sample's class in [-1, 1]^2, cut into cells x cells
// squares; class = (column + row) mod 2.
RawData checkerboard(const Choice& options, Random& random) {
  const auto cells = static_cast<double>(options.get<std::int64_t>("cells"));
  const auto noise = options.get<double>("noise");
  RawData raw = start_generator(options, 2);
  for (Index i = 0; i < raw.rows; ++i) {
    double x = 0, y = 0;
    do {
      x = cells * random.uniform();
      y = cells * random.uniform();
    } while (static_cast<Index>(std::floor(x) + std::floor(y)) % 2 != i % 2);
    add_point(raw, 2 * x / cells - 1, 2 * y / cells - 1, i % 2, noise, random);
  }
  return raw;
}

}  // namespace clino
