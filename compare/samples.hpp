#pragma once

#include <string>
#include <tuple>
#include <vector>

#include "compare/comparison.hpp"

/// \file
/// From runs to the plain numbers that statistics/ is asked about.

namespace clino::compare {

/// The values of one measure in the runs of one variation.
struct Sample {
  /// What a pair shares: seed, fold, and of runs that were found the hash of the data.
  using Key = std::tuple<std::uint64_t, Index, std::string>;

  std::vector<Key> keys;
  std::vector<double> values;                  ///< times are cut off at the horizon
  std::vector<statistics::Observation> times;  ///< of times to a target
  double horizon = 0;                          ///< in the measure's unit
  double resolution = 0;                       ///< the coarsest of the runs
  double overlap = 0;                          ///< of cross-validation
};

Sample sample_of(const Comparison& comparison, const VariationResult& variation,
                 const Measure& measure);

/// Whether each value of one has a partner in the other.
bool have_same_keys(const Sample& a, const Sample& b);

/// Drops what has no partner in the other sample, and brings both into one order.
void keep_pairs(Sample& a, Sample& b);

/// The scale is that of ratios only where all values are > 0.
statistics::Measurement measurement_of(const Comparison& comparison, const Measure& measure,
                                       const Sample& a, const Sample& b);

}  // namespace clino::compare
