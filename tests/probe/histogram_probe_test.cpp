#include "probe/histogram_probe.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "core/random.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/extremes.hpp"

namespace clino::test {
namespace {

/// A net with one sample set after another on its tape.
template <class T>
struct HistogramNet {
  Model model;
  Parameters<T> parameters;
  Tape<T> tape;
  HistogramProbe<T> probe;

  explicit HistogramNet(std::vector<LayerSpec> layers, Index batch = 6)
      : model(build_model({.inputs = 3, .outputs = 2, .layers = std::move(layers)})),
        parameters(model.graph),
        tape(model.graph, parameters, {.max_batch = batch}),
        probe(model) {
    initialize(model, parameters, 1);
    run(1);
  }
  void run(double input_scale) {
    Random random(2, stream_id("histogram_test"));
    for (T& x : tape.input(model.input).elements()) {
      x = static_cast<T>(input_scale * random.normal());
    }
    for (T& y : tape.input(model.target).elements()) y = static_cast<T>(random.normal());
    parameters.zero_gradients();
    tape.forward({});
    tape.backward(model.loss);
  }
  void observe() { probe.observe(tape, parameters); }
  const HistogramRecord& record(Index layer, HistogramQuantity quantity) const {
    const auto found = std::ranges::find_if(probe.records(), [&](const HistogramRecord& r) {
      return r.layer == layer && r.quantity == quantity;
    });
    REQUIRE(found != probe.records().end());
    return *found;
  }
};

std::vector<LayerSpec> tanh_net() {
  return hidden_layers(std::vector<Index>{5, 4}, {.type = "tanh"});
}

std::uint64_t total(const HistogramRecord& r) {
  return std::accumulate(r.bins.begin(), r.bins.end(), r.underflow + r.overflow + r.nonfinite);
}

}  // namespace

TEMPLATE_TEST_CASE("each layer has the histograms of what it is", "", float, double) {
  HistogramNet<TestType> net(
      {{.choice = {.type = "dense", .options = {{"units", std::int64_t{4}}}}},
       {.choice = {.type = "batch_norm"}},
       {.choice = {.type = "prelu"}},
       {.choice = {.type = "tanh"}}});
  net.observe();
  using Q = HistogramQuantity;
  const std::vector<std::pair<Index, Q>> expected{
      {0, Q::weight},        {0, Q::gradient},   {0, Q::pre_activation}, {1, Q::weight},
      {1, Q::gradient},      {1, Q::activation}, {2, Q::weight},         {2, Q::gradient},
      {2, Q::activation},    {3, Q::activation}, {4, Q::weight},         {4, Q::gradient},
      {4, Q::pre_activation}};
  const auto records = net.probe.records();
  REQUIRE(records.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(records[i].layer == expected[i].first);
    CHECK(records[i].quantity == expected[i].second);
    const bool gradient = records[i].quantity == Q::gradient;
    CHECK((records[i].scale == HistogramScale::log10) == gradient);
    CHECK(records[i].low == (gradient ? -12 : -records[i].high));
    if (gradient) CHECK(records[i].high == 4);
  }
  CHECK(total(records[0]) == 12);
  CHECK(total(records[1]) == 12);
  CHECK(total(records[2]) == 24);
  CHECK(total(records[6]) == 1);
  CHECK(total(records[9]) == 24);
}

TEMPLATE_TEST_CASE("counts are those of the formula", "", float, double) {
  HistogramNet<TestType> net(tanh_net(), 50);
  net.observe();
  for (const HistogramRecord& r : net.probe.records()) {
    const Layer& layer = net.model.layers[static_cast<std::size_t>(r.layer)];
    const auto values = r.quantity == HistogramQuantity::weight
                            ? std::as_const(net.parameters).value(layer.weight).elements()
                        : r.quantity == HistogramQuantity::gradient
                            ? std::as_const(net.parameters).gradient(layer.weight).elements()
                            : net.tape.value(layer.output).elements();
    HistogramRecord expected;
    for (const TestType value : values) {
      const bool log10 = r.scale == HistogramScale::log10;
      const auto v = static_cast<long double>(value);
      const long double x = log10 ? std::log10(std::abs(v)) : v;
      const long double place = std::floor((x - r.low) / (r.high - r.low) * 32);
      if (place < 0) {
        ++expected.underflow;
      } else if (place >= 32) {
        ++expected.overflow;
      } else {
        ++expected.bins[static_cast<std::size_t>(place)];
      }
    }
    CHECK(r.bins == expected.bins);
    CHECK(r.underflow == expected.underflow);
    CHECK(r.overflow == expected.overflow);
    CHECK(r.nonfinite == 0);
    CHECK(total(r) == values.size());
  }
}

TEST_CASE("a range is four root mean squares, rounded up to 1, 2 or 5") {
  // Four times the root mean square, and what it becomes.
  const std::vector<std::pair<double, double>> cases{
      {1, 1},        {1.001, 2},      {2, 2},         {2.1, 5},       {5, 5},
      {5.1, 10},     {0.00013, 2e-4}, {4.9e-7, 5e-7}, {7e200, 1e201}, {3e-200, 5e-200},
      {0, 1},        {1.2e308, 1},    {1e-301, 1},    {kInfinity, 1}, {std::nan(""), 1},
      {4e307, 5e307}};
  for (const auto& [wide, range] : cases) {
    HistogramNet<double> net(tanh_net());
    std::ranges::fill(net.parameters.value(net.model.layers[0].weight).elements(), wide / 4);
    net.observe();
    INFO("4 rms " << wide);
    CHECK(net.record(0, HistogramQuantity::weight).high == Approx(range).epsilon(1e-14));
    CHECK(net.record(0, HistogramQuantity::weight).low ==
          -net.record(0, HistogramQuantity::weight).high);
    CHECK(total(net.record(0, HistogramQuantity::weight)) == 15);
  }
}

TEST_CASE("powers of ten are the nearest doubles, so that they are written short") {
  for (const double range : {1e-5, 5e-5, 2e-7, 5e-11, 2e3, 5e-3, 0.2, 0.5, 1e22}) {
    HistogramNet<double> net(tanh_net());
    std::ranges::fill(net.parameters.value(net.model.layers[0].weight).elements(), range / 4.1);
    net.observe();
    CHECK(net.record(0, HistogramQuantity::weight).high == range);
  }
}

TEST_CASE("edges stay where the first record put them, in a resumed run too") {
  HistogramNet<float> net(tanh_net());
  CHECK(std::ranges::count(net.probe.ranges(), 0) == std::ssize(net.probe.ranges()));
  net.observe();
  const HistogramRecord first = net.record(0, HistogramQuantity::pre_activation);
  CHECK(first.overflow + first.underflow == 0);
  net.run(1000);
  net.observe();
  const HistogramRecord later = net.record(0, HistogramQuantity::pre_activation);
  CHECK(later.high == first.high);
  CHECK(later.overflow + later.underflow > 0);

  HistogramProbe<float> resumed(net.model);
  resumed.restore(net.probe.ranges());
  resumed.observe(net.tape, net.parameters);
  for (std::size_t i = 0; i < net.probe.records().size(); ++i) {
    CHECK(resumed.records()[i].high == net.probe.records()[i].high);
    CHECK(resumed.records()[i].bins == net.probe.records()[i].bins);
  }
}

TEST_CASE("ranges that cannot be are refused") {
  HistogramNet<float> net(tanh_net());
  std::vector<double> ranges(net.probe.ranges().size());
  net.probe.restore(ranges);
  ranges[0] = -1;
  CHECK_THROWS_AS(net.probe.restore(ranges), UsageError);
  ranges[0] = kInfinity;
  CHECK_THROWS_AS(net.probe.restore(ranges), UsageError);
  ranges[0] = 2;
  ranges[1] = 2;  // a gradient's
  CHECK_THROWS_AS(net.probe.restore(ranges), UsageError);
  ranges[1] = 0;
  net.probe.restore(ranges);
  ranges.pop_back();
  CHECK_THROWS_WITH(net.probe.restore(ranges),
                    "histograms of another net: expected 11 ranges, found 10");
}

TEST_CASE("what is not finite is counted apart and moves no edge") {
  HistogramNet<float> net(tanh_net());
  net.observe();
  const double high = net.record(0, HistogramQuantity::pre_activation).high;
  net.tape.input(net.model.input)(0, 0) = std::numeric_limits<float>::quiet_NaN();
  net.tape.forward({});
  net.observe();
  CHECK(net.record(0, HistogramQuantity::pre_activation).nonfinite == 5);
  CHECK(net.record(0, HistogramQuantity::pre_activation).high == high);
  CHECK(total(net.record(0, HistogramQuantity::pre_activation)) == 30);
}

TEST_CASE("one unit, one sample") {
  HistogramNet<float> net(hidden_layers(std::vector<Index>{1}, {.type = "relu"}), 1);
  net.observe();
  CHECK(total(net.record(0, HistogramQuantity::pre_activation)) == 1);
  CHECK(total(net.record(1, HistogramQuantity::activation)) == 1);
  CHECK(total(net.record(0, HistogramQuantity::weight)) == 3);
}

TEST_CASE("observing histograms allocates nothing, the first time neither") {
  HistogramNet<float> net(tanh_net());
  const AllocationCount count;
  net.observe();
  net.observe();
  CHECK(count.since_start() == 0);
}

TEST_CASE("the cost of a histogram grows with what it counts") {
  const HistogramNet<float> net(tanh_net());
  const double none = histogram_cost(net.model, 0);
  CHECK(none > 0);
  // 5 + 5 + 4 + 4 + 2 outputs for each sample.
  CHECK(histogram_cost(net.model, 20) - none == Approx(20 * (histogram_cost(net.model, 1) - none)));
  CHECK((histogram_cost(net.model, 1) - none) / 20 > 1);
}

}  // namespace clino::test
