#include "data/generators.hpp"

#include <cmath>
#include <map>
#include <numbers>
#include <set>

#include "data/sources.hpp"
#include "tests/catch.hpp"

using namespace clino;

namespace {

using Options = std::map<std::string, OptionValue>;

RawData generate(const std::string& name, Options options, std::uint64_t seed = 1) {
  const Choice choice = complete(data_source_catalogue(), {name, std::move(options)}, "source");
  for (const Generator& generator : generators()) {
    if (generator.entry.name != name) continue;
    Random random(seed, stream_id("test"));
    return generator.generate(choice, random);
  }
  return {};
}

double x_of(const RawData& raw, Index i) { return raw.inputs[static_cast<std::size_t>(2 * i)]; }
double y_of(const RawData& raw, Index i) { return raw.inputs[static_cast<std::size_t>(2 * i + 1)]; }
Index label_of(const RawData& raw, Index i) {
  return static_cast<Index>(raw.targets[static_cast<std::size_t>(i)]);
}

}  // namespace

TEST_CASE("every generator gives what it says, and the same for the same seed") {
  for (const Generator& generator : generators()) {
    const std::string& name = generator.entry.name;
    INFO(name);
    const RawData raw = generate(name, {{"samples", std::int64_t{100}}, {"noise", 0.25}});
    CHECK(raw.rows == 100);
    CHECK(raw.inputs.size() == static_cast<std::size_t>(100 * raw.features));
    CHECK(raw.targets.size() == 100U);
    const RawData again = generate(name, {{"samples", std::int64_t{100}}, {"noise", 0.25}});
    CHECK(raw.inputs == again.inputs);
    CHECK(raw.targets == again.targets);
    const RawData other = generate(name, {{"samples", std::int64_t{100}}, {"noise", 0.25}}, 2);
    CHECK((raw.inputs != other.inputs || raw.targets != other.targets));
  }
}

TEST_CASE("noise is Gaussian with the given standard deviation") {
  const Options clean = {{"samples", std::int64_t{20000}}, {"noise", 0.0}};
  const Options noisy = {{"samples", std::int64_t{20000}}, {"noise", 0.3}};
  for (const char* name : {"moons", "circles"}) {
    const RawData a = generate(name, clean), b = generate(name, noisy);
    double sum = 0, squares = 0, fourth = 0;
    const auto n = static_cast<double>(a.inputs.size());
    for (std::size_t i = 0; i < a.inputs.size(); ++i) {
      const double d = b.inputs[i] - a.inputs[i];
      sum += d;
      squares += d * d;
      fourth += d * d * d * d;
    }
    CHECK(std::abs(sum / n) < 0.01);
    CHECK(std::sqrt(squares / n) == Approx(0.3).epsilon(0.02));
    CHECK(fourth / n / (squares / n * squares / n) == Approx(3).epsilon(0.05));  // kurtosis
  }
}

TEST_CASE("the two spirals are each other's reflection in the origin") {
  const RawData raw = generate("two_spirals", {{"samples", std::int64_t{500}}, {"noise", 0.0}});
  double least = 10, most = 0;
  for (Index i = 0; i < raw.rows; i += 2) {
    CHECK(x_of(raw, i) == -x_of(raw, i + 1));
    CHECK(y_of(raw, i) == -y_of(raw, i + 1));
    CHECK(label_of(raw, i) == 0);
    CHECK(label_of(raw, i + 1) == 1);
    const double r = std::hypot(x_of(raw, i), y_of(raw, i));
    least = std::min(least, r);
    most = std::max(most, r);
    // On the arm the angle is 2 pi r: the point turned back by it lies on the positive axis.
    const double angle = std::atan2(y_of(raw, i), x_of(raw, i)) / (2 * std::numbers::pi);
    CHECK(std::remainder(angle - r, 1.0) == Approx(0).margin(1e-12));
  }
  CHECK(least < 0.3);
  CHECK(most > 2.2);
  CHECK(most < 2.25);
}

TEST_CASE("moons and circles lie where scikit-learn puts them") {
  const RawData moons = generate("moons", {{"samples", std::int64_t{5}}, {"noise", 0.0}});
  // make_moons(5 samples): three on the outer circle at 0, pi/2, pi; two on the inner at 0, pi.
  const double expected[][2] = {{1, 0}, {0, 0.5}, {0, 1}, {2, 0.5}, {-1, 0}};
  const RawData circles = generate("circles", {{"samples", std::int64_t{8}}, {"noise", 0.0}});
  for (Index i = 0; i < 5; ++i) {
    CHECK(x_of(moons, i) == Approx(expected[i][0]).margin(1e-12));
    CHECK(y_of(moons, i) == Approx(expected[i][1]).margin(1e-12));
  }
  const double corners[][2] = {{1, 0}, {0, 1}, {-1, 0}, {0, -1}};
  for (Index i = 0; i < 8; ++i) {
    const double radius = i % 2 == 0 ? 1 : 0.5;
    CHECK(x_of(circles, i) == Approx(radius * corners[i / 2][0]).margin(1e-12));
    CHECK(y_of(circles, i) == Approx(radius * corners[i / 2][1]).margin(1e-12));
  }
}

TEST_CASE("xor is balanced exactly, with noise as well") {
  for (const double noise : {0.0, 0.5}) {
    const RawData raw =
        generate("xor", {{"samples", std::int64_t{400}}, {"noise", noise}, {"margin", 0.2}});
    double x = 0, y = 0, xy = 0, x_label = 0, y_label = 0, label = 0;
    for (Index i = 0; i < raw.rows; ++i) {
      const double side = label_of(raw, i) == 1 ? 1 : -1;
      x += x_of(raw, i);
      y += y_of(raw, i);
      xy += x_of(raw, i) * y_of(raw, i);
      x_label += side * x_of(raw, i);
      y_label += side * y_of(raw, i);
      label += side;
      if (noise > 0) continue;
      CHECK((x_of(raw, i) * y_of(raw, i) < 0) == (label_of(raw, i) == 1));
      CHECK(std::abs(x_of(raw, i)) > 0.2);
      CHECK(std::abs(x_of(raw, i)) < 1);
    }
    // Within each four the terms cancel exactly, so the sums are 0 and not merely small.
    CHECK(x == 0);
    CHECK(y == 0);
    CHECK(std::abs(xy) < 1e-13);  // the compiler may fuse product and sum
    CHECK(x_label == 0);
    CHECK(y_label == 0);
    CHECK(label == 0);
    CHECK(raw.group == 4);
  }
}

TEST_CASE("blobs have their classes in turn, each around one centre") {
  const RawData raw = generate("blobs", {{"samples", std::int64_t{4000}},
                                         {"noise", 0.5},
                                         {"classes", std::int64_t{4}},
                                         {"features", std::int64_t{3}}});
  CHECK(raw.features == 3);
  std::map<Index, std::vector<double>> sums, squares;
  for (Index i = 0; i < raw.rows; ++i) {
    CHECK(label_of(raw, i) == i % 4);
    auto& sum = sums[label_of(raw, i)];
    auto& square = squares[label_of(raw, i)];
    sum.resize(3);
    square.resize(3);
    for (Index j = 0; j < 3; ++j) {
      const double x = raw.inputs[static_cast<std::size_t>(3 * i + j)];
      sum[static_cast<std::size_t>(j)] += x / 1000;
      square[static_cast<std::size_t>(j)] += x * x / 1000;
    }
  }
  std::set<double> centres;
  for (Index c = 0; c < 4; ++c) {
    for (std::size_t j = 0; j < 3; ++j) {
      centres.insert(sums[c][j]);
      CHECK(std::abs(sums[c][j]) < 10.1);
      CHECK(std::sqrt(squares[c][j] - sums[c][j] * sums[c][j]) == Approx(0.5).epsilon(0.1));
    }
  }
  CHECK(centres.size() == 12);
}

TEST_CASE("the checkerboard's class is the parity of its square") {
  for (const std::int64_t cells : {2, 3, 4}) {
    const RawData raw =
        generate("checkerboard", {{"samples", std::int64_t{500}}, {"cells", cells}});
    std::set<std::pair<Index, Index>> squares;
    for (Index i = 0; i < raw.rows; ++i) {
      const auto half = static_cast<double>(cells) / 2;
      const auto column = static_cast<Index>((x_of(raw, i) + 1) * half);
      const auto row = static_cast<Index>((y_of(raw, i) + 1) * half);
      squares.insert({column, row});
      CHECK((column + row) % 2 == label_of(raw, i));
      CHECK(label_of(raw, i) == i % 2);
      CHECK(std::abs(x_of(raw, i)) <= 1);
    }
    CHECK(squares.size() == static_cast<std::size_t>(cells * cells));
  }
}

TEST_CASE("functions have the values of their formulas") {
  const auto values = [](const char* kind, std::int64_t folds) {
    return generate("function",
                    {{"samples", std::int64_t{9}}, {"kind", kind}, {"tent_folds", folds}});
  };
  CHECK(values("abs", 1).inputs ==
        std::vector<double>{-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1});
  CHECK(values("abs", 1).targets == std::vector<double>{1, 0.75, 0.5, 0.25, 0, 0.25, 0.5, 0.75, 1});
  CHECK(values("step", 1).targets == std::vector<double>{0, 0, 0, 0, 1, 1, 1, 1, 1});
  CHECK(values("tent", 1).targets ==
        std::vector<double>{0, 0.25, 0.5, 0.75, 1, 0.75, 0.5, 0.25, 0});
  CHECK(values("tent", 2).targets == std::vector<double>{0, 0.5, 1, 0.5, 0, 0.5, 1, 0.5, 0});
  CHECK(values("tent", 3).targets == std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1, 0});
  CHECK(values("sine", 1).targets[6] == Approx(1));

  const RawData sine = generate("sine", {{"noise", 0.0}, {"frequency", 3.0}});
  for (std::size_t i = 0; i < 1000; ++i) {
    CHECK(std::abs(sine.inputs[i]) < 1);
    CHECK(sine.targets[i] == Approx(std::sin(3 * std::numbers::pi * sine.inputs[i])).margin(1e-12));
  }
}

TEST_CASE("one sample is enough for a generator") {
  for (const Generator& generator : generators()) {
    if (generator.entry.name == "xor") continue;
    const RawData raw = generate(generator.entry.name, {{"samples", std::int64_t{1}}});
    CHECK(raw.rows == 1);
    for (const double x : raw.inputs) CHECK(std::isfinite(x));
  }
}
