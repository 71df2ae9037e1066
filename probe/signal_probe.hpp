#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// How a signal fares on its way through a net: whether it grows or fades, whether the samples
/// become alike, and how many directions are left. In a very deep net at initialisation all samples
/// end up parallel or unrelated, unless the weights' variance is critical (Poole et al. 2016;
/// Schoenholz et al. 2017).

namespace clino {

/// The output [units, samples] of one layer on the samples of a tape.
struct SignalRecord {
  Index layer = 0;  ///< its number in `Model::layers`
  /// Mean of z^2 over all elements. Where that leaves the range of double it is 0 or infinity.
  double mean_square = 0;
  /// Mean of cos(h_i, h_j) over all pairs of different samples, those of norm 0 left out; none
  /// where fewer than two are left.
  std::optional<double> cosine_similarity = {};
  /// Standard deviations: of the samples' own mean squares, and of the cosines of single pairs.
  double mean_square_deviation = 0;
  std::optional<double> cosine_deviation = {};
  /// Of the matrix of outputs, as it is, not centred (singular_values.hpp).
  double effective_rank = 0;
  Index samples = 0;
};

/// Observes the output of every layer. All figures are NaN where an output is (the mean square is
/// infinite where it is); sizes that are finite do not matter to cosine and rank.
template <class T>
class SignalProbe {
 public:
  explicit SignalProbe(const Model& model);

  /// After a forward pass, of any tape of the model: one for evaluation that always holds the same
  /// samples makes records comparable. Allocates: not for use within a step.
  void observe(const Tape<T>& tape);

  /// In the order of `Model::layers`.
  std::span<const SignalRecord> records() const { return records_; }

 private:
  std::vector<Layer> layers_;
  std::vector<SignalRecord> records_;
};

/// What one record of all layers costs on so many samples, the forward pass not included, in
/// floating-point operations of matrix products that take as long. The same for training: about 6 *
/// weights * samples a step.
double signal_cost(const Model& model, Index samples);
/// Bytes of memory that it takes meanwhile.
std::size_t signal_bytes(const Model& model, Index samples);

}  // namespace clino
