#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parameters.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// How the numbers of a layer are spread: weights, their gradients and outputs, each counted in 32
/// bins whose edges stay where the first record put them, so that records can be laid side by side.

namespace clino {

enum class HistogramQuantity {
  weight,
  gradient,        ///< dL/d weight, before clipping
  pre_activation,  ///< output of a dense layer
  activation,      ///< output of any other layer
};

enum class HistogramScale {
  linear,  ///< bins of equal width from `low` to `high`
  log10,   ///< of log10 |v|: `low` and `high` are exponents; what is 0 lies below all bins
};

/// One quantity of one layer in one step. Bins, underflow, overflow and nonfinite add up to the
/// number of its elements.
struct HistogramRecord {
  Index layer = 0;  ///< its number in `Model::layers`
  HistogramQuantity quantity = HistogramQuantity::weight;
  HistogramScale scale = HistogramScale::linear;
  double low = 0;  ///< a linear scale's edges are 0 until the first record
  double high = 0;
  /// v lies in bin floor((v - low) / (high - low) * 32), v = high in the last. The edges of a log10
  /// scale are the doubles nearest to 10^(-12 + k / 2), those of a linear one the multiples of
  /// high / 16.
  std::array<std::uint64_t, 32> bins = {};
  std::uint64_t underflow = 0;
  std::uint64_t overflow = 0;
  std::uint64_t nonfinite = 0;  ///< infinite or NaN: in no bin
};

/// Counts a dense layer's weight, gradient and pre-activation, and every other layer's activation,
/// with weight and gradient where it has learned a weight. Gradients stand on the log10 scale from
/// -12 to 4, all else on a linear one from -r to r: r is 4 times the root mean square (about 0) of
/// the first record, rounded up to 1, 2 or 5 times a power of ten; 1 where that is below 1e-300 or
/// not finite.
template <class T>
class HistogramProbe {
 public:
  explicit HistogramProbe(const Model& model);

  /// After the backward pass of a step, before gradients are clipped or weights updated. Allocates
  /// nothing.
  void observe(const Tape<T>& tape, const Parameters<T>& parameters);

  /// By layer, in the order of `HistogramQuantity`.
  std::span<const HistogramRecord> records() const { return records_; }

  /// All that changes but the records: r of each, 0 where there was none yet or the scale is log10.
  std::span<const double> ranges() const { return ranges_; }
  /// Goes on with the ranges of an earlier probe of the same model. Throws `UsageError` where there
  /// are more or fewer, or one that cannot be.
  void restore(std::span<const double> ranges);

 private:
  std::span<const T> elements(const HistogramRecord& record, const Tape<T>& tape,
                              const Parameters<T>& parameters) const;

  std::vector<Layer> layers_;
  std::vector<HistogramRecord> records_;
  std::vector<double> ranges_;  ///< of each record
};

/// What one record of all layers costs for a batch of so many samples, in floating-point operations
/// of matrix products that take as long. The same for training: about 6 * weights * samples a step.
double histogram_cost(const Model& model, Index samples);

}  // namespace clino
