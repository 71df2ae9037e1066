#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <type_traits>
#include <vector>

#include "core/grad_check.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "tests/catch.hpp"
#include "tests/layers/activation_reference.hpp"

using namespace clino;

namespace {

/// An activation recorded on an input [rows, batch], ready to run.
template <class T>
class Net {
 public:
  Net(const Activation& activation, Index rows, Index max_batch) {
    Graph graph;
    x = graph.input("x", rows);
    const RecordedActivation recorded = activation.record(graph, x, "layer");
    y = recorded.output;
    parameters_ = std::make_unique<Parameters<T>>(graph);
    if (recorded.weight.valid()) {
      parameters_->values()[0] = static_cast<T>(recorded.initial_weight);
    }
    tape_ = std::make_unique<Tape<T>>(
        graph, *parameters_,
        TapeOptions{.max_batch = max_batch, .mode = TapeMode::probe, .gradient_of = {x}});
  }

  /// y and dL/dx for x and dL/dy, one after the other.
  std::vector<T> run(const std::vector<T>& input, const std::vector<T>& upstream) {
    const Index rows = tape_->value(x).rows;
    tape_->set_batch(static_cast<Index>(input.size()) / rows);
    std::copy(input.begin(), input.end(), tape_->input(x).data);
    const StepContext step = {.mode = Mode::evaluate};
    tape_->forward(step);
    const Matrix<const T> value = tape_->value(y);
    tape_->backward(y, {upstream.data(), value.rows, value.columns});
    std::vector<T> found(value.elements().begin(), value.elements().end());
    const auto gradient = tape_->gradient(x).elements();
    found.insert(found.end(), gradient.begin(), gradient.end());
    return found;
  }

  Var x, y;

 private:
  std::unique_ptr<Parameters<T>> parameters_;
  std::unique_ptr<Tape<T>> tape_;
};

template <class T>
std::vector<T> draw(std::size_t count, double scale, std::uint32_t stream) {
  Random random(1, stream);
  std::vector<T> values(count);
  for (T& value : values) value = static_cast<T>(scale * random.normal());
  return values;
}

/// Whether `count` numbers have the same bits, or are both NaN, of which there are many.
template <class T>
bool same_bits(const T* a, const T* b, std::size_t count) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::equal(a, a + count, b, [](T x, T y) {
    return std::isnan(x) ? std::isnan(y) : std::bit_cast<Bits>(x) == std::bit_cast<Bits>(y);
  });
}

/// Numbers that vector code is most likely to treat differently from a single one.
template <class T>
std::vector<T> awkward(std::size_t count, std::uint32_t stream) {
  std::vector<T> values = draw<T>(count, 4, stream);
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  const T special[] = {0,     T{300}, T{-300},    kInfinity,
                       T{-3}, T{6},   -kInfinity, std::numeric_limits<T>::quiet_NaN()};
  for (std::size_t i = 0; i < count; i += 5) values[i] = special[i / 5 % std::size(special)];
  return values;
}

}  // namespace

TEMPLATE_TEST_CASE("a block gives the bits that single numbers give", "[activation]", float,
                   double) {
  using T = TestType;
  for (const auto& activation : elementwise_activations()) {
    Net<T> wide(*activation, 1, 70);
    Net<T> tall(*activation, 70, 1);
    Net<T> single(*activation, 1, 1);
    const std::vector<T> x = awkward<T>(70, 2);
    const std::vector<T> upstream = draw<T>(70, 1, 3);
    std::vector<T> expected(140);
    for (std::size_t i = 0; i < 70; ++i) {
      const std::vector<T> one = single.run({x[i]}, {upstream[i]});
      expected[i] = one[0];
      expected[70 + i] = one[1];
    }
    for (std::size_t count = 1; count <= 70; ++count) {
      const auto end = static_cast<std::ptrdiff_t>(count);
      const std::vector<T> found =
          wide.run({x.begin(), x.begin() + end}, {upstream.begin(), upstream.begin() + end});
      INFO(activation->name() << ", " << count << " elements");
      CHECK(same_bits(found.data(), expected.data(), count));
      CHECK(same_bits(found.data() + count, expected.data() + 70, count));
    }
    const std::vector<T> found = tall.run(x, upstream);
    CHECK(same_bits(found.data(), expected.data(), 140));
  }
}

TEMPLATE_TEST_CASE("a recorded block agrees with the formula", "[activation]", float, double) {
  using T = TestType;
  // Slopes may come from y, so they are held to absolute digits; the relative ones are elsewhere.
  const double tolerance = 16 * static_cast<double>(std::numeric_limits<T>::epsilon());
  for (const auto& activation : elementwise_activations()) {
    Net<T> net(*activation, 7, 9);
    const ExactFunction exact = reference(activation->choice());
    const std::vector<T> x = draw<T>(63, 3, 4);
    const std::vector<T> upstream = draw<T>(63, 3, 5);
    const std::vector<T> found = net.run(x, upstream);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto y = static_cast<double>(exact(static_cast<Exact>(x[i])));
      const double slope = activation->slope(static_cast<double>(x[i]));
      INFO(activation->name() << " at " << x[i]);
      CHECK(static_cast<double>(found[i]) == Approx(y).epsilon(tolerance).margin(0));
      CHECK(static_cast<double>(found[63 + i]) == Approx(slope * static_cast<double>(upstream[i]))
                                                      .epsilon(tolerance)
                                                      .margin(8 * tolerance));
    }
  }
}

TEMPLATE_TEST_CASE("a recorded block keeps NaN and has the limits at infinity", "[activation]",
                   float, double) {
  using T = TestType;
  constexpr T kInfinity = std::numeric_limits<T>::infinity();
  for (const auto& activation : elementwise_activations()) {
    // Enough of them for vector code and for a rest.
    std::vector<T> x(35, -kInfinity);
    for (std::size_t i = 0; i < x.size(); i += 3) x[i] = kInfinity;
    for (std::size_t i = 1; i < x.size(); i += 3) x[i] = std::numeric_limits<T>::quiet_NaN();
    Net<T> net(*activation, 5, 7);
    const std::vector<T> found = net.run(x, std::vector<T>(35, 1));
    INFO(activation->name());
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i])) {
        CHECK(std::isnan(found[i]));
        continue;
      }
      const auto limit = static_cast<T>(activation->value(static_cast<double>(x[i])));
      CHECK((found[i] == limit || found[i] == Approx(limit).margin(1e-6)));
      CHECK(found[35 + i] == Approx(activation->slope(static_cast<double>(x[i]))).margin(1e-6));
    }
  }
}

TEST_CASE("a slope of 0 has no limit at -infinity, as in PyTorch", "[activation]") {
  for (const Choice& choice : {Choice{.type = "leaky_relu", .options = {{"slope", 0.0}}},
                               Choice{.type = "prelu", .options = {{"initial", 0.0}}}}) {
    const auto activation = make_activation(choice);
    CHECK(std::isnan(activation->value(-std::numeric_limits<double>::infinity())));
    CHECK(activation->value(-std::numeric_limits<double>::max()) == 0);
  }
}

TEST_CASE("recorded activations pass the gradient check", "[activation]") {
  for (const CatalogueEntry& entry : activation_catalogue()) {
    if (entry.name == "prelu") continue;  // its slope is a parameter: activation_gates_test.cpp
    const auto activation = make_activation({.type = entry.name});
    std::vector<double> x = draw<double>(35, 2, 6);
    for (double& value : x) {
      while (near_kink(*activation, value, 0.1)) value += 0.07;
    }
    const auto function = [&](Graph& graph, std::span<const Var> operands) {
      return activation->record(graph, operands[0], "layer").output;
    };
    const GradCheckResult result =
        grad_check(function, {{.rows = 5, .columns = 7, .values = x, .batched = true}},
                   {.context = {.mode = Mode::evaluate}});
    INFO(entry.name << ": " << result.where << ", error " << result.largest_error);
    CHECK(result.passed);
  }
}

namespace {

struct Counted {
  Index below = 0;
  std::vector<unsigned char> alive;
};

template <class T>
Counted count(const Activation& activation, const std::vector<T>& x, Index rows, T threshold) {
  Counted counted{.alive = std::vector<unsigned char>(static_cast<std::size_t>(rows), 7)};
  const Index columns = rows == 0 ? 0 : static_cast<Index>(x.size()) / rows;
  activation.count_below({x.data(), rows, columns}, threshold, {}, counted.alive, counted.below);
  return counted;
}

}  // namespace

TEMPLATE_TEST_CASE("count_below counts elements and finds units", "[activation]", float, double) {
  using T = TestType;
  for (const auto& activation : elementwise_activations()) {
    const T threshold = static_cast<T>(0.35 * activation->max_slope());
    for (const Index rows : {1, 3, 16, 513, 1100}) {
      // Five columns; narrow ones over and over, so that they fill more than one chunk.
      std::vector<T> x = draw<T>(static_cast<std::size_t>(rows * 5), 6, 7);
      const std::size_t first = x.size();
      const auto size = static_cast<std::size_t>(rows * (rows < 100 ? 201 : 5));
      x.resize(size);
      for (std::size_t i = first; i < size; ++i) x[i] = x[i - first];
      const Counted counted = count(*activation, x, rows, threshold);
      Index below = 0;
      std::vector<unsigned char> alive(static_cast<std::size_t>(rows), 0);
      for (std::size_t i = 0; i < x.size(); ++i) {
        const bool low =
            std::abs(activation->slope(static_cast<double>(x[i]))) < static_cast<double>(threshold);
        below += low;
        if (!low) alive[i % static_cast<std::size_t>(rows)] = 1;
      }
      INFO(activation->name() << ", " << rows << " units");
      CHECK(counted.below == below);
      CHECK((counted.alive == alive));
    }
  }
}

TEST_CASE("count_below at its edges", "[activation]") {
  const auto relu = make_activation({.type = "relu"});
  const float nan = std::numeric_limits<float>::quiet_NaN();
  SECTION("a unit that is dead on every sample, one that is not, one that is NaN") {
    const Counted counted = count<float>(*relu, {-1, -1, nan, -2, 3, nan}, 3, 1e-3F);
    CHECK(counted.below == 3);
    CHECK(counted.alive == std::vector<unsigned char>{0, 1, 1});
  }
  SECTION("NaN is not below") {
    const Counted counted = count<float>(*make_activation({.type = "tanh"}), {nan}, 1, 1e-3F);
    CHECK(counted.below == 0);
    CHECK(counted.alive == std::vector<unsigned char>{1});
  }
  SECTION("float tanh at 9.2, where 1 - y^2 comes out three times too large") {
    CHECK(count<float>(*make_activation({.type = "tanh"}), {9.2F}, 1, 1e-7F).below == 1);
  }
  SECTION("prelu is counted with what it has learned, and with its first slope before") {
    const auto prelu = make_activation({.type = "prelu"});  // first slope 0.25
    const std::vector<float> x = {-1, 1};
    const std::vector<float> learned = {1e-3F};
    for (const bool trained : {false, true}) {
      std::vector<unsigned char> alive(2);
      Index below = 0;
      prelu->count_below(Matrix<const float>{x.data(), 2, 1}, 0.1F,
                         trained ? std::span<const float>(learned) : std::span<const float>{},
                         alive, below);
      CHECK(below == (trained ? 1 : 0));
      CHECK(alive == std::vector<unsigned char>{static_cast<unsigned char>(!trained), 1});
    }
  }
  SECTION("nothing at all") {
    CHECK(count<float>(*relu, {}, 4, 1e-3F).alive == std::vector<unsigned char>(4, 0));
    CHECK(count<float>(*relu, {}, 0, 1e-3F).below == 0);
  }
}
