#include "probe/linear_collapse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "core/errors.hpp"
#include "core/tape.hpp"
#include "layers/activations/list.hpp"
#include "probe/affine_layers.hpp"
#include "probe/singular_values.hpp"

// Under a name of its own: see layers/draws.cpp.
#define Eigen clino_eigen
#include <Eigen/Core>

namespace clino {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

enum class MapKind { dense, normalization, same, residual, other };

/// An activation comes first: a user's may be called like anything.
MapKind map_kind(const Layer& layer) {
  if (layer.activation != nullptr) {
    return is_builtin<Identity>(*layer.activation) ? MapKind::same : MapKind::other;
  }
  if (layer.type == "dense") return MapKind::dense;
  if (layer.type == "batch_norm") return MapKind::normalization;
  if (layer.type == "dropout") return MapKind::same;
  return layer.type == "residual" ? MapKind::residual : MapKind::other;
}

/// From the net's input to some layer.
struct Chain {
  MatrixXd weight;
  VectorXd bias;
  MatrixXd weight_magnitude;
  VectorXd bias_magnitude;
  Index roundings = 0;
};

/// Puts chains together, for parameters of type T.
template <class T>
class Composer {
 public:
  Composer(const Model& model, const Parameters<T>& parameters)
      : model_(&model), parameters_(&parameters) {}

  Chain through(std::span<const Layer> layers, Chain chain) const {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = layers[i];
      switch (map_kind(layer)) {
        case MapKind::dense:
          pass_dense(layer, chain);
          break;
        case MapKind::normalization:
          pass_normalization(layer, chain);
          break;
        case MapKind::residual: {
          const std::span<const Layer> inner = inner_layers(layers.subspan(i));
          add(through(inner, chain), chain);
          i += inner.size();
          break;
        }
        case MapKind::same:
        case MapKind::other:  // refused before
          break;
      }
    }
    return chain;
  }

 private:
  /// A number that underflows is wrong by the smallest normal number of T at most, whether or not
  /// it is flushed to zero; an error that gamma, which is at least u, turns this magnitude into.
  static double underflow() {
    return static_cast<double>(std::numeric_limits<T>::min()) / unit_roundoff<T>();
  }

  void pass_dense(const Layer& layer, Chain& chain) const {
    const std::vector<double> values = values_in_double(*parameters_, layer.weight);
    const Eigen::Map<const MatrixXd> weight(values.data(), layer.outputs, layer.inputs);
    // A weight may itself be flushed; each of k products and k sums may underflow.
    const MatrixXd magnitude = weight.cwiseAbs().array() + underflow();
    chain.weight = (weight * chain.weight).eval();
    chain.bias = (weight * chain.bias).eval();
    chain.weight_magnitude = (magnitude * chain.weight_magnitude).eval();
    chain.bias_magnitude = (magnitude * chain.bias_magnitude).eval();
    chain.bias_magnitude.array() += static_cast<double>(2 * layer.inputs + 2) * underflow();
    add_bias(values_in_double(*parameters_, layer.bias), chain);
    chain.roundings += layer.inputs + 1;
  }

  void pass_normalization(const Layer& layer, Chain& chain) const {
    const FixedNormalization fixed = fixed_normalization(*model_, layer, *parameters_);
    const Eigen::Map<const VectorXd> scale(fixed.scale.data(), std::ssize(fixed.scale));
    const Eigen::Map<const VectorXd> mean(fixed.mean.data(), std::ssize(fixed.mean));
    const VectorXd magnitude = scale.cwiseAbs().array() + underflow();
    chain.weight.array().colwise() *= scale.array();
    chain.bias = scale.cwiseProduct(chain.bias - mean).eval();
    chain.weight_magnitude.array().colwise() *= magnitude.array();
    chain.bias_magnitude = magnitude.cwiseProduct(chain.bias_magnitude + mean.cwiseAbs()).eval();
    chain.bias_magnitude.array() += static_cast<double>(kNormalizationRoundings) * underflow();
    add_bias(fixed.bias, chain);
    chain.roundings += kNormalizationRoundings;
  }

  static void add_bias(const std::vector<double>& values, Chain& chain) {
    if (values.empty()) return;
    const Eigen::Map<const VectorXd> bias(values.data(), std::ssize(values));
    chain.bias += bias;
    chain.bias_magnitude += bias.cwiseAbs();
  }

  static void add(const Chain& inner, Chain& chain) {
    chain.weight += inner.weight;
    chain.bias += inner.bias;
    chain.weight_magnitude += inner.weight_magnitude;
    chain.bias_magnitude += inner.bias_magnitude;
    chain.roundings = std::max(chain.roundings, inner.roundings) + 1;
  }

  const Model* model_;
  const Parameters<T>* parameters_;
};

template <class M>
std::vector<double> elements_of(const M& matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

Index rank_of(const LinearCollapse& map) {
  const double gamma = rounding_gamma(map.roundings, unit_roundoff<double>());
  const Eigen::Map<const VectorXd> magnitude(map.weight_magnitude.data(),
                                             std::ssize(map.weight_magnitude));
  const auto sides = static_cast<double>(std::max(map.outputs, map.inputs));
  const double explained =
      gamma * magnitude.stableNorm() +
      sides * std::numeric_limits<double>::epsilon() * map.singular_values.front();
  return std::ranges::count_if(map.singular_values, [&](double s) { return s > explained; });
}

/// Adds the comparison of one column.
class Comparison {
 public:
  Comparison(const LinearCollapse& map, double unit_roundoff_of_tape)
      : weight_(map.weight.data(), map.outputs, map.inputs),
        bias_(map.bias.data(), map.outputs),
        weight_magnitude_(map.weight_magnitude.data(), map.outputs, map.inputs),
        bias_magnitude_(map.bias_magnitude.data(), map.outputs) {
    const double own = rounding_gamma(map.roundings + map.inputs + 4, unit_roundoff<double>());
    // The magnitudes are sums of products too: rounding may have made them smaller.
    factor_ = (rounding_gamma(map.roundings, unit_roundoff_of_tape) + own) / (1 - own);
  }

  template <class T>
  void add(std::span<const T> input, std::span<const T> answer, double underflow) {
    const Eigen::Map<const Eigen::Matrix<T, Eigen::Dynamic, 1>> raw(input.data(),
                                                                    std::ssize(input));
    const VectorXd x = raw.template cast<double>();
    const VectorXd expected = weight_ * x + bias_;
    const VectorXd size = x.cwiseAbs().array() + underflow;
    const VectorXd bounds = factor_ * (weight_magnitude_ * size + bias_magnitude_);
    for (Index i = 0; i < expected.size(); ++i) {
      const auto found = static_cast<double>(answer[static_cast<std::size_t>(i)]);
      add(std::abs(found - expected(i)), bounds(i));
    }
    ++result_.samples;
  }

  LinearDeviation result() const {
    LinearDeviation result = result_;
    result.certified = result.samples > 0 && result.largest_share <= 1;
    return result;
  }

 private:
  /// A NaN stays, whatever follows.
  static bool exceeds(double value, double largest) {
    return !(value <= largest) && !std::isnan(largest);
  }

  void add(double deviation, double bound) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    if (!std::isfinite(bound) || !std::isfinite(deviation)) deviation = kNan;
    if (exceeds(deviation, result_.largest) || result_.bound == 0) {
      result_.largest = deviation;
      result_.bound = bound;
    }
    const double share = deviation / bound;  // a bound is never 0: it has room for underflow
    if (exceeds(share, result_.largest_share)) result_.largest_share = share;
  }

  Eigen::Map<const MatrixXd> weight_;
  Eigen::Map<const VectorXd> bias_;
  Eigen::Map<const MatrixXd> weight_magnitude_;
  Eigen::Map<const VectorXd> bias_magnitude_;
  double factor_ = 0;
  LinearDeviation result_;
};

}  // namespace

std::optional<std::string> why_not_linear(const Model& model) {
  for (const Layer& layer : model.layers) {
    if (map_kind(layer) != MapKind::other) continue;
    const bool own = layer.activation != nullptr && layer.type == Identity::name;
    return layer_text(layer) + " is not linear: " +
           (own ? "it is an activation of your own, of which a name proves nothing; " : "") +
           "only dense, identity, dropout, batch_norm and residual blocks of these are";
  }
  return std::nullopt;
}

template <class T>
LinearCollapse linear_collapse(const Model& model, const Parameters<T>& parameters) {
  if (const auto reason = why_not_linear(model)) throw UsageError(*reason);
  const Index inputs = model.graph.shape(model.input).rows;
  const Chain chain =
      Composer<T>(model, parameters)
          .through(model.layers, {.weight = MatrixXd::Identity(inputs, inputs),
                                  .bias = VectorXd::Zero(inputs),
                                  .weight_magnitude = MatrixXd::Identity(inputs, inputs),
                                  .bias_magnitude = VectorXd::Zero(inputs)});
  LinearCollapse map{.outputs = chain.weight.rows(),
                     .inputs = inputs,
                     .weight = elements_of(chain.weight),
                     .bias = elements_of(chain.bias),
                     .weight_magnitude = elements_of(chain.weight_magnitude),
                     .bias_magnitude = elements_of(chain.bias_magnitude),
                     .roundings = chain.roundings};
  map.singular_values =
      singular_values(Matrix<const double>{map.weight.data(), map.outputs, map.inputs});
  map.rank = rank_of(map);
  return map;
}

template <class T>
LinearDeviation linear_deviation(const LinearCollapse& collapse, const Model& model,
                                 Parameters<T>& parameters, Matrix<const T> inputs) {
  if (inputs.rows != collapse.inputs) {
    throw ShapeError("linear_deviation: the net has " + std::to_string(collapse.inputs) +
                     " inputs, the samples have " + std::to_string(inputs.rows));
  }
  constexpr Index kBatch = 256;
  Tape<T> tape(model.graph, parameters, {.max_batch = kBatch, .mode = TapeMode::evaluate});
  Comparison comparison(collapse, unit_roundoff<T>());
  const double underflow = static_cast<double>(std::numeric_limits<T>::min()) / unit_roundoff<T>();
  for (Index first = 0; first < inputs.columns; first += kBatch) {
    const Index count = std::min(kBatch, inputs.columns - first);
    tape.set_batch(count);
    std::copy_n(inputs.data + first * inputs.rows, count * inputs.rows,
                tape.input(model.input).data);
    tape.forward({.mode = Mode::evaluate}, model.prediction);
    const Matrix<const T> answers = std::as_const(tape).value(model.prediction);
    for (Index j = 0; j < count; ++j) {
      comparison.add<T>(inputs.column(first + j), answers.column(j), underflow);
    }
  }
  return comparison.result();
}

#define CLINO_INSTANTIATE(T)                                                                     \
  template LinearCollapse linear_collapse(const Model&, const Parameters<T>&);                   \
  template LinearDeviation linear_deviation(const LinearCollapse&, const Model&, Parameters<T>&, \
                                            Matrix<const T>);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino
