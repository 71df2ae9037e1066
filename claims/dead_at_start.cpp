#include "claims/dead_at_start.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "claims/units.hpp"
#include "core/random.hpp"
#include "core/tape.hpp"
#include "probe/layer_probe.hpp"

namespace clino::claims {

namespace {

constexpr std::uint32_t kStream = stream_id("claim dying-units");

double normal_cdf(double x) { return std::erfc(-x / std::numbers::sqrt2) / 2; }

ModelSpec relu_spec(Index inputs, std::span<const Index> widths, const Choice& init) {
  return {.inputs = inputs,
          .outputs = 1,
          .layers = hidden_layers(widths, {.type = "relu"}),
          .init = init,
          .loss = {.type = "mse"}};
}

/// One pass both ways, and what the probe says of the activations then: share of dead units.
template <class T>
std::vector<double> look(Tape<T>& tape, const Model& model, Parameters<T>& parameters,
                         LayerProbe<T>& probe) {
  tape.forward({});
  parameters.zero_gradients();
  tape.backward(model.loss);
  probe.observe(tape, parameters);
  std::vector<double> dead;
  for (const std::size_t layer : activation_layers(model)) {
    dead.push_back(probe.records()[layer].dead_fraction);
  }
  return dead;
}

template <class T>
std::vector<double> dead_of_net(const Setting& setting, const BiasNets& nets,
                                std::span<const double> biases, std::uint64_t seed) {
  const Choice init{.type = "normal", .options = {{"sigma_w", 1.0}}};
  Net<T> net = make_net<T>(relu_spec(nets.inputs, std::span(&nets.units, 1), init), setting, seed);
  Tape<T> tape(net.model.graph, net.parameters,
               {.max_batch = nets.samples, .mode = TapeMode::train});
  LayerProbe<T> probe(net.model, net.parameters);
  Random random(seed, kStream);
  for (T& x : tape.input(net.model.input).elements()) x = static_cast<T>(random.normal());
  std::ranges::fill(tape.input(net.model.target).elements(), T{0});
  std::vector<double> dead;
  for (const double b : biases) {
    std::ranges::fill(net.parameters.value(net.model.layers.front().bias).elements(),
                      static_cast<T>(-b));
    dead.push_back(look(tape, net.model, net.parameters, probe).front());
  }
  return dead;
}

template <class T>
Index count_dead(const Setting& setting, Index width, Index depth, std::uint64_t first,
                 std::uint64_t count) {
  const std::vector<Index> widths(static_cast<std::size_t>(depth), width);
  const ModelSpec spec = relu_spec(width, widths, {.type = "he_normal"});
  Net<T> net = make_net<T>(spec, setting, first);
  constexpr Index kOnRay = 3;
  Tape<T> tape(net.model.graph, net.parameters, {.max_batch = kOnRay, .mode = TapeMode::train});
  LayerProbe<T> probe(net.model, net.parameters);
  std::ranges::fill(tape.input(net.model.target).elements(), T{0});
  const Matrix<T> x = tape.input(net.model.input);
  Index dead = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    initialize(net.model, net.parameters, seed);
    Random random(seed, kStream);
    for (Index i = 0; i < width; ++i) {
      const double direction = random.normal();
      for (Index j = 0; j < kOnRay; ++j) {
        x(i, j) = static_cast<T>(direction * static_cast<double>(1 + 2 * j));
      }
    }
    const std::vector<double> shares = look(tape, net.model, net.parameters, probe);
    dead += std::ranges::find(shares, 1.0) != shares.end() ? 1 : 0;
  }
  return dead;
}

template <class T>
std::vector<double> inactive(const Setting& setting, std::span<const Index> widths,
                             std::uint64_t seed) {
  const Index inputs = widths.front();
  Net<T> net = make_net<T>(relu_spec(inputs, widths, {.type = "he_normal"}), setting, seed);
  Tape<T> tape(net.model.graph, net.parameters, {.max_batch = 2, .mode = TapeMode::train});
  LayerProbe<T> probe(net.model, net.parameters);
  std::ranges::fill(tape.input(net.model.target).elements(), T{0});
  const Matrix<T> x = tape.input(net.model.input);
  const Index block = inputs / (2 * kMapPairs);
  std::vector<double> means(widths.size());
  for (Index pair = 0; pair < kMapPairs; ++pair) {
    std::ranges::fill(x.elements(), T{0});
    for (Index column = 0; column < 2; ++column) {
      std::fill_n(&x((2 * pair + column) * block, column), block, T{1});
    }
    const std::vector<double> dead = look(tape, net.model, net.parameters, probe);
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += dead[i] / kMapPairs;
  }
  return means;
}

}  // namespace

double predicted_dead(const BiasNets& nets, double b) {
  // Simpson's rule over x = sqrt(inputs) |w|, of density x^(d - 1) e^(-x^2 / 2) / (2^(d / 2 - 1)
  // Gamma(d / 2)). Beyond sqrt(d) + 10 lies less than e^-50 of it.
  const auto d = static_cast<double>(nets.inputs);
  const double log_scale = (d / 2 - 1) * std::numbers::ln2 + std::lgamma(d / 2);
  constexpr int kPanels = 4000;
  const double step = (std::sqrt(d) + 10) / kPanels;
  double sum = 0;
  for (int i = 1; i <= kPanels; ++i) {  // the density at 0 is 0
    const double x = step * i;
    const double density = std::exp((d - 1) * std::log(x) - x * x / 2 - log_scale);
    const double below = normal_cdf(b / (x / std::sqrt(d)));
    const double weight = i == kPanels ? 1 : (i % 2 == 1 ? 4 : 2);
    sum += weight * density * std::pow(below, static_cast<double>(nets.samples));
  }
  return sum * step / 3;
}

std::vector<std::vector<double>> dead_by_bias(const Setting& setting, const BiasNets& nets,
                                              std::span<const double> biases) {
  const auto by_net = for_each_index(setting, nets.nets, [&](std::size_t i) {
    return with_dtype(setting, [&](auto zero) {
      return dead_of_net<decltype(zero)>(setting, nets, biases, seed_of(setting, i));
    });
  });
  std::vector<std::vector<double>> by_bias(biases.size());
  for (std::size_t k = 0; k < biases.size(); ++k) {
    for (const std::vector<double>& each : by_net) by_bias[k].push_back(each[k]);
  }
  return by_bias;
}

Index count_dead_nets(const Setting& setting, Index width, Index depth, Index nets) {
  constexpr Index kTogether = 1000;  // one recording serves them all
  const auto counts =
      for_each_index(setting, static_cast<std::size_t>(nets / kTogether), [&](std::size_t i) {
        return with_dtype(setting, [&](auto zero) {
          return count_dead<decltype(zero)>(setting, width, depth, seed_of(setting, i * kTogether),
                                            kTogether);
        });
      });
  Index sum = 0;
  for (const Index count : counts) sum += count;
  return sum;
}

std::vector<std::vector<double>> inactive_on_both(const Setting& setting) {
  const std::vector<Index> widths(kMapDepth, kMapWidth);
  const auto by_net = for_each_index(setting, kMapNets, [&](std::size_t i) {
    return with_dtype(setting, [&](auto zero) {
      return inactive<decltype(zero)>(setting, widths, seed_of(setting, i));
    });
  });
  std::vector<std::vector<double>> by_layer(kMapDepth);
  for (const std::vector<double>& each : by_net) {
    for (std::size_t layer = 0; layer < kMapDepth; ++layer) by_layer[layer].push_back(each[layer]);
  }
  return by_layer;
}

double map_bias(std::size_t layer) { return static_cast<double>(layer - 1) / (4. * kMapWidth); }

}  // namespace clino::claims
