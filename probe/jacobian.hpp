#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// How a net stretches and shrinks small changes of its input, direction by direction: the singular
/// values of its Jacobian. Where all are near 1 ("dynamical isometry") signals pass both ways
/// unchanged; those of a deep net spread with its depth (Saxe et al. 2014; Pennington et al. 2017).

namespace clino {

/// The Jacobian [outputs, inputs] of one layer, or of the whole net: the output of its last layer,
/// to which a loss may still apply softmax, with respect to its input. In evaluation mode: dropout
/// passes everything, batch norm goes by its running statistics.
struct JacobianRecord {
  std::optional<Index> layer = {};  ///< number in `Model::layers`; none for the whole net
  /// Descending, min(outputs, inputs) of them. The i-th is the root mean square over the samples of
  /// the i-th singular value: their squares add up to the mean of |J|^2 (Frobenius). NaN where an
  /// element is not finite.
  std::vector<double> singular_values = {};
  /// The largest singular value met on any sample. Of layers that follow each other the product
  /// bounds that of the whole, since |J_2 J_1| <= |J_2| |J_1|.
  double largest = 0;
  Index samples = 0;
};

/// Gathers one sample into a tape of the net, whose batch is 1 from then on.
template <class T>
using FillSample = std::function<void(Tape<T>& tape, Index sample)>;

/// The record of the whole net, then those of all layers, by vector-Jacobian products on samples 0
/// to `samples` - 1. Singular values are taken in double, but elements are as exact as T.
/// `parameters` are left as they are. Allocates.
template <class T>
std::vector<JacobianRecord> jacobian_spectra(const Model& model, Parameters<T>& parameters,
                                             Index samples, const FillSample<T>& fill);

/// The Jacobian itself, on the sample that the last forward pass of a probe tape was made for, by
/// one vector-Jacobian product for each row. `input` must be among the tape's `gradient_of`.
template <class T>
std::vector<double> jacobian(Tape<T>& tape, Var output, Var input);

/// What `jacobian_spectra` costs, in floating-point operations of matrix products that take as long
/// (as `singular_values_cost`).
double jacobian_cost(const Model& model, Index samples);
/// Bytes of memory that it takes meanwhile, about.
template <class T>
std::size_t jacobian_bytes(const Model& model);

}  // namespace clino
