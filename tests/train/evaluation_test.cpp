#include "train/evaluation.hpp"

#include <cmath>

#include "layers/model.hpp"
#include "tests/catch.hpp"
#include "tests/train/measure_helpers.hpp"

namespace clino::test {
namespace {

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
}  // namespace clino::test
