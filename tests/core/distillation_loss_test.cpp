#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "core/grad_check.hpp"
#include "core/ops/losses.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

using namespace clino;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct DistillationCase {
  Index rows = 1;
  std::vector<double> logits;
  std::vector<double> teacher;
  double temperature = 1;
  std::vector<double> target = {};  // class 0 where empty
  std::vector<double> weight = {};
  std::vector<double> class_weights = {};
  double normalizer = 0;
};

struct Result {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> teacher_gradient;
};

template <class T = double>
Result evaluate(const DistillationCase& c) {
  const Index batch = std::ssize(c.logits) / c.rows;
  Graph graph;
  const Var logits = graph.input("logits", c.rows);
  const Var teacher = graph.input("teacher", c.rows);
  const Var target = graph.input("target", 1);
  const Var weight = c.weight.empty() ? Var{} : graph.input("weight", 1);
  const Var loss =
      distillation_loss(graph, logits, teacher, target, weight,
                        {.temperature = c.temperature, .class_weights = c.class_weights});
  Parameters<T> parameters(graph);
  Tape<T> tape(graph, parameters, {.max_batch = batch, .gradient_of = {logits, teacher}});
  const auto copy = [&](const std::vector<double>& from, Var to) {
    REQUIRE(std::ssize(from) == tape.input(to).size());
    for (std::size_t i = 0; i < from.size(); ++i) tape.input(to).data[i] = static_cast<T>(from[i]);
  };
  copy(c.logits, logits);
  copy(c.teacher, teacher);
  if (!c.target.empty()) copy(c.target, target);
  if (weight.valid()) copy(c.weight, weight);
  tape.forward({.normalizer = c.normalizer});
  tape.backward(loss);
  const auto gradient = tape.gradient(logits).elements();
  const auto of_teacher = tape.gradient(teacher).elements();
  return {static_cast<double>(tape.value(loss)(0, 0)),
          {gradient.begin(), gradient.end()},
          {of_teacher.begin(), of_teacher.end()}};
}

std::vector<double> normals(std::size_t count, double deviation, std::uint64_t seed) {
  Random random(seed, stream_id("distillation_loss_test"));
  std::vector<double> values(count);
  for (double& value : values) value = deviation * random.normal();
  return values;
}

/// Softmax at a temperature, by its definition in long double.
std::vector<long double> softmax(const double* x, Index rows, double temperature) {
  std::vector<long double> p;
  if (rows == 1) p.push_back(0);
  for (Index k = 0; k < rows; ++k) p.push_back(x[k]);
  long double sum = 0;
  for (long double& each : p) {
    each = std::exp(each / static_cast<long double>(temperature));
    sum += each;
  }
  for (long double& each : p) each /= sum;
  return p;
}

Result by_definition(const DistillationCase& c) {
  const Index batch = std::ssize(c.logits) / c.rows;
  std::vector<long double> weights;
  long double sum = 0;
  for (Index i = 0; i < batch; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const double w = c.weight.empty() ? 1 : c.weight[at];
    const double k =
        c.class_weights.empty() ? 1 : c.class_weights[static_cast<std::size_t>(c.target[at])];
    weights.push_back(static_cast<long double>(w) * k);
    sum += weights.back();
  }
  if (c.normalizer > 0) sum = c.normalizer;
  Result result;
  const auto t = static_cast<long double>(c.temperature);
  for (Index i = 0; i < batch; ++i) {
    const auto p = softmax(c.logits.data() + i * c.rows, c.rows, c.temperature);
    const auto q = softmax(c.teacher.data() + i * c.rows, c.rows, c.temperature);
    const long double share = weights[static_cast<std::size_t>(i)] / sum;
    for (std::size_t k = 0; k < p.size(); ++k) {
      result.value -= static_cast<double>(share * t * t * q[k] * std::log(p[k]));
      if (c.rows == 1 && k == 0) continue;
      result.gradient.push_back(static_cast<double>(share * t * (p[k] - q[k])));
    }
  }
  return result;
}

void check_close(const std::vector<double>& found, const std::vector<double>& expected,
                 double tolerance) {
  REQUIRE(found.size() == expected.size());
  double largest = 0;
  for (const double x : expected) largest = std::max(largest, std::abs(x));
  for (std::size_t i = 0; i < found.size(); ++i) {
    CHECK(std::abs(found[i] - expected[i]) <= tolerance * largest);
  }
}

/// Some samples with everything a loss can weigh.
DistillationCase weighted(Index rows, double temperature) {
  const auto size = static_cast<std::size_t>(rows * 3);
  const Index classes = std::max(rows, Index{2});
  DistillationCase c{.rows = rows,
                     .logits = normals(size, 2, 1),
                     .teacher = normals(size, 2, 2),
                     .temperature = temperature,
                     .target = {0, 1, static_cast<double>(classes - 1)},
                     .weight = {0.5, 2, 1.25}};
  for (Index k = 0; k < classes; ++k) c.class_weights.push_back(1 + 0.5 * static_cast<double>(k));
  return c;
}

}  // namespace

TEST_CASE("the distillation loss is its definition, weights and temperatures included") {
  for (const Index rows : {1, 2, 5}) {
    for (const double temperature : {0.3, 1.0, 4.0, 20.0, 1000.0}) {
      CAPTURE(rows, temperature);
      DistillationCase c = weighted(rows, temperature);
      const Result expected = by_definition(c);
      const Result found = evaluate(c);
      CHECK(found.value == Approx(expected.value).epsilon(1e-14));
      // Probabilities that differ by about 1 / (K T) are rounded to 1e-16.
      check_close(found.gradient, expected.gradient, 1e-14 * std::max(1.0, temperature));
      const Result in_float = evaluate<float>(c);
      CHECK(in_float.value == Approx(expected.value).epsilon(2e-6));
      check_close(in_float.gradient, expected.gradient, 3e-6 * std::max(1.0, temperature));
      // A part of a batch: the step's normaliser counts.
      c.normalizer = 10;
      CHECK(evaluate(c).value == Approx(by_definition(c).value).epsilon(1e-14));
      check_close(evaluate(c).gradient, by_definition(c).gradient,
                  1e-14 * std::max(1.0, temperature));
    }
  }
}

TEST_CASE("the distillation loss passes the gradient check, and the teacher gets no gradient") {
  for (const Index rows : {1, 2, 5}) {
    const DistillationCase c = weighted(rows, 2.5);
    const GradCheckResult result = grad_check(
        [&](Graph& graph, std::span<const Var> in) {
          return distillation_loss(graph, in[0], in[1], in[2], in[3],
                                   {.temperature = 2.5, .class_weights = c.class_weights});
        },
        {{rows, 3, c.logits, true},
         {rows, 3, c.teacher, true, false},
         {1, 3, c.target, true, false},
         {1, 3, c.weight, true, false}});
    INFO(result.where);
    CHECK(result.passed);
    CHECK(evaluate(c).teacher_gradient == std::vector<double>(c.teacher.size(), 0.0));
  }
}

TEST_CASE("the distillation loss holds at the extremes") {
  SECTION("logits of +-300 that agree cost nothing, that disagree their difference") {
    CHECK(evaluate({3, {300, -300, 0}, {300, -300, 0}}).value < 1e-120);  // 300 exp(-300)
    CHECK(evaluate({2, {300, -300}, {-300, 300}}).value == 600);
    CHECK(evaluate<float>({2, {300, -300}, {-300, 300}}).value == 600);
    CHECK(evaluate({2, {300, -300}, {-300, 300}}).gradient == std::vector<double>{1, -1});
    CHECK(evaluate({1, {300}, {-300}}).value == 300);
    CHECK(evaluate({1, {300}, {-300}}).gradient == std::vector<double>{1});
  }
  SECTION("of two classes the tails keep their digits") {
    const double slope = std::exp(-40.0) - std::exp(-42.0);
    CHECK(evaluate({1, {40}, {42}}).gradient[0] == Approx(-slope).epsilon(1e-14));
    CHECK(evaluate({1, {-40}, {-42}}).gradient[0] == Approx(slope).epsilon(1e-14));
  }
  SECTION("a shift of either's logits changes nothing") {
    const double value = evaluate({3, {1, 2, 4}, {0, 1, -1}, 2}).value;
    CHECK(evaluate({3, {1025, 1026, 1028}, {0, 1, -1}, 2}).value == value);
    CHECK(evaluate({3, {1, 2, 4}, {-512, -511, -513}, 2}).value == value);
  }
  SECTION("a class that is impossible for both costs nothing") {
    CHECK(evaluate({3, {0, -kInfinity, 0}, {0, -kInfinity, 0}}).value == Approx(std::log(2.0)));
    CHECK(evaluate({2, {0, -kInfinity}, {0, 0}}).value == kInfinity);
  }
  SECTION("what is not a number is not hidden") {
    CHECK(std::isnan(evaluate({2, {kNaN, 0}, {0, 0}}).value));
    CHECK(std::isnan(evaluate({2, {0, kInfinity}, {0, 0}}).value));
    CHECK(std::isnan(evaluate({2, {0, 0}, {0, kNaN}}).value));
    DistillationCase no_class = weighted(2, 1);
    no_class.target[1] = 0.5;
    CHECK(std::isnan(evaluate(no_class).value));
  }
  SECTION("weights that sum to 0 make a loss of 0") {
    CHECK(evaluate({2, {1, 2}, {2, 1}, 1, {0}, {0}}).value == 0);
  }
}

TEST_CASE("one logit of two classes is the logits (0, x)") {
  for (const double temperature : {0.5, 1.0, 7.0}) {
    const Result one = evaluate({1, {0.7, -2, 3}, {1.1, 0.4, -2}, temperature});
    const Result two = evaluate({2, {0, 0.7, 0, -2, 0, 3}, {0, 1.1, 0, 0.4, 0, -2}, temperature});
    CHECK(one.value == Approx(two.value).epsilon(1e-15));
    for (std::size_t i = 0; i < 3; ++i) {
      CHECK(one.gradient[i] == Approx(two.gradient[2 * i + 1]).epsilon(1e-13));
    }
  }
}

TEST_CASE("at high temperatures the gradient tends to (z - v) / K for centred logits") {
  // p_k = (1 + z_k / T + (z_k^2 - m_z) / (2 T^2) + O(T^-3)) / K for logits of mean 0, m_z the mean
  // of z^2. So with c_k = (z_k^2 - m_z) - (v_k^2 - m_v)
  //     T (p_k - q_k) = ((z_k - v_k) + c_k / (2 T) + O(T^-2)) / K,
  // and the relative error of the limit (Hinton et al. 2015) is |c| / (2 T |z - v|) + O(T^-2).
  constexpr std::size_t kClasses = 10;
  const auto centred = [](std::uint64_t seed) {
    std::vector<double> x = normals(kClasses, 1.5, seed);
    double mean = 0;
    for (const double each : x) mean += each / kClasses;
    for (double& each : x) each -= mean;
    return x;
  };
  const auto norm = [](const std::vector<double>& x) {
    double sum = 0;
    for (const double each : x) sum += each * each;
    return std::sqrt(sum);
  };
  const std::vector<double> z = centred(3);
  const std::vector<double> v = centred(4);
  std::vector<double> difference(kClasses), second(kClasses);
  const double m_z = norm(z) * norm(z) / kClasses;
  const double m_v = norm(v) * norm(v) / kClasses;
  for (std::size_t k = 0; k < kClasses; ++k) {
    difference[k] = z[k] - v[k];
    second[k] = (z[k] * z[k] - m_z) - (v[k] * v[k] - m_v);
  }
  const auto error = [&](double temperature) {
    std::vector<double> wrong = evaluate({kClasses, z, v, temperature}).gradient;
    const double whole = norm(wrong);
    for (std::size_t k = 0; k < kClasses; ++k) wrong[k] -= difference[k] / kClasses;
    return norm(wrong) / whole;
  };
  const double limit = norm(second) / (2 * norm(difference));
  UNSCOPED_INFO("T = 1: " << error(1) << ", 20: " << error(20) << ", 100: " << error(100));
  CHECK(error(1) > 0.3);
  CHECK(error(20) < 0.1);
  // The next term is of the order of the logits' largest square over T^2: 20 / T of the first.
  for (const double temperature : {100.0, 1000.0, 10000.0}) {
    CAPTURE(temperature);
    CHECK(std::abs(error(temperature) * temperature - limit) < limit * 20 / temperature);
  }
}

TEST_CASE("the distillation loss refuses what does not fit") {
  const auto message = [](Index teacher_rows, Index target_rows, double temperature,
                          const std::vector<double>& class_weights) {
    return message_of<Error>([&] {
      Graph graph;
      const Var logits = graph.input("logits", 3);
      distillation_loss(graph, logits, graph.input("teacher", teacher_rows),
                        graph.input("target", target_rows), {},
                        {.temperature = temperature, .class_weights = class_weights});
    });
  };
  CHECK(message(2, 1, 1, {}) ==
        "[distillation_loss] logits [3, batch] need a teacher of [3, batch], found [2, batch]");
  CHECK(message(3, 2, 1, {}) ==
        "[distillation_loss] logits [3, batch] need a target of [1, batch], found [2, batch]");
  CHECK(message(3, 1, 0, {}) ==
        "[distillation_loss] temperature must be a finite number > 0, found 0");
  CHECK(message(3, 1, 1, {1, 2}) == "[distillation_loss] 2 class weights for 3 classes");
}
