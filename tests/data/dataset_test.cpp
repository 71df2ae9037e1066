#include "data/dataset.hpp"

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "tests/allocations.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

/// Ten samples: x(i, j) = 100 j + i, y(i, j) = -x(i, j), weight(j) = j.
template <class T>
Samples<T> numbered(Index features, Index outputs) {
  Samples<T> samples;
  samples.features = features;
  samples.outputs = outputs;
  for (Index j = 0; j < 10; ++j) {
    for (Index i = 0; i < features; ++i) samples.inputs.push_back(static_cast<T>(100 * j + i));
    for (Index i = 0; i < outputs; ++i) samples.targets.push_back(static_cast<T>(-100 * j - i));
    samples.weights.push_back(static_cast<T>(j));
  }
  return samples;
}

Samples<double> images() {
  Samples<double> samples;
  samples.features = 3;
  samples.outputs = 1;
  samples.bytes = {0, 51, 255, 10, 20, 30};
  samples.byte_means = {0, 1, 5};
  samples.byte_factors = {1, 0.5, 0.25};
  samples.targets = {4, 7};
  return samples;
}

}  // namespace

TEST_CASE("filling gathers the chosen samples into the leading columns") {
  for (const Index features : {1, 2, 3, 17}) {
    for (const Index outputs : {1, 2, 5}) {
      const auto samples =
          std::make_shared<const Samples<float>>(numbered<float>(features, outputs));
      const Dataset<float> data(samples, {9, 4, 2, 7});
      const std::vector<Index> indices = {2, 0, 0, 3, 1};
      const std::vector<Index> rows = {2, 9, 9, 7, 4};
      std::vector<float> x(static_cast<std::size_t>(8 * features), -1);
      std::vector<float> y(static_cast<std::size_t>(8 * outputs), 1), weight(8, -1);
      data.fill(indices, {x.data(), features, 8}, {y.data(), outputs, 8}, {weight.data(), 1, 8});
      for (Index j = 0; j < 8; ++j) {
        const bool filled = j < 5;
        const Index row = filled ? rows[static_cast<std::size_t>(j)] : 0;
        for (Index i = 0; i < features; ++i) {
          CHECK(x[static_cast<std::size_t>(j * features + i)] ==
                static_cast<float>(filled ? 100 * row + i : -1));
        }
        for (Index i = 0; i < outputs; ++i) {
          CHECK(y[static_cast<std::size_t>(j * outputs + i)] ==
                static_cast<float>(filled ? -100 * row - i : 1));
        }
        CHECK(weight[static_cast<std::size_t>(j)] == static_cast<float>(filled ? row : -1));
      }
    }
  }
}

TEST_CASE("images are scaled while they are gathered") {
  const Dataset<double> data(images());
  CHECK_FALSE(data.has_weights());
  const Filled<double> filled = fill_all(data);
  CHECK(filled.x == std::vector<double>{0, 25, 62.5, 10, 9.5, 6.25});
  CHECK(filled.y == std::vector<double>{4, 7});
  CHECK(filled.weight == std::vector<double>{1, 1});
}

TEST_CASE("what is wanted next changes nothing of what is gathered now") {
  constexpr Index kFeatures = 150;  // more than one piece, and not a multiple
  Samples<float> pixels{.features = kFeatures, .outputs = 1};
  for (Index i = 0; i < 5 * kFeatures; ++i)
    pixels.bytes.push_back(static_cast<std::uint8_t>(7 * i));
  for (Index i = 0; i < kFeatures; ++i) {
    pixels.byte_means.push_back(0.3F * static_cast<float>(i));
    pixels.byte_factors.push_back(1.0F / static_cast<float>(i + 1));
  }
  pixels.targets.resize(5);
  const Dataset<float> data(pixels);
  const std::vector<Index> wanted = {3, 0, 3};
  std::vector<float> x(3 * kFeatures), ahead(3 * kFeatures);
  data.fill(wanted, {x.data(), kFeatures, 3}, {}, {});
  for (Index j = 0; j < 3; ++j) {
    for (Index i = 0; i < kFeatures; ++i) {
      const auto k = static_cast<std::size_t>(i);
      const auto byte =
          pixels
              .bytes[static_cast<std::size_t>(wanted[static_cast<std::size_t>(j)] * kFeatures) + k];
      CHECK(x[static_cast<std::size_t>(j * kFeatures) + k] ==
            (static_cast<float>(byte) - pixels.byte_means[k]) * pixels.byte_factors[k]);
    }
  }
  for (const std::vector<Index>& next : {std::vector<Index>{1}, {4, 4, 4}, {0, 1, 2, 3, 4}}) {
    data.fill(wanted, {ahead.data(), kFeatures, 3}, {}, {}, next);
    CHECK(ahead == x);
  }
  const std::vector<Index> outside = {5};
  CHECK_THROWS_AS(data.fill(wanted, {x.data(), kFeatures, 3}, {}, {}, outside), UsageError);
}

TEST_CASE("an autoencoder's targets are its inputs") {
  Samples<double> pixels = images();
  pixels.targets.clear();
  pixels.outputs = 3;
  const Filled<double> filled = fill_all(Dataset<double>(pixels));
  CHECK(filled.y == filled.x);
  Samples<double> numbers = numbered<double>(4, 4);
  numbers.targets.clear();
  const Filled<double> again = fill_all(Dataset<double>(numbers));
  CHECK(again.y == numbers.inputs);
}

TEST_CASE("views without data are skipped, and nothing is allocated") {
  const Dataset<double> data(numbered<double>(3, 2));
  const std::vector<Index> indices = {1, 2};
  std::vector<double> x(6, -1), weight(2, -1);
  const AllocationCount count;
  data.fill(indices, {x.data(), 3, 2}, {}, {});
  data.fill(indices, {}, {}, {weight.data(), 1, 2});
  data.fill({}, {x.data(), 3, 2}, {}, {});
  Dataset<double>().fill({}, {}, {}, {});
  CHECK(count.since_start() == 0);
  CHECK(x == std::vector<double>{100, 101, 102, 200, 201, 202});
  CHECK(weight == std::vector<double>{1, 2});
}

TEST_CASE("what does not fit is refused") {
  const Dataset<double> data(numbered<double>(3, 2));
  std::vector<double> x(30);
  const std::vector<Index> two = {0, 1};
  const auto fill = [&](const std::vector<Index>& indices, Matrix<double> view) {
    data.fill(indices, view, {}, {});
  };
  mentions(message_of<UsageError>([&] { fill({10}, {x.data(), 3, 2}); }), "sample 10 of 10");
  mentions(message_of<UsageError>([&] { fill({-1}, {x.data(), 3, 2}); }), "sample -1 of 10");
  mentions(message_of<ShapeError>([&] { fill(two, {x.data(), 2, 2}); }), "[fill] x");
  mentions(message_of<ShapeError>([&] { fill(two, {x.data(), 3, 1}); }), "[3, 2]");
  mentions(message_of<UsageError>([] { Dataset<float>().fill(std::vector<Index>{0}, {}, {}, {}); }),
           "sample 0 of 0");

  const auto refused = [](auto&& change) {
    Samples<double> samples = numbered<double>(3, 2);
    change(samples);
    return message_of<ShapeError>([&] { Dataset<double>{samples}; });
  };
  mentions(refused([](auto& s) { s.inputs.pop_back(); }), "29 input values of 3");
  mentions(refused([](auto& s) { s.targets.pop_back(); }), "19 target values");
  mentions(refused([](auto& s) { s.weights.pop_back(); }), "9 weights");
  mentions(refused([](auto& s) { s.bytes.resize(30); }), "disagree");
  mentions(refused([](auto& s) { s.features = 0; }), "at least one feature");
  const auto shared = std::make_shared<const Samples<double>>(numbered<double>(3, 2));
  mentions(message_of<ShapeError>([&] { Dataset<double>(shared, {0, 10}); }), "row 10 of 10");
}

TEST_CASE("classes are found by name, whole numbers in any spelling") {
  Preprocessing numbers;
  numbers.class_names = {"-3", "2", "10"};
  numbers.integer_classes = true;
  CHECK(numbers.class_number("-3") == 0);
  CHECK(numbers.class_number("02") == 1);
  CHECK(numbers.class_number("10.0") == 2);
  CHECK(numbers.class_number("3") == std::nullopt);
  CHECK(numbers.class_number("11") == std::nullopt);
  CHECK(numbers.class_number("red") == std::nullopt);
  Preprocessing texts;
  texts.class_names = {"10", "2", "red"};
  CHECK(texts.class_number("10") == 0);
  CHECK(texts.class_number("02") == std::nullopt);
  CHECK(texts.class_number("red") == 2);
}

TEST_CASE("a missing value becomes its replacement, and then an input like any other") {
  Preprocessing preprocessing;
  preprocessing.means = {2};
  preprocessing.scales = {4};
  const double missing = std::numeric_limits<double>::quiet_NaN();
  CHECK(preprocessing.to_input(0, 10) == 2);
  CHECK(std::isnan(preprocessing.to_input(0, missing)));
  preprocessing.replacements = {6};
  CHECK(preprocessing.to_input(0, missing) == 1);
}
