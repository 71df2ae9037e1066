#include "train/evaluation.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.hpp"
#include "layers/model.hpp"
#include "tests/catch.hpp"

namespace clino {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// The definition of the area, over all pairs.
double area_by_pairs(const std::vector<double>& scores, const std::vector<Index>& classes,
                     Index positive) {
  double wins = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    for (std::size_t j = 0; j < scores.size(); ++j) {
      if (classes[i] != positive || classes[j] == positive) continue;
      wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
      ++pairs;
    }
  }
  return wins / pairs;
}

std::vector<double> draw(std::size_t count, std::uint64_t seed) {
  std::vector<double> values(count);
  Random random(seed, stream_id("test"));
  for (double& value : values) value = random.uniform(-3, 3);
  return values;
}

std::vector<Index> draw_classes(std::size_t count, Index classes, std::uint64_t seed) {
  std::vector<Index> result;
  for (const double x : draw(count, seed)) {
    result.push_back(static_cast<Index>((x + 3) / 6 * static_cast<double>(classes)));
  }
  return result;
}

/// A net that answers with its inputs: one dense layer, the identity matrix.
struct Echo {
  Echo(Index width, const Choice& loss, TargetKind kind, std::vector<double> class_weights)
      : model(build_model({.inputs = width,
                           .outputs = width,
                           .loss = loss,
                           .class_weights = std::move(class_weights)})),
        parameters(model.graph),
        evaluator(model, parameters, kind, {}) {
    const Matrix<double> weight = parameters.value(model.layers[0].weight);
    for (Index i = 0; i < width; ++i) weight(i, i) = 1;
  }

  Model model;
  Parameters<double> parameters;
  Evaluator<double> evaluator;
};

const Choice kSoftmax{
    .type = "softmax_cross_entropy",
    .options = {
        {"temperature", 1.0}, {"label_smoothing", 0.0}, {"class_weights", std::monostate{}}}};

TEST_CASE("the area under the curve is the share of pairs in the right order") {
  const std::size_t count = GENERATE(2, 3, 10, 200);
  std::vector<double> scores = draw(count, 1);
  std::vector<Index> classes = draw_classes(count, 3, 2);
  classes[0] = 0;
  classes[1] = 1;
  SECTION("all scores differ") {}
  SECTION("many scores are equal") {
    for (double& score : scores) score = std::round(score);
  }
  SECTION("some are infinite") {
    scores[0] = std::numeric_limits<double>::infinity();
    scores[1] = -scores[0];
  }
  for (const Index positive : {Index{0}, Index{1}}) {
    const double expected = area_by_pairs(scores, classes, positive);
    const auto found = area_under_curve(scores, classes, positive);
    REQUIRE(found.has_value());
    CHECK(std::abs(*found - expected) < 1e-12);
  }
}

TEST_CASE("the area under the curve at its special points") {
  const std::vector<Index> classes{0, 0, 1, 1, 1};
  const auto area = [&](const std::vector<double>& scores, Index positive = 1) {
    return area_under_curve(scores, classes, positive);
  };
  CHECK(area({1, 2, 3, 4, 5}) == 1.0);
  CHECK(area({5, 4, 3, 2, 1}) == 0.0);
  CHECK(area({7, 7, 7, 7, 7}) == 0.5);
  CHECK_FALSE(area({1, 2, 3, 4, 5}, 2).has_value());
  CHECK_FALSE(area({1, 2, 3, kNan, 5}).has_value());
  CHECK_FALSE(area_under_curve({}, {}, 0).has_value());
}

TEST_CASE("recall and precision read rows and columns of the confusion matrix") {
  ConfusionMatrix confusion(3);
  for (int i = 0; i < 3; ++i) confusion.add(0, 0);
  confusion.add(0, 1);
  confusion.add(1, 0);
  CHECK(confusion(0, 0) == 3);
  CHECK(confusion(0, 1) == 1);
  CHECK(confusion(1, 0) == 1);
  CHECK(confusion.samples(0) == 4);
  CHECK(confusion.taken_for(0) == 4);
  CHECK(confusion.recall(0) == 0.75);
  CHECK(confusion.recall(1) == 0.0);
  CHECK(confusion.precision(0) == 0.75);
  CHECK(confusion.precision(1) == 0.0);
  CHECK_FALSE(confusion.recall(2).has_value());
  CHECK_FALSE(confusion.precision(2).has_value());
}

TEST_CASE("errors of numbers agree with two passes, far from zero too") {
  const double offset = GENERATE(0.0, 1e8);
  const std::vector<double> targets = draw(500, 3), noise = draw(500, 4);
  ErrorSums sums;
  long double absolute = 0, squared = 0, mean = 0, variation = 0;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const double target = offset + targets[i], prediction = target + noise[i];
    sums.add(prediction, target);
    const long double error = static_cast<long double>(prediction) - target;
    absolute += std::abs(error) / 500;
    squared += error * error;
    mean += static_cast<long double>(target) / 500;
  }
  for (const double target : targets) {
    variation += (offset + target - mean) * (offset + target - mean);
  }
  const OutputErrors errors = sums.errors();
  CHECK(errors.mae == Approx(static_cast<double>(absolute)).epsilon(1e-12));
  CHECK(errors.rmse == Approx(static_cast<double>(std::sqrt(squared / 500))).epsilon(1e-12));
  REQUIRE(errors.r2.has_value());
  // The running mean is rounded at the size of the offset (Chan, Golub and LeVeque 1983).
  const double tolerance = 1e-12 + 1e-15 * offset;
  CHECK(*errors.r2 == Approx(static_cast<double>(1 - squared / variation)).epsilon(tolerance));
}

TEST_CASE("R2 is 1 for the truth, 0 for the mean, and nothing for constant targets") {
  ErrorSums truth, mean, constant;
  for (const double target : {1.0, 2.0, 3.0}) {
    truth.add(target, target);
    mean.add(2, target);
    constant.add(target, 5);
  }
  CHECK(truth.errors().r2 == 1.0);
  CHECK(truth.errors().rmse == 0);
  CHECK(mean.errors().r2 == 0.0);
  CHECK_FALSE(constant.errors().r2.has_value());
}

TEST_CASE("classes are evaluated over several batches") {
  const Index classes = 4;
  const std::size_t count = 600;  // two batches and a part of one
  std::vector<double> logits = draw(count * 4, 5);
  const std::vector<Index> labels = draw_classes(count, classes, 6);
  const Dataset<double> dataset(Samples<double>{.features = classes,
                                                .outputs = 1,
                                                .inputs = logits,
                                                .bytes = {},
                                                .byte_means = {},
                                                .byte_factors = {},
                                                .targets = {labels.begin(), labels.end()},
                                                .weights = {}});
  Echo net(classes, kSoftmax, TargetKind::classes, {});
  Preprocessing preprocessing;
  preprocessing.target_kind = TargetKind::classes;
  preprocessing.class_names = {"a", "b", "c", "d"};
  const Evaluation result = evaluate_in_detail(net.evaluator, preprocessing, dataset);

  // Softmax, as its definition has it, and the classes it names.
  std::vector<std::vector<double>> probabilities(4, std::vector<double>(count));
  std::vector<Index> counts(16, 0);
  for (std::size_t i = 0; i < count; ++i) {
    double sum = 0;
    std::size_t guess = 0;
    for (std::size_t k = 0; k < 4; ++k) sum += std::exp(logits[4 * i + k]);
    for (std::size_t k = 0; k < 4; ++k) {
      probabilities[k][i] = std::exp(logits[4 * i + k]) / sum;
      if (logits[4 * i + k] > logits[4 * i + guess]) guess = k;
    }
    ++counts[static_cast<std::size_t>(labels[i]) * 4 + guess];
  }
  REQUIRE(result.confusion.has_value());
  Index right = 0;
  double mean = 0;
  for (Index k = 0; k < classes; ++k) {
    const auto row = static_cast<std::size_t>(k);
    for (Index j = 0; j < classes; ++j) {
      CHECK((*result.confusion)(k, j) == counts[row * 4 + static_cast<std::size_t>(j)]);
    }
    right += (*result.confusion)(k, k);
    const double expected = area_by_pairs(probabilities[row], labels, k);
    CHECK(std::abs(result.auc[row].value_or(-1) - expected) < 1e-12);
    mean += expected / 4;
  }
  CHECK(result.mean_auc.value_or(-1) == Approx(mean));
  CHECK(result.metrics.samples == 600);
  CHECK(result.metrics.accuracy == static_cast<double>(right) / 600);
  CHECK(result.outputs.empty());
}

TEST_CASE("the area tells apart what probabilities near 1 do not") {
  // The probability of class 0 is 1 to rounding for all three; the last is its weakest all the
  // same.
  const Dataset<double> dataset(Samples<double>{.features = 2,
                                                .outputs = 1,
                                                .inputs = {60, 0, 50, 0, 40, 0},
                                                .bytes = {},
                                                .byte_means = {},
                                                .byte_factors = {},
                                                .targets = {0, 0, 1},
                                                .weights = {}});
  Echo net(2, kSoftmax, TargetKind::classes, {});
  Preprocessing preprocessing;
  preprocessing.target_kind = TargetKind::classes;
  preprocessing.class_names = {"a", "b"};
  CHECK(evaluate_in_detail(net.evaluator, preprocessing, dataset).mean_auc == 1.0);
}

TEST_CASE("several outputs of numbers are evaluated one by one") {
  const Dataset<double> dataset(Samples<double>{.features = 2,
                                                .outputs = 2,
                                                .inputs = {1, 10, 2, 20, 3, 30},
                                                .bytes = {},
                                                .byte_means = {},
                                                .byte_factors = {},
                                                .targets = {1, 13, 2, 16, 3, 30},
                                                .weights = {}});
  Echo net(2, {.type = "mse"}, TargetKind::numbers, {});
  Preprocessing preprocessing;
  preprocessing.target_kind = TargetKind::numbers;
  const Evaluation result = evaluate_in_detail(net.evaluator, preprocessing, dataset);
  REQUIRE(result.outputs.size() == 2);
  CHECK(result.outputs[0].mae == 0);
  CHECK(result.outputs[0].r2 == 1.0);
  CHECK(result.outputs[1].mae == Approx(7.0 / 3));
  CHECK(result.outputs[1].rmse == Approx(std::sqrt(25.0 / 3)));
  REQUIRE(result.mean_errors.has_value());
  CHECK(result.mean_errors->mae == Approx(7.0 / 6));
  // The mean over batch and outputs: what the loss is.
  CHECK(result.metrics.loss == Approx(25.0 / 6));
  CHECK_FALSE(result.confusion.has_value());
}

}  // namespace
}  // namespace clino
