#include "probe/signal_probe.hpp"

#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "tests/catch.hpp"
#include "tests/extremes.hpp"

namespace clino::test {
namespace {

/// dense and activation, the dense layer's weights the identity and its biases 0: what is put in
/// comes out of the first layer.
template <class T>
struct Passing {
  Model model;
  Parameters<T> parameters;
  Tape<T> tape;
  SignalProbe<T> probe;

  Passing(Index width, Index samples, const char* activation = "relu")
      : model(build_model(
            {.inputs = width,
             .outputs = 1,
             .layers = hidden_layers(std::vector<Index>{width}, {.type = activation})})),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = samples, .mode = TapeMode::evaluate}),
        probe(model) {
    for (Index i = 0; i < width; ++i) parameters.value(model.layers[0].weight)(i, i) = 1;
  }
  Matrix<T> input() { return tape.input(model.input); }
  void fill(double scale = 1) {
    Random random(3, stream_id("signal_test"));
    for (T& x : input().elements()) x = static_cast<T>(scale * random.normal());
  }
  const SignalRecord& observe(std::size_t layer = 0) {
    tape.forward({});
    probe.observe(tape);
    return probe.records()[layer];
  }
};

/// The cosines of all pairs of samples whose norms are not 0.
template <class T>
std::vector<long double> cosines(Matrix<const T> h) {
  std::vector<long double> all;
  for (Index i = 0; i < h.columns; ++i) {
    for (Index j = 0; j < h.columns; ++j) {
      long double dot = 0;
      long double left = 0;
      long double right = 0;
      for (Index k = 0; k < h.rows; ++k) {
        dot += static_cast<long double>(h(k, i)) * h(k, j);
        left += static_cast<long double>(h(k, i)) * h(k, i);
        right += static_cast<long double>(h(k, j)) * h(k, j);
      }
      if (i == j || left == 0 || right == 0) continue;
      all.push_back(dot / std::sqrt(left * right));
    }
  }
  return all;
}

template <class T>
double mean_cosine(Matrix<const T> h) {
  long double sum = 0;
  const std::vector<long double> all = cosines(h);
  for (const long double cosine : all) sum += cosine;
  return static_cast<double>(sum / static_cast<long double>(all.size()));
}

template <class T>
double cosine_deviation(Matrix<const T> h) {
  long double sum = 0;
  const double mean = mean_cosine(h);
  const std::vector<long double> all = cosines(h);
  for (const long double cosine : all) sum += (cosine - mean) * (cosine - mean);
  return static_cast<double>(std::sqrt(sum / static_cast<long double>(all.size())));
}

}  // namespace

TEMPLATE_TEST_CASE("the signal is what its formulas say, at every layer", "", float, double) {
  Passing<TestType> net(5, 12);
  net.fill();
  for (const std::size_t i : {0U, 1U}) {
    const SignalRecord record = net.observe(i);
    const Matrix<const TestType> output = net.tape.value(net.model.layers[i].output);
    long double square = 0;
    for (const TestType z : output.elements()) square += static_cast<long double>(z) * z;
    CHECK(record.layer == static_cast<Index>(i));
    CHECK(record.samples == 12);
    CHECK(record.mean_square == Approx(double(square / output.size())).epsilon(1e-13));
    REQUIRE(record.cosine_similarity.has_value());
    CHECK(*record.cosine_similarity == Approx(mean_cosine(output)).epsilon(1e-12));
    REQUIRE(record.cosine_deviation.has_value());
    CHECK(*record.cosine_deviation == Approx(cosine_deviation(output)).epsilon(1e-10));
    long double off = 0;
    for (Index j = 0; j < 12; ++j) {
      long double own = 0;
      for (const TestType z : output.column(j)) own += static_cast<long double>(z) * z / 5;
      off += (own - square / output.size()) * (own - square / output.size()) / 12;
    }
    CHECK(record.mean_square_deviation == Approx(double(std::sqrt(off))).epsilon(1e-11));
    CHECK(record.effective_rank > 1);
    CHECK(record.effective_rank <= 5);
  }
  const SignalRecord& last = net.observe(2);  // its weights are 0
  CHECK(last.mean_square == 0);
  CHECK(last.mean_square_deviation == 0);
  CHECK_FALSE(last.cosine_similarity.has_value());
  CHECK_FALSE(last.cosine_deviation.has_value());
  CHECK(last.effective_rank == 0);
}

TEMPLATE_TEST_CASE("orthogonal samples", "", float, double) {
  Passing<TestType> net(6, 4);
  for (Index j = 0; j < 4; ++j) net.input()(j, j) = TestType(-2);
  const SignalRecord& record = net.observe();
  CHECK(record.mean_square == Approx(4.0 / 6));
  CHECK(*record.cosine_similarity == Approx(0).margin(1e-15));
  CHECK(record.effective_rank == Approx(4).epsilon(1e-12));
}

TEMPLATE_TEST_CASE("samples on one line", "", float, double) {
  Passing<TestType> net(6, 4);
  for (Index j = 0; j < 4; ++j) {
    for (Index i = 0; i < 6; ++i) net.input()(i, j) = static_cast<TestType>((i + 1) * (1 << j));
  }
  CHECK(*net.observe().cosine_similarity == Approx(1).epsilon(1e-14));
  CHECK(*net.observe().cosine_similarity <= 1);
  CHECK(net.observe().effective_rank == Approx(1).epsilon(1e-12));
  // Two against two: 4 pairs of one sign, 8 of the other.
  for (Index i = 0; i < 6; ++i) {
    net.input()(i, 0) *= -1;
    net.input()(i, 1) *= -1;
  }
  CHECK(*net.observe().cosine_similarity == Approx((4.0 - 8.0) / 12));
  CHECK(*net.observe().cosine_deviation == Approx(std::sqrt(1 - 1.0 / 9)));
}

TEMPLATE_TEST_CASE("rank in closed form: two sizes of orthogonal samples", "", float, double) {
  Passing<TestType> net(2, 2);
  net.input()(0, 0) = 3;
  net.input()(1, 1) = 1;
  CHECK(net.observe().effective_rank == Approx(4 / std::pow(3, 0.75)).epsilon(1e-12));
}

TEST_CASE("huge and tiny signals have their cosines and ranks") {
  Passing<double> net(5, 9);
  net.fill();
  const SignalRecord usual = net.observe();
  for (const double scale : {1e-300, 1e-200, 1e200, 1e300}) {
    net.fill(scale);
    const SignalRecord& record = net.observe();
    INFO("scale " << scale);
    CHECK(*record.cosine_similarity == Approx(*usual.cosine_similarity).epsilon(1e-12));
    CHECK(*record.cosine_deviation == Approx(*usual.cosine_deviation).epsilon(1e-10));
    CHECK(record.effective_rank == Approx(usual.effective_rank).epsilon(1e-12));
    CHECK(record.mean_square == (scale > 1 ? kInfinity : 0));
  }
  net.fill(1e150);
  CHECK(net.observe().mean_square == Approx(1e300 * usual.mean_square));
  CHECK(net.observe().mean_square_deviation == Approx(1e300 * usual.mean_square_deviation));
  Passing<float> single(5, 9);
  single.fill(1e-30);
  CHECK(single.observe().mean_square == Approx(1e-60 * usual.mean_square).epsilon(1e-5));
  CHECK(single.observe().effective_rank == Approx(usual.effective_rank).epsilon(1e-5));
}

TEST_CASE("samples without a direction are left out") {
  Passing<double> net(3, 4);
  net.input()(0, 1) = 2;
  CHECK_FALSE(net.observe().cosine_similarity.has_value());
  CHECK(net.observe().effective_rank == Approx(1).epsilon(1e-14));
  net.input()(0, 3) = 1;
  net.input()(1, 3) = 1;
  CHECK(*net.observe().cosine_similarity == Approx(std::sqrt(0.5)));
}

TEST_CASE("one sample, one unit") {
  Passing<double> sample(4, 1);
  sample.fill();
  CHECK_FALSE(sample.observe().cosine_similarity.has_value());
  CHECK(sample.observe().effective_rank == Approx(1).epsilon(1e-14));
  CHECK(sample.observe().samples == 1);
  Passing<double> unit(1, 4);
  for (Index j = 0; j < 4; ++j) unit.input()(0, j) = j == 0 ? -1 : 2;
  CHECK(*unit.observe().cosine_similarity == Approx(0).margin(1e-15));  // 3 pairs of each sign
  CHECK(unit.observe().effective_rank == Approx(1).epsilon(1e-14));
}

TEST_CASE("a signal that is not finite has no direction") {
  for (const double bad : {kInfinity, -kInfinity, std::nan("")}) {
    Passing<double> net(3, 4, "tanh");
    net.fill();
    net.input()(1, 2) = bad;
    const SignalRecord& record = net.observe();
    CHECK_FALSE(std::isfinite(record.mean_square));
    REQUIRE(record.cosine_similarity.has_value());
    CHECK(std::isnan(*record.cosine_similarity));
    REQUIRE(record.cosine_deviation.has_value());
    CHECK(std::isnan(*record.cosine_deviation));
    CHECK_FALSE(std::isfinite(record.mean_square_deviation));
    CHECK(std::isnan(record.effective_rank));
  }
}

TEST_CASE("a smaller batch counts its own samples") {
  Passing<double> net(3, 8);
  net.fill();
  net.tape.set_batch(5);
  CHECK(net.observe().samples == 5);
  CHECK(*net.observe().cosine_similarity ==
        Approx(mean_cosine(net.tape.value(net.model.layers[0].output))));
}

TEST_CASE("the cost of the signal grows with layers and samples") {
  const Passing<double> net(8, 2);
  CHECK(signal_cost(net.model, 16) > signal_cost(net.model, 8));
  const Passing<double> wide(16, 2);
  CHECK(signal_cost(wide.model, 16) > signal_cost(net.model, 16));
}

}  // namespace clino::test
