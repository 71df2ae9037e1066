#include "probe/best_linear_loss.hpp"

#include <numbers>
#include <numeric>
#include <utility>

#include "core/errors.hpp"
#include "layers/losses.hpp"
#include "tests/catch.hpp"
#include "tests/probe/linear_helpers.hpp"
#include "tests/throws.hpp"

namespace clino::test {
namespace {

/// Samples with all that a loss can ask for.
struct Table {
  Index inputs = 0, outputs = 0, count = 0;
  Choice loss = {};
  std::vector<double> x = {}, y = {}, weights = {}, class_weights = {};

  LinearSamples samples() const {
    const Index rows = target_rows(target_kind(loss.type), outputs);
    return {.inputs = {x.data(), inputs, count},
            .targets = {y.data(), rows, count},
            .weights = weights.empty() ? Matrix<const double>{}
                                       : Matrix<const double>{weights.data(), 1, count},
            .class_weights = class_weights};
  }
  BestLinearLoss best() const { return best_linear_loss(loss, outputs, samples()); }
};

/// An independent way to the losses and their gradients: a net of one dense layer on a tape.
class OneLayer {
 public:
  explicit OneLayer(const Table& table)
      : model_(build_model({.inputs = table.inputs,
                            .outputs = table.outputs,
                            .loss = table.loss,
                            .class_weights = table.class_weights,
                            .sample_weights = true})),
        parameters_(model_.graph),
        tape_(model_.graph, parameters_, {.max_batch = table.count}) {
    std::ranges::copy(table.x, tape_.input(model_.input).data);
    std::ranges::copy(table.y, tape_.input(model_.target).data);
    auto weights = tape_.input(model_.sample_weight).elements();
    std::ranges::fill(weights, 1.0);
    std::ranges::copy(table.weights, weights.begin());
  }

  double loss() {
    tape_.forward({});
    return std::as_const(tape_).value(model_.loss)(0, 0);
  }
  double loss_of(const BestLinearLoss& best) {
    std::ranges::copy(best.weight, parameters_.value(model_.layers[0].weight).data);
    std::ranges::copy(best.bias, parameters_.value(model_.layers[0].bias).data);
    return loss();
  }

  /// Gradient descent with Nesterov's momentum, started anew where it goes up, until the gradient
  /// is below 1e-9. All these losses are convex.
  double descend(double rate) {
    std::vector<double> before(parameters_.values().begin(), parameters_.values().end());
    double momentum = 0;
    for (int step = 0; step < 200000; ++step) {
      parameters_.zero_gradients();
      loss();
      tape_.backward(model_.loss);
      const auto g = parameters_.gradients();
      const double norm = std::sqrt(std::inner_product(g.begin(), g.end(), g.begin(), 0.0));
      if (norm < 1e-9) return loss();
      double uphill = 0;
      for (std::size_t i = 0; i < g.size(); ++i) {
        const double now = parameters_.values()[i] - rate * g[i];
        uphill += g[i] * (now - before[i]);
        parameters_.values()[i] = now + momentum * (now - before[i]);
        before[i] = now;
      }
      momentum = uphill > 0 ? 0 : std::min(0.99, momentum + 0.01);
    }
    FAIL("gradient descent did not converge");
    return 0;
  }

 private:
  Model model_;
  Parameters<double> parameters_;
  Tape<double> tape_;
};

/// Classes that overlap: the number of the class, and noise larger than the distance.
Table overlapping(const Choice& loss, Index classes, Index count = 60) {
  Table table{.inputs = 3,
              .outputs = loss.type == "binary_cross_entropy" ? 1 : classes,
              .count = count,
              .loss = loss};
  table.x = normals<double>(3 * count, 5);
  for (Index i = 0; i < count; ++i) {
    table.y.push_back(static_cast<double>(i % classes));
    table.x[static_cast<std::size_t>(3 * i)] += 0.8 * static_cast<double>(i % classes);
    table.x[static_cast<std::size_t>(3 * i + 1)] *= 4;
  }
  return table;
}

/// Exclusive or, each quadrant once: with a point also its three reflections.
Table exclusive_or(const Choice& loss) {
  Table table{.inputs = 2, .outputs = 1, .count = 0, .loss = loss};
  for (const double a : {0.3, 0.9}) {
    for (const double b : {0.2, 0.7}) {
      for (const auto& [u, v] : {std::pair{a, b}, {a, -b}, {-a, b}, {-a, -b}}) {
        table.x.insert(table.x.end(), {u, v});
        table.y.push_back(u * v > 0 ? 1 : 0);
        ++table.count;
      }
    }
  }
  return table;
}

}  // namespace

TEST_CASE("no linear map does better on exclusive or than ln 2 and 1/4") {
  const BestLinearLoss entropy = exclusive_or({.type = "binary_cross_entropy"}).best();
  CHECK(entropy.loss == Approx(std::numbers::ln2).epsilon(1e-15));
  CHECK(entropy.attained);
  const BestLinearLoss squares = exclusive_or({.type = "mse"}).best();
  CHECK(squares.loss == Approx(0.25).epsilon(1e-15));
  for (const BestLinearLoss& best : {entropy, squares}) {
    for (const double w : best.weight) CHECK(std::abs(w) < 1e-14);
  }
  Table two = exclusive_or({.type = "softmax_cross_entropy"});
  two.outputs = 2;
  CHECK(two.best().loss == Approx(std::numbers::ln2).epsilon(1e-15));
}

TEST_CASE("the best squares are those of the normal equations") {
  Table table{.inputs = 2, .outputs = 2, .count = 50, .loss = {.type = "mse"}};
  table.x = normals<double>(100, 1);
  table.y = normals<double>(100, 2);
  table.weights = normals<double>(50, 3);
  for (double& w : table.weights) w = w * w;
  table.weights[7] = 0;
  table.y[14] = 1e6;  // of a sample that weighs nothing

  // (Z' S Z) beta = Z' S y with Z = (1, x_1, x_2), by Cramer's rule, in long double.
  using Real = long double;
  Real a[3][3] = {}, r[2][3] = {}, total = 0, residue = 0;
  const auto z = [&](int j, std::size_t i) -> Real {
    return j == 0 ? 1 : table.x[2 * i + static_cast<std::size_t>(j) - 1];
  };
  for (std::size_t i = 0; i < 50; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) a[j][k] += table.weights[i] * z(j, i) * z(k, i);
      for (int o = 0; o < 2; ++o) r[o][j] += table.weights[i] * z(j, i) * table.y[2 * i + o];
    }
  }
  const auto determinant = [](const Real(&m)[3][3]) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  };
  const BestLinearLoss best = table.best();
  for (int o = 0; o < 2; ++o) {
    Real beta[3];
    for (int j = 0; j < 3; ++j) {
      Real replaced[3][3];
      for (int p = 0; p < 3; ++p) {
        for (int q = 0; q < 3; ++q) replaced[p][q] = q == j ? r[o][p] : a[p][q];
      }
      beta[j] = determinant(replaced) / determinant(a);
    }
    for (std::size_t i = 0; i < 50; ++i) {
      const Real error = beta[0] + beta[1] * z(1, i) + beta[2] * z(2, i) - table.y[2 * i + o];
      residue += table.weights[i] * error * error / 2;
      if (o == 0) total += table.weights[i];
    }
    CHECK(best.bias[o] == Approx(static_cast<double>(beta[0])).epsilon(1e-12));
    CHECK(best.weight[o] == Approx(static_cast<double>(beta[1])).epsilon(1e-12));
    CHECK(best.weight[2 + o] == Approx(static_cast<double>(beta[2])).epsilon(1e-12));
  }
  CHECK(best.loss == Approx(static_cast<double>(residue / total)).epsilon(1e-12));
  CHECK(OneLayer(table).loss_of(best) == Approx(best.loss).epsilon(1e-12));
}

TEST_CASE("the best cross-entropies are where gradient descent ends") {
  std::vector<Table> tables = {
      overlapping({.type = "binary_cross_entropy"}, 2),
      overlapping({.type = "softmax_cross_entropy"}, 4),
      overlapping({"softmax_cross_entropy", {{"temperature", 2.0}, {"label_smoothing", 0.1}}}, 3)};
  tables.push_back(tables[0]);
  tables.back().class_weights = {0.4, 3};
  tables.push_back(tables[2]);
  tables.back().class_weights = {1, 0.5, 2};
  tables.back().weights.assign(60, 1);
  for (std::size_t i = 0; i < 20; ++i) tables.back().weights[i] = 0.1 * static_cast<double>(i);
  for (const Table& table : tables) {
    const BestLinearLoss best = table.best();
    CHECK(best.attained);
    // The gradient of 1e-9 leaves at most its square over twice the least curvature, some 1e-16.
    CHECK(best.loss == Approx(OneLayer(table).descend(0.1)).epsilon(1e-11));
    CHECK(OneLayer(table).loss_of(best) == Approx(best.loss).epsilon(1e-12));
    CHECK(best.loss > 0.1);
  }
}

TEST_CASE("samples that can be separated have the infimum 0, which nothing attains") {
  for (const char* type : {"binary_cross_entropy", "softmax_cross_entropy"}) {
    Table table = overlapping({.type = type}, 2);
    for (std::size_t i = 0; i < 60; ++i)
      table.x[3 * i] = table.y[i] == 1 ? 1.01 : 1 - 0.1 * table.x[3 * i] * table.x[3 * i];
    const BestLinearLoss best = table.best();
    CHECK(best.loss == 0);
    CHECK_FALSE(best.attained);
    CHECK(OneLayer(table).loss_of(best) < std::numbers::ln2);
  }
  // With smoothed labels there is a minimum: the entropy of the targets bounds it from below.
  Table smooth = overlapping({"softmax_cross_entropy", {{"label_smoothing", 0.2}}}, 2);
  for (std::size_t i = 0; i < 60; ++i) smooth.x[3 * i] = smooth.y[i];
  const BestLinearLoss best = smooth.best();
  CHECK(best.attained);
  CHECK(best.loss == Approx(-0.9 * std::log(0.9) - 0.1 * std::log(0.1)).epsilon(1e-12));
}

TEST_CASE("where some samples can be separated and others not, the infimum is not attained") {
  // At x = 0 one sample of each class; at 1 class 1 alone, at -1 class 0. Weights that grow leave
  // the two of 0 with ln 2 each.
  const Table table{.inputs = 1,
                    .outputs = 1,
                    .count = 4,
                    .loss = {.type = "binary_cross_entropy"},
                    .x = {0, 0, 1, -1},
                    .y = {0, 1, 1, 0}};
  const BestLinearLoss best = table.best();
  CHECK(best.loss == Approx(std::numbers::ln2 / 2).epsilon(1e-11));
  CHECK_FALSE(best.attained);
}

TEST_CASE("inputs of any offset and size, constant and repeated ones, change nothing") {
  for (const Choice& loss : {Choice{.type = "binary_cross_entropy"}, Choice{.type = "mse"}}) {
    const Table plain = overlapping(loss, 2);
    Table wide = plain;
    if (loss.type == "mse") wide.outputs = 1;
    wide.inputs = 5;
    wide.x.clear();
    for (std::size_t i = 0; i < 60; ++i) {
      const double* x = plain.x.data() + 3 * i;
      wide.x.insert(wide.x.end(), {1e6 + 1e-3 * x[0], 7, 1e4 * x[1], x[2], 2 * x[2] - 1});
    }
    Table narrow = plain;
    narrow.outputs = 1;
    // 1e6 + 1e-3 x has lost seven digits of x, and the loss feels them in the second order.
    const BestLinearLoss best = wide.best();
    CHECK(best.loss == Approx(narrow.best().loss).epsilon(1e-6));
    CHECK(best.attained);
  }
}

TEST_CASE("few samples are fitted, one class has nothing to lose") {
  Table few{.inputs = 5, .outputs = 1, .count = 3, .loss = {.type = "mse"}};
  few.x = normals<double>(15);
  few.y = {1, -2, 300};
  CHECK(few.best().loss < 1e-20);
  Table one{.inputs = 1,
            .outputs = 1,
            .count = 1,
            .loss = {.type = "binary_cross_entropy"},
            .x = {2},
            .y = {1}};
  CHECK(one.best().loss == 0);
  one.loss.type = "softmax_cross_entropy";
  one.y = {0};
  CHECK(one.best().loss == 0);
  CHECK(one.best().attained);
}

TEST_CASE("what is left out or makes no sense is said") {
  Table table = overlapping({.type = "mae"}, 2);
  table.outputs = 1;
  const auto message = [](const Table& t) { return message_of<UsageError>([&] { t.best(); }); };
  CHECK(message(table).find("not for mae") != std::string::npos);
  table.loss.type = "huber";
  CHECK(message(table).find("not for huber") != std::string::npos);
  CHECK(why_no_best_linear_loss({.type = "softmax_cross_entropy"}, 784, 10, 100)
            ->find("7065 unknowns") != std::string::npos);
  CHECK(why_no_best_linear_loss({.type = "mse"}, 784, 10, 60000).has_value());
  CHECK_FALSE(why_no_best_linear_loss({.type = "mse"}, 784, 10, 6000).has_value());
  table = overlapping({.type = "binary_cross_entropy"}, 2);
  table.y[3] = 1e300;
  CHECK(message(table).find("sample 3 is no class of 2") != std::string::npos);
  table.y[3] = 2;
  CHECK(message(table).find("sample 3 is no class of 2") != std::string::npos);
  table.y[3] = std::nan("");
  CHECK(message(table).find("not finite") != std::string::npos);
  table.y[3] = 1;
  table.weights.assign(60, 0);
  CHECK(message(table).find("no sample weighs anything") != std::string::npos);
  table.weights[5] = -1;
  CHECK(message(table).find("a weight is not a number >= 0") != std::string::npos);
  LinearSamples samples = table.samples();
  samples.weights.columns = 59;
  CHECK(message_of<UsageError>([&] {
          best_linear_loss(table.loss, 1, samples);
        }).find("a weight each") != std::string::npos);
}

}  // namespace clino::test
