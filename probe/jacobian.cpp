#include "probe/jacobian.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include "layers/activations/activation.hpp"
#include "probe/singular_values.hpp"

namespace clino {

namespace {

/// Adds up the spectra of single samples.
class Spectrum {
 public:
  void add(const std::vector<double>& values) {
    // Not as squares: these would leave the range of double long before the values do.
    norms_.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) norms_[i] = std::hypot(norms_[i], values[i]);
    const double largest = values.empty() ? 0 : values.front();
    // A NaN stays, whatever follows.
    if (!(largest <= largest_)) largest_ = std::isnan(largest_) ? largest_ : largest;
    ++samples_;
  }

  JacobianRecord record(std::optional<Index> layer) const {
    JacobianRecord record{.layer = layer, .largest = largest_, .samples = samples_};
    for (const double norm : norms_) {
      record.singular_values.push_back(norm / std::sqrt(static_cast<double>(samples_)));
    }
    return record;
  }

 private:
  std::vector<double> norms_;
  double largest_ = 0;
  Index samples_ = 0;
};

/// How a layer's Jacobian is come by.
enum class FactorKind {
  same,      ///< the output is the input
  weight,    ///< a dense layer: its weight, whatever the sample
  diagonal,  ///< an elementwise activation: all slopes by one product
  any,       ///< row by row
};

FactorKind factor_kind(const Layer& layer) {
  if (layer.input == layer.output) return FactorKind::same;
  if (layer.type == "dense") return FactorKind::weight;
  const bool elementwise = layer.activation != nullptr && layer.activation->elementwise();
  return elementwise ? FactorKind::diagonal : FactorKind::any;
}

std::vector<double> spectrum_of(const std::vector<double>& elements, Index rows, Index columns) {
  return singular_values(Matrix<const double>{elements.data(), rows, columns});
}

/// Sizes of the diagonal of a diagonal Jacobian, descending.
template <class T>
std::vector<double> diagonal(Tape<T>& tape, Var output, Var input) {
  const std::vector<T> ones(static_cast<std::size_t>(tape.value(output).rows), T{1});
  tape.backward(output, Matrix<const T>{ones.data(), std::ssize(ones), 1});
  std::vector<double> sizes;
  for (const T slope : tape.gradient(input).elements()) {
    sizes.push_back(std::abs(static_cast<double>(slope)));
  }
  const bool finite = std::ranges::all_of(sizes, [](double s) { return std::isfinite(s); });
  if (!finite) std::ranges::fill(sizes, std::numeric_limits<double>::quiet_NaN());
  std::ranges::sort(sizes, std::greater<>());
  return sizes;
}

template <class T>
std::vector<double> weight_spectrum(const Layer& layer, const Parameters<T>& parameters) {
  const Matrix<const T> weight = parameters.value(layer.weight);
  const std::vector<double> elements(weight.data, weight.data + weight.size());
  return spectrum_of(elements, weight.rows, weight.columns);
}

/// A tape that differentiates nothing below one value.
template <class T>
Tape<T> tape_above(const Model& model, Parameters<T>& parameters, Var input) {
  return Tape<T>(model.graph, parameters,
                 {.max_batch = 1, .mode = TapeMode::probe, .gradient_of = {input}});
}

template <class T>
Spectrum sampled(Tape<T> tape, Var output, Var input, Index samples, const FillSample<T>& fill,
                 bool is_diagonal) {
  Spectrum spectrum;
  for (Index sample = 0; sample < samples; ++sample) {
    fill(tape, sample);
    tape.forward({.mode = Mode::evaluate, .sample_indices = std::span(&sample, 1)}, output);
    if (is_diagonal) {
      spectrum.add(diagonal(tape, output, input));
    } else {
      const std::vector<double> elements = jacobian(tape, output, input);
      spectrum.add(spectrum_of(elements, tape.value(output).rows, tape.value(input).rows));
    }
  }
  return spectrum;
}

template <class T>
Spectrum layer_spectrum(const Model& model, const Layer& layer, Parameters<T>& parameters,
                        Index samples, const FillSample<T>& fill) {
  Spectrum spectrum;
  switch (factor_kind(layer)) {
    case FactorKind::same:
      spectrum.add(std::vector<double>(static_cast<std::size_t>(layer.outputs), 1.0));
      return spectrum;
    case FactorKind::weight:
      spectrum.add(weight_spectrum(layer, std::as_const(parameters)));
      return spectrum;
    case FactorKind::diagonal:
    case FactorKind::any:
      break;
  }
  return sampled(tape_above(model, parameters, layer.input), layer.output, layer.input, samples,
                 fill, factor_kind(layer) == FactorKind::diagonal);
}

}  // namespace

template <class T>
std::vector<double> jacobian(Tape<T>& tape, Var output, Var input) {
  const Index rows = tape.value(output).rows;
  const Index columns = tape.value(input).rows;
  std::vector<double> elements(static_cast<std::size_t>(rows * columns));
  std::vector<T> upstream(static_cast<std::size_t>(rows));
  for (Index i = 0; i < rows; ++i) {
    upstream[static_cast<std::size_t>(i)] = 1;
    tape.backward(output, Matrix<const T>{upstream.data(), rows, 1});
    upstream[static_cast<std::size_t>(i)] = 0;
    const Matrix<const T> row = tape.gradient(input);
    for (Index j = 0; j < columns; ++j) {
      elements[static_cast<std::size_t>(i + j * rows)] = static_cast<double>(row(j, 0));
    }
  }
  return elements;
}

template <class T>
std::vector<JacobianRecord> jacobian_spectra(const Model& model, Parameters<T>& parameters,
                                             Index samples, const FillSample<T>& fill) {
  std::vector<JacobianRecord> records;
  records.push_back(sampled(tape_above(model, parameters, model.input), model.prediction,
                            model.input, samples, fill, false)
                        .record({}));
  for (std::size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    JacobianRecord record =
        layer_spectrum(model, layer, parameters, samples, fill).record(static_cast<Index>(i));
    record.samples = samples;
    records.push_back(std::move(record));
  }
  return records;
}

double jacobian_cost(const Model& model, Index samples) {
  const auto weights = static_cast<double>(model.parameters());
  const auto count = static_cast<double>(samples);
  // A forward pass, and a product for each row that goes through all layers below.
  const auto products = [&](Index rows) {
    return count * (2 + 2 * static_cast<double>(rows)) * weights;
  };
  const Layer& last = model.layers.back();
  double cost = products(last.outputs) +
                count * singular_values_cost(last.outputs, model.layers.front().inputs);
  for (const Layer& layer : model.layers) {
    const double spectrum = singular_values_cost(layer.outputs, layer.inputs);
    const FactorKind kind = factor_kind(layer);
    if (kind == FactorKind::weight) cost += spectrum;
    if (kind == FactorKind::diagonal) cost += products(1);
    if (kind == FactorKind::any) cost += products(layer.outputs) + count * spectrum;
  }
  return cost;
}

template <class T>
std::size_t jacobian_bytes(const Model& model) {
  Index largest = model.layers.back().outputs * model.layers.front().inputs;
  for (const Layer& layer : model.layers) {
    if (factor_kind(layer) == FactorKind::diagonal) continue;
    largest = std::max(largest, layer.outputs * layer.inputs);
  }
  // The tape's own gradients; a Jacobian and the copy that its spectrum is taken of.
  return static_cast<std::size_t>(model.parameters()) * sizeof(T) +
         static_cast<std::size_t>(largest) * 2 * sizeof(double);
}

template std::size_t jacobian_bytes<float>(const Model&);
template std::size_t jacobian_bytes<double>(const Model&);
template std::vector<double> jacobian(Tape<float>&, Var, Var);
template std::vector<double> jacobian(Tape<double>&, Var, Var);
template std::vector<JacobianRecord> jacobian_spectra(const Model&, Parameters<float>&, Index,
                                                      const FillSample<float>&);
template std::vector<JacobianRecord> jacobian_spectra(const Model&, Parameters<double>&, Index,
                                                      const FillSample<double>&);

}  // namespace clino
