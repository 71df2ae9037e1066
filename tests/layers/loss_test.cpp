#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "core/grad_check.hpp"
#include "core/ops/ops.hpp"
#include "core/tape.hpp"
#include "layers/losses.hpp"
#include "tests/layers/layer_golden.hpp"
#include "tests/layers/layer_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// One batch on a tape of its own.
struct LossCase {
  Choice loss;
  Index rows = 1;
  std::vector<double> prediction;
  std::vector<double> target;
  std::vector<double> weight = {};
  std::vector<double> class_weights = {};
  StepContext step = {};
};

struct LossResult {
  double value = 0;
  std::vector<double> gradient;
};

template <class T = double>
LossResult evaluate(const LossCase& c) {
  const Index batch = std::ssize(c.prediction) / c.rows;
  Graph graph;
  const Var prediction = graph.input("prediction", c.rows);
  const Var target = graph.input("target", std::ssize(c.target) / batch);
  const Var weight = c.weight.empty() ? Var{} : graph.input("weight", 1);
  const Var loss = record_loss(graph, c.loss, prediction, target, weight, c.class_weights);
  Parameters<T> parameters(graph);
  Tape<T> tape(graph, parameters, {.max_batch = batch, .gradient_of = {prediction}});
  copy_into(c.prediction, tape.input(prediction));
  copy_into(c.target, tape.input(target));
  if (weight.valid()) copy_into(c.weight, tape.input(weight));
  tape.forward(c.step);
  tape.backward(loss);
  const auto gradient = tape.gradient(prediction).elements();
  return {static_cast<double>(tape.value(loss)(0, 0)), {gradient.begin(), gradient.end()}};
}

LossCase from_golden(const GoldenLoss& golden) {
  return {.loss = {golden.type, golden.options},
          .rows = golden.rows,
          .prediction = golden.prediction,
          .target = golden.target,
          .weight = golden.weight,
          .class_weights = golden.class_weights};
}

/// -log of the softmax's entry y at temperature T, in long double and by its definition.
long double cross_entropy(const std::vector<double>& x, std::size_t y, long double temperature) {
  long double sum = 0;
  for (const double value : x) {
    sum +=
        std::exp((static_cast<long double>(value) - static_cast<long double>(x[y])) / temperature);
  }
  return std::log(sum);
}

}  // namespace

TEST_CASE("losses and their gradients are PyTorch's") {
  for (const GoldenLoss& golden : kGoldenLosses) {
    INFO(golden.name);
    const LossResult found = evaluate(from_golden(golden));
    CHECK(std::abs(found.value - golden.loss) <= 1e-14 * std::abs(golden.loss));
    check_close(found.gradient, golden.gradient, 1e-14);

    const LossResult in_float = evaluate<float>(from_golden(golden));
    CHECK(std::abs(in_float.value - golden.loss) <= 1e-6 * std::abs(golden.loss));
    check_close(in_float.gradient, golden.gradient, 2e-6);
  }
}

TEST_CASE("every loss passes the gradient check") {
  for (const GoldenLoss& golden : kGoldenLosses) {
    INFO(golden.name);
    const Index batch = std::ssize(golden.prediction) / golden.rows;
    std::vector<GradCheckOperand> operands = {
        {golden.rows, batch, golden.prediction, true},
        {std::ssize(golden.target) / batch, batch, golden.target, true, false}};
    if (!golden.weight.empty()) operands.push_back({1, batch, golden.weight, true, false});
    const auto function = [&](Graph& graph, std::span<const Var> in) {
      const Var loss = record_loss(graph, {golden.type, golden.options}, in[0], in[1],
                                   in.size() > 2 ? in[2] : Var{}, golden.class_weights);
      return scale(graph, loss, 3);
    };
    const GradCheckResult result = grad_check(function, operands);
    INFO(result.where);
    CHECK(result.passed);
  }
}

TEST_CASE("softmax cross-entropy holds at every temperature and at the extremes") {
  const Choice plain{"softmax_cross_entropy"};
  SECTION("temperature 1e-3 to 1e3 against the definition in long double") {
    const std::vector<double> x = {0.3, -0.2, 0.31, 1.5};
    for (const double temperature : {1e-3, 1e-2, 0.1, 1.0, 10.0, 1e2, 1e3}) {
      for (std::size_t y = 0; y < x.size(); ++y) {
        const Choice loss{"softmax_cross_entropy", {{"temperature", temperature}}};
        const double found = evaluate({loss, 4, x, {static_cast<double>(y)}}).value;
        const auto expected = static_cast<double>(cross_entropy(x, y, temperature));
        CHECK(std::abs(found - expected) <= 1e-14 * std::max(1.0, expected));
      }
    }
  }
  SECTION("logits of +-300 neither overflow nor lose the loss") {
    CHECK(evaluate({plain, 2, {300, -300}, {1}}).value == 600);
    CHECK(evaluate({plain, 2, {300, -300}, {0}}).value == 0);
    CHECK(evaluate<float>({plain, 2, {300, -300}, {1}}).value == 600);
    check_close(evaluate({plain, 2, {300, -300}, {1}}).gradient, std::vector<double>{1, -1}, 0);
  }
  SECTION("a shift of all logits changes nothing") {
    const double near = evaluate({plain, 3, {1, 2, 4}, {1}}).value;
    CHECK(evaluate({plain, 3, {1025, 1026, 1028}, {1}}).value == near);
  }
  SECTION("one class is certain") { CHECK(evaluate({plain, 1, {7}, {0}}).value == 0); }
  SECTION("impossible classes cost nothing, an impossible target everything") {
    CHECK(evaluate({plain, 3, {0, -kInfinity, 0}, {0}}).value == Approx(std::log(2.0)));
    CHECK(evaluate({plain, 2, {0, -kInfinity}, {1}}).value == kInfinity);
  }
  SECTION("NaN and +inf are not hidden") {
    CHECK(std::isnan(evaluate({plain, 2, {kNaN, 0}, {1}}).value));
    CHECK(std::isnan(evaluate({plain, 2, {0, kNaN}, {0}}).value));
    CHECK(std::isnan(evaluate({plain, 2, {kInfinity, 0}, {1}}).value));
  }
}

TEST_CASE("binary cross-entropy neither overflows nor cancels") {
  const Choice loss{"binary_cross_entropy"};
  CHECK(evaluate({loss, 1, {0}, {1}}).value == Approx(std::log(2.0)).epsilon(1e-15));
  CHECK(evaluate({loss, 1, {300}, {0}}).value == 300);
  CHECK(evaluate({loss, 1, {300}, {0}}).gradient[0] == 1);
  // The other side is exp(-300): a sigmoid minus 1 would give 0.
  CHECK(evaluate({loss, 1, {300}, {1}}).value == Approx(std::exp(-300.0)).epsilon(1e-14));
  CHECK(evaluate({loss, 1, {300}, {1}}).gradient[0] == Approx(-std::exp(-300.0)).epsilon(1e-14));
  CHECK(evaluate({loss, 1, {kInfinity}, {1}}).value == 0);
  CHECK(evaluate({loss, 1, {kInfinity}, {0}}).value == kInfinity);
  CHECK(std::isnan(evaluate({loss, 1, {kNaN}, {0}}).value));
}

TEST_CASE("regression losses at kinks and extremes") {
  CHECK(evaluate({{"mae"}, 1, {2}, {2}}).gradient[0] == 0);
  CHECK(evaluate({{"mae"}, 1, {-300}, {300}}).value == 600);
  CHECK(std::isnan(evaluate({{"mae"}, 1, {kNaN}, {0}}).gradient[0]));
  CHECK(evaluate({{"mse"}, 1, {300}, {-300}}).value == 360000);
  CHECK(evaluate({{"mse"}, 1, {kInfinity}, {0}}).value == kInfinity);
  const Choice huber{"huber", {{"delta", 2.0}}};
  CHECK(evaluate({huber, 1, {2}, {0}}).value == 2);  // both branches meet at |r| = delta
  CHECK(evaluate({huber, 1, {2}, {0}}).gradient[0] == 2);
  CHECK(evaluate({huber, 1, {-300}, {0}}).value == 598);
  CHECK(evaluate({huber, 1, {-300}, {0}}).gradient[0] == -2);
  CHECK(std::isnan(evaluate({huber, 1, {kNaN}, {0}}).gradient[0]));
}

TEST_CASE("a target that is not a class number makes the loss NaN") {
  for (const double bad : {-1.0, 0.5, 3.0, 1e30, kNaN, kInfinity}) {
    INFO(bad);
    CHECK(std::isnan(evaluate({{"softmax_cross_entropy"}, 3, {0, 1, 2}, {bad}}).value));
    CHECK(std::isnan(evaluate({{"softmax_cross_entropy"}, 3, {0, 1, 2}, {bad}}).gradient[1]));
    CHECK(std::isnan(evaluate({{"binary_cross_entropy"}, 1, {0}, {bad}}).value));
    CHECK(std::isnan(evaluate<float>({{"binary_cross_entropy"}, 1, {0}, {bad}}).value));
    const std::vector<double> target = {0, bad};
    CHECK(std::isnan(batch_normalizer<double>({target.data(), 1, 2}, {}, std::vector{1.0, 2.0})));
  }
}

TEST_CASE("the normaliser of the step makes parts of a batch add up") {
  LossCase whole = from_golden(kGoldenLosses[4]);  // all options, with weights
  const LossResult expected = evaluate(whole);
  const Matrix<const double> target{whole.target.data(), 1, 6};
  const Matrix<const double> weight{whole.weight.data(), 1, 6};
  const double normalizer = batch_normalizer(target, weight, whole.class_weights);
  LossResult sum;
  for (const std::size_t first : {0U, 2U, 3U}) {
    const std::size_t last = first == 0 ? 2 : first == 2 ? 3 : 6;
    const auto part = [&](const std::vector<double>& v, std::size_t rows) {
      const auto at = [&](std::size_t i) { return v.begin() + static_cast<Index>(i * rows); };
      return std::vector<double>(at(first), at(last));
    };
    LossCase piece = whole;
    piece.prediction = part(whole.prediction, 4);
    piece.target = part(whole.target, 1);
    piece.weight = part(whole.weight, 1);
    piece.step.normalizer = normalizer;
    const LossResult found = evaluate(piece);
    sum.value += found.value;
    sum.gradient.insert(sum.gradient.end(), found.gradient.begin(), found.gradient.end());
  }
  CHECK(sum.value == Approx(expected.value).epsilon(1e-14));
  check_close(sum.gradient, expected.gradient, 1e-14);
}

TEST_CASE("samples of weight 0 do not count") {
  const Choice loss{"mse"};
  CHECK(evaluate({loss, 1, {1, 9}, {0, 0}, {1, 0}}).value == 1);
  const LossResult none = evaluate({loss, 1, {1, 9}, {0, 0}, {0, 0}});
  CHECK(none.value == 0);
  CHECK(none.gradient == std::vector<double>{0, 0});
}

TEST_CASE("class weights are given, balanced or refused") {
  const std::vector<double> totals = {10, 30, 0};
  Choice loss{"softmax_cross_entropy"};
  CHECK(resolve_class_weights(loss, totals).empty());
  loss.options["class_weights"] = std::string("balanced");
  // n / (K n_k) with n = 40 and K = 3; a class without samples weighs 1.
  check_close(resolve_class_weights(loss, totals), std::vector<double>{40.0 / 30, 40.0 / 90, 1},
              1e-15);
  loss.options["class_weights"] = std::vector<double>{1, 2, 3};
  CHECK(resolve_class_weights(loss, totals) == std::vector<double>{1, 2, 3});
  loss.options["class_weights"] = std::vector<double>{1, 2};
  CHECK(contains(message_of<UsageError>([&] { resolve_class_weights(loss, totals); }),
                 "holds 2 numbers, the data have 3 classes"));
  CHECK(contains(message_of<UsageError>([&] {
                   evaluate({loss, 3, {0, 1, 2}, {0}});
                 }),
                 "resolve_class_weights"));
}

TEST_CASE("losses say what they need") {
  CHECK(target_kind("softmax_cross_entropy") == TargetKind::classes);
  CHECK(target_kind("binary_cross_entropy") == TargetKind::binary);
  CHECK(target_kind("huber") == TargetKind::numbers);
  CHECK(outputs_needed("softmax_cross_entropy", 5) == 5);
  CHECK(outputs_needed("binary_cross_entropy", 2) == 1);
  CHECK(outputs_needed("mse", 3) == 3);
  CHECK(target_rows(TargetKind::classes, 5) == 1);
  CHECK(target_rows(TargetKind::numbers, 5) == 5);
  CHECK(contains(message_of<UsageError>([] { outputs_needed("binary_cross_entropy", 3); }),
                 "needs 2 classes, found 3; softmax_cross_entropy"));
  CHECK(contains(message_of<UsageError>([] { target_kind("mse_loss"); }), "mse"));
}

TEST_CASE("losses refuse shapes that do not fit") {
  const auto record = [](const char* type, Index rows, Index target_rows, Index weight_rows,
                         const std::vector<double>& class_weights) {
    Graph graph;
    const Var prediction = graph.input("prediction", rows);
    const Var target = graph.input("target", target_rows);
    record_loss(graph, {type}, prediction, target, graph.input("weight", weight_rows),
                class_weights);
  };
  const auto refusal = [&](const auto&... arguments) {
    return message_of<ShapeError>([&] { record(arguments...); });
  };
  const std::vector<double> none;
  CHECK_NOTHROW(record("mse", 3, 3, 1, {}));
  CHECK(refusal("mse", 3, 2, 1, none) ==
        "[mse] predictions [3, batch] need a target of [3, batch], found [2, batch]");
  CHECK(contains(refusal("mse", 3, 3, 2, none), "need a weight of [1, batch]"));
  CHECK(contains(refusal("softmax_cross_entropy", 3, 3, 1, none), "need a target of [1, batch]"));
  CHECK(contains(refusal("softmax_cross_entropy", 3, 1, 1, std::vector<double>{1, 2}),
                 "2 class weights for 3"));
  CHECK(contains(refusal("binary_cross_entropy", 2, 1, 1, none), "needs predictions [1, batch]"));
}

TEST_CASE("losses refuse options out of range") {
  Graph graph;
  const Var x = graph.input("x", 2);
  const Var y = graph.input("y", 1);
  CHECK_THROWS_AS(softmax_cross_entropy(graph, x, y, {}, {.temperature = 0}), UsageError);
  CHECK_THROWS_AS(softmax_cross_entropy(graph, x, y, {}, {.label_smoothing = 1.1}), UsageError);
  CHECK_THROWS_AS(huber_loss(graph, x, x, {}, -1), UsageError);
  CHECK_THROWS_AS(record_loss(graph, {"huber", {{"delta", 0.0}}}, x, x, {}, {}), UsageError);
}
