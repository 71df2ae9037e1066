#include "probe/interval_walk.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>
#include <utility>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "probe/affine_layers.hpp"
#include "probe/broken_line.hpp"

// Under a name of its own: see layers/draws.cpp.
#define Eigen clino_eigen
#include <Eigen/Core>

namespace clino {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

/// As `IntervalLines`, while it is worked on.
struct Lines {
  std::vector<double> borders;
  std::vector<double> border_errors;
  MatrixXd slopes, offsets, slope_sizes, offset_sizes;
  Index roundings = 0;

  Index intervals() const { return std::ssize(borders) - 1; }
};

struct Crossing {
  double x;
  double error;
};

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// The borders of finer intervals, and which coarse interval each lies in.
struct Refinement {
  std::vector<double> borders;
  std::vector<double> errors;
  std::vector<Index> parents;
};

/// Where a unit's line meets a kink inside of its interval.
void add_crossings(const Lines& lines, Index p, const std::vector<double>& kinks,
                   std::vector<Crossing>& crossings) {
  const double left = lines.borders[at(p)];
  const double right = lines.borders[at(p + 1)];
  // Three roundings more: kink - offset, the quotient, and to spare.
  const double gamma = rounding_gamma(lines.roundings + 3, unit_roundoff<double>());
  for (Index u = 0; u < lines.slopes.rows(); ++u) {
    const double slope = lines.slopes(u, p);
    if (slope == 0) continue;
    for (const double kink : kinks) {
      const double x = (kink - lines.offsets(u, p)) / slope;
      if (!(x > left && x < right)) continue;
      const double size = lines.slope_sizes(u, p) * std::abs(x) + lines.offset_sizes(u, p);
      crossings.push_back({x, gamma * size / std::abs(slope)});
    }
  }
}

Refinement refine(const Lines& lines, const std::vector<double>& kinks) {
  Refinement fine;
  std::vector<Crossing> crossings;
  for (Index p = 0; p < lines.intervals(); ++p) {
    fine.borders.push_back(lines.borders[at(p)]);
    fine.errors.push_back(lines.border_errors[at(p)]);
    fine.parents.push_back(p);
    crossings.clear();
    add_crossings(lines, p, kinks, crossings);
    std::ranges::sort(crossings, {}, &Crossing::x);
    for (const Crossing& crossing : crossings) {
      if (crossing.x == fine.borders.back()) continue;
      fine.borders.push_back(crossing.x);
      fine.errors.push_back(crossing.error);
      fine.parents.push_back(p);
    }
  }
  fine.borders.push_back(lines.borders.back());
  fine.errors.push_back(lines.border_errors.back());
  return fine;
}

MatrixXd columns_of(const MatrixXd& matrix, const std::vector<Index>& parents) {
  return matrix(Eigen::all, parents);
}

/// Replays the layers on intervals.
template <class T>
class Walker {
 public:
  Walker(const Model& model, const Parameters<T>& parameters, Index most_intervals)
      : model_(&model), parameters_(&parameters), most_(most_intervals) {}

  Lines through(std::span<const Layer> layers, Lines lines) const {
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const Layer& layer = layers[i];
      if (layer.activation != nullptr) {
        pass_activation(layer, lines);
      } else if (layer.type == "dense") {
        pass_dense(layer, lines);
      } else if (layer.type == "batch_norm") {
        pass_normalization(layer, lines);
      } else if (layer.type == "residual") {
        const std::span<const Layer> inner = inner_layers(layers.subspan(i));
        lines = sum(lines, through(inner, lines));
        i += inner.size();
      }  // dropout passes everything
      check_finite(layer, lines);
    }
    return lines;
  }

 private:
  static void check_finite(const Layer& layer, const Lines& lines) {
    if (lines.slopes.allFinite() && lines.offsets.allFinite()) return;
    throw NumericalError("what " + layer_text(layer) + " gives is not finite");
  }

  void pass_dense(const Layer& layer, Lines& lines) const {
    const std::vector<double> values = values_in_double(*parameters_, layer.weight);
    const Eigen::Map<const MatrixXd> weight(values.data(), layer.outputs, layer.inputs);
    lines.slopes = (weight * lines.slopes).eval();
    lines.offsets = (weight * lines.offsets).eval();
    lines.slope_sizes = (weight.cwiseAbs() * lines.slope_sizes).eval();
    lines.offset_sizes = (weight.cwiseAbs() * lines.offset_sizes).eval();
    add_bias(values_in_double(*parameters_, layer.bias), lines);
    lines.roundings += layer.inputs + 1;
  }

  void pass_normalization(const Layer& layer, Lines& lines) const {
    const FixedNormalization fixed = fixed_normalization(*model_, layer, *parameters_);
    const Eigen::Map<const VectorXd> scale(fixed.scale.data(), std::ssize(fixed.scale));
    const Eigen::Map<const VectorXd> mean(fixed.mean.data(), std::ssize(fixed.mean));
    lines.offsets.colwise() -= mean;
    lines.offset_sizes.colwise() += mean.cwiseAbs();
    lines.slopes.array().colwise() *= scale.array();
    lines.offsets.array().colwise() *= scale.array();
    lines.slope_sizes.array().colwise() *= scale.array().abs();
    lines.offset_sizes.array().colwise() *= scale.array().abs();
    add_bias(fixed.bias, lines);
    lines.roundings += kNormalizationRoundings;
  }

  static void add_bias(const std::vector<double>& values, Lines& lines) {
    if (values.empty()) return;
    const Eigen::Map<const VectorXd> bias(values.data(), std::ssize(values));
    lines.offsets.colwise() += bias;
    lines.offset_sizes.colwise() += bias.cwiseAbs();
  }

  /// The activation with what it has learned.
  BrokenLine broken_line_of(const Layer& layer) const {
    if (!layer.weight.valid()) return broken_line(*layer.activation);
    const auto slope = static_cast<double>(parameters_->value(layer.weight)(0, 0));
    if (!std::isfinite(slope)) {
      throw NumericalError("the slope of " + layer_text(layer) + " is not finite");
    }
    return broken_line(*make_activation({"prelu", {{"initial", slope}}}));
  }

  void pass_activation(const Layer& layer, Lines& lines) const {
    const BrokenLine line = broken_line_of(layer);
    const Refinement fine = refine(lines, line.kinks);
    if (std::ssize(fine.parents) > most_) {
      throw NumericalError("more than " + std::to_string(most_) + " linear pieces after " +
                           layer_text(layer) + ": " + std::to_string(fine.parents.size()));
    }
    lines = on_finer(lines, fine);
    for (Index p = 0; p < lines.intervals(); ++p) {
      const double middle = lines.borders[at(p)] / 2 + lines.borders[at(p + 1)] / 2;
      for (Index u = 0; u < lines.slopes.rows(); ++u) {
        const double value = lines.slopes(u, p) * middle + lines.offsets(u, p);
        const auto part = at(std::ranges::upper_bound(line.kinks, value) - line.kinks.begin());
        lines.slopes(u, p) *= line.slopes[part];
        lines.offsets(u, p) = line.slopes[part] * lines.offsets(u, p) + line.offsets[part];
        lines.slope_sizes(u, p) *= std::abs(line.slopes[part]);
        lines.offset_sizes(u, p) =
            std::abs(line.slopes[part]) * lines.offset_sizes(u, p) + line.offset_sizes[part];
      }
    }
    lines.roundings += 4;  // of the slope, the offset, their product and sum
  }

  static Lines on_finer(const Lines& lines, const Refinement& fine) {
    return {.borders = fine.borders,
            .border_errors = fine.errors,
            .slopes = columns_of(lines.slopes, fine.parents),
            .offsets = columns_of(lines.offsets, fine.parents),
            .slope_sizes = columns_of(lines.slope_sizes, fine.parents),
            .offset_sizes = columns_of(lines.offset_sizes, fine.parents),
            .roundings = lines.roundings};
  }

  /// x + f(x), where f has split the intervals further: every border of x is one of f's.
  static Lines sum(const Lines& x, Lines f) {
    std::vector<Index> parents(at(f.intervals()));
    Index parent = 0;
    for (Index p = 0; p < f.intervals(); ++p) {
      while (x.borders[at(parent + 1)] <= f.borders[at(p)]) ++parent;
      parents[at(p)] = parent;
    }
    f.slopes += columns_of(x.slopes, parents);
    f.offsets += columns_of(x.offsets, parents);
    f.slope_sizes += columns_of(x.slope_sizes, parents);
    f.offset_sizes += columns_of(x.offset_sizes, parents);
    f.roundings = std::max(x.roundings, f.roundings) + 1;
    return f;
  }

  const Model* model_;
  const Parameters<T>* parameters_;
  Index most_;
};

std::vector<double> matrix_elements(const MatrixXd& matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

}  // namespace

template <class T>
IntervalLines interval_lines(const Model& model, const Parameters<T>& parameters, double low,
                             double high, Index most_intervals) {
  const Lines lines = Walker<T>(model, parameters, most_intervals)
                          .through(model.layers, {.borders = {low, high},
                                                  .border_errors = {0, 0},
                                                  .slopes = MatrixXd::Ones(1, 1),
                                                  .offsets = MatrixXd::Zero(1, 1),
                                                  .slope_sizes = MatrixXd::Ones(1, 1),
                                                  .offset_sizes = MatrixXd::Zero(1, 1)});
  return {.borders = lines.borders,
          .border_errors = lines.border_errors,
          .units = lines.slopes.rows(),
          .slopes = matrix_elements(lines.slopes),
          .offsets = matrix_elements(lines.offsets),
          .slope_sizes = matrix_elements(lines.slope_sizes),
          .offset_sizes = matrix_elements(lines.offset_sizes),
          .roundings = lines.roundings};
}

template IntervalLines interval_lines(const Model&, const Parameters<float>&, double, double,
                                      Index);
template IntervalLines interval_lines(const Model&, const Parameters<double>&, double, double,
                                      Index);

}  // namespace clino
