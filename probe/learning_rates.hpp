#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace clino {

/// The learning rates of the last `kWindow` logged steps: whether one stood out when a unit died.
/// Plain data; `add` allocates nothing.
struct LearningRates {
  static constexpr std::size_t kWindow = 1024;

  // A ring: the rate of the n-th logged step stands at n mod kWindow.
  std::vector<std::uint64_t> steps = std::vector<std::uint64_t>(kWindow);
  std::vector<double> rates = std::vector<double>(kWindow);
  std::uint64_t count = 0;  ///< of all logged so far

  void add(std::uint64_t step, double rate);
  /// The largest rate of the logged steps in [from, to) over the median of those before, the mean
  /// of the two in the middle where they are even in number. The update of step `from` belongs to
  /// the first: it is the earliest that can have changed what was seen at that step. None where one
  /// of the two is empty or the median is not above 0.
  std::optional<double> spike(std::uint64_t from, std::uint64_t to) const;

  bool operator==(const LearningRates&) const = default;
};

}  // namespace clino
