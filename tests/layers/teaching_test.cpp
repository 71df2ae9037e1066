#include "core/errors.hpp"
#include "layers/losses.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

const std::vector<double> kLogits = {0.3, -1, 2, 1, 1, -0.5};
const std::vector<double> kTeacher = {1, 0, -2, 0.5, 3, 1};
const std::vector<double> kWeights = {0.5, 1.5, 1};  // of the classes

struct Taught {
  double value = 0;
  std::vector<double> gradient;
};

/// The loss of two samples of three classes and its gradient.
Taught evaluate(const Choice& loss, std::optional<Teaching> teaching,
                const std::vector<double>& target = {2, 0},
                const std::vector<double>& logits = kLogits) {
  Graph graph;
  const Var prediction = graph.input("prediction", 3);
  const Var targets = graph.input("target", 1);
  const Var teacher = graph.input("teacher", 3);
  Var root = record_loss(graph, loss, prediction, targets, {}, kWeights);
  if (teaching) {
    root =
        record_teaching(graph, loss, root, prediction, teacher, targets, {}, kWeights, *teaching);
  }
  Parameters<double> parameters(graph);
  Tape<double> tape(graph, parameters, {.max_batch = 2, .gradient_of = {prediction}});
  copy_into(logits, tape.input(prediction));
  copy_into(target, tape.input(targets));
  copy_into(kTeacher, tape.input(teacher));
  tape.forward({});
  tape.backward(root);
  const auto gradient = tape.gradient(prediction).elements();
  return {tape.value(root)(0, 0), {gradient.begin(), gradient.end()}};
}

Choice softmax(double temperature, double smoothing) {
  return {"softmax_cross_entropy", {{"temperature", temperature}, {"label_smoothing", smoothing}}};
}

}  // namespace

TEST_CASE("a teacher's share and the targets' add up to the loss") {
  for (const double own : {1.0, 2.0}) {
    const Choice loss = softmax(own, 0.1);
    const Taught targets = evaluate(loss, std::nullopt);
    const Taught teacher = evaluate(loss, Teaching{3, 1});
    const Taught both = evaluate(loss, Teaching{3, 0.25});
    CHECK(both.value == Approx(0.75 * targets.value + 0.25 * teacher.value).epsilon(1e-15));
    for (std::size_t i = 0; i < kLogits.size(); ++i) {
      CHECK(both.gradient[i] ==
            Approx(0.75 * targets.gradient[i] + 0.25 * teacher.gradient[i]).epsilon(1e-14));
    }
    // To the bit: what the targets alone give.
    CHECK(evaluate(loss, Teaching{3, 0}).value == targets.value);
    CHECK(evaluate(loss, Teaching{3, 0}).gradient == targets.gradient);
  }
}

TEST_CASE("label smoothing is of the targets, the loss's temperature of the student") {
  const Taught plain = evaluate(softmax(1, 0), Teaching{3, 1});
  CHECK(evaluate(softmax(1, 0.3), Teaching{3, 1}).value == plain.value);
  // softmax(x / 2) of doubled logits.
  std::vector<double> doubled = kLogits;
  for (double& x : doubled) x *= 2;
  const Taught warm = evaluate(softmax(2, 0), Teaching{3, 1}, {2, 0}, doubled);
  CHECK(warm.value == Approx(plain.value).epsilon(1e-15));
  for (std::size_t i = 0; i < kLogits.size(); ++i) {
    CHECK(2 * warm.gradient[i] == Approx(plain.gradient[i]).epsilon(1e-14));
  }
}

TEST_CASE("a sample weighs as much for the teacher as for the targets") {
  // Classes 2 and 0 weigh 1 and .5, classes 0 and 2 the other way round: only that can matter.
  const Taught one = evaluate(softmax(1, 0), Teaching{3, 1}, {2, 0});
  const Taught other = evaluate(softmax(1, 0), Teaching{3, 1}, {0, 2});
  for (std::size_t k = 0; k < 3; ++k) {
    CHECK(one.gradient[k] == Approx(2 * other.gradient[k]).epsilon(1e-14));
    CHECK(2 * one.gradient[3 + k] == Approx(other.gradient[3 + k]).epsilon(1e-14));
  }
}

TEST_CASE("a model with a teacher has an input for its logits and a loss of the targets alone") {
  const ModelSpec spec{.inputs = 2,
                       .outputs = 3,
                       .layers = {dense(4), layer("tanh")},
                       .loss = {"softmax_cross_entropy"},
                       .teaching = Teaching{4, 0.5}};
  const Model model = build_model(spec);
  CHECK(model.graph.shape(model.teacher) == Shape{3, Shape::kBatch});
  CHECK(model.graph.node(model.loss).label == "loss");
  CHECK(model.graph.node(model.target_loss).label == "target_loss");
  ModelSpec alone = spec;
  alone.teaching.reset();
  const Model plain = build_model(alone);
  CHECK_FALSE(plain.teacher.valid());
  CHECK(plain.target_loss == plain.loss);
}

TEST_CASE("a teacher is refused where it makes no sense") {
  const auto message = [](const std::string& loss, Teaching teaching) {
    return message_of<UsageError>(
        [&] { build_model({.inputs = 2, .outputs = 3, .loss = {loss}, .teaching = teaching}); });
  };
  CHECK(message("mse", {4, 0.5}) == "a teacher needs a loss of classes, found mse");
  CHECK(message("softmax_cross_entropy", {4, 1.5}) ==
        "the mix of a teacher must be in [0, 1], found 1.5");
  CHECK(contains(message("softmax_cross_entropy", {0, 0.5}), "temperature must be"));
}
