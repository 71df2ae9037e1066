#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/tape.hpp"
#include "probe/unit_layers.hpp"

/// \file
/// Which units are active on some sample of a whole data set, at the price of few samples: a unit
/// that was seen active once needs no further look, most are on the first samples already, and the
/// others mostly on the sample that they were active on the time before.

namespace clino {

/// A net with the samples that a scan looks at. All must outlive the scan.
template <class T>
struct ScanNet {
  /// An evaluation tape of the net, best with `max_batch` of 128 or more.
  Tape<T>& tape;
  const Parameters<T>& parameters;
  /// Sets the tape's batch to these samples, numbers from 0 to `samples` - 1, and fills its inputs.
  const std::function<void(std::span<const Index>)>& fill;
  Index samples = 0;  ///< of the whole training set
};

/// One search after another. What counts for the answer is only which samples there are: the
/// witnesses change which are looked at first.
template <class T>
class UnitSearch {
 public:
  UnitSearch(std::vector<UnitLayer> layers, double threshold);

  /// Forgets which units were seen active.
  void begin();
  /// Runs samples [first, first + count), at most `max_batch`, through all pre-activations.
  /// `witnesses` holds for each unit the number of a sample that it was last seen active on, or -1;
  /// kept up to date here and below.
  void look_at(const ScanNet<T>& net, Index first, Index count, std::span<std::int64_t> witnesses);
  /// Runs the witnesses of units not seen active yet, those from sample `first` on, each once.
  void try_witnesses(const ScanNet<T>& net, Index first, std::span<std::int64_t> witnesses);
  /// Runs the samples from `first` on, in order, until all units have been seen active, and each
  /// batch only as deep as the deepest layer with one that has not; or until so many samples have
  /// been run since `begin`. Whether it came to the end.
  bool try_all(const ScanNet<T>& net, Index first, std::span<std::int64_t> witnesses,
               std::uint64_t most);

  /// For each unit 1 where it has been seen active since `begin`, else 0.
  std::span<const unsigned char> active() const { return active_; }
  bool settled() const { return open_units_ == 0; }
  /// Samples run since `begin`, those only in part too.
  Index samples() const { return samples_; }

 private:
  Var deepest_open() const;
  void look(const ScanNet<T>& net, Var until, std::span<std::int64_t> witnesses);
  void settle(const ScanNet<T>& net, std::size_t layer, std::span<std::int64_t> witnesses);

  std::vector<UnitLayer> layers_;
  double threshold_;
  std::vector<unsigned char> active_;
  std::vector<Index> open_;  ///< units of each layer that have not been seen active
  Index open_units_ = 0;
  Index samples_ = 0;
  std::vector<Index> batch_;          ///< samples being looked at
  std::vector<Index> to_try_;         ///< witnesses
  std::vector<unsigned char> fresh_;  ///< units of one layer that a batch shows active first
  std::vector<unsigned char> one_;    ///< units of one layer that one sample activates
};

}  // namespace clino
