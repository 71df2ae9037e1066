#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/tape.hpp"
#include "probe/unit_event.hpp"
#include "probe/unit_layers.hpp"

/// \file
/// What moved a unit that a dense layer feeds. With h the mean of the layer's input over a fixed
/// probe batch, its mean pre-activation is z = w . h + b, and between two scans
///
///     z1 - z0 = (b1 - b0) + (w1 - w0) . h0 + w1 . (h1 - h0)
///
/// exactly: the bias, the weights and the layers below, each with its share.

namespace clino {

struct UnitChange {
  double bias = 0;
  double weight = 0;
  double input = 0;
  double pre_activation = 0;  ///< z1
};

/// Weights, biases and mean inputs as they were when a scan last saw each unit alive. Plain data,
/// over the units of all layers that a dense layer feeds, in their order.
template <class T>
struct UnitReferences {
  std::vector<T> weights;     ///< of each layer [units, inputs], one after the other
  std::vector<T> biases;      ///< of each unit; 0 where the layer has none
  std::vector<double> means;  ///< mean inputs of those scans that some unit was last alive in
  std::vector<std::int64_t> mean_at;  ///< where in `means` each unit's begins; -1: never seen alive

  bool operator==(const UnitReferences&) const = default;
};

/// Keeps the references and measures against them. In a scan: `begin`, `add` after each forward
/// pass of a part of the probe batch, `change` for what died, then `keep`.
template <class T>
class UnitCauses {
 public:
  explicit UnitCauses(std::vector<UnitLayer> layers);

  void begin();
  void add(const Tape<T>& tape);
  /// What has moved unit `unit` of layer number `layer` of the unit layers since a scan saw it
  /// alive. None where no dense layer feeds it directly, or no scan did.
  std::optional<UnitChange> change(std::size_t layer, Index unit,
                                   const Parameters<T>& parameters) const;
  /// Takes over the present as the reference of all units that are active.
  void keep(std::span<const unsigned char> active, const Parameters<T>& parameters);

  const UnitReferences<T>& references() const { return references_; }
  /// Throws `InputError` where they are those of another net.
  void restore(UnitReferences<T> references);

 private:
  /// A unit layer that a dense layer feeds.
  struct Fed {
    UnitLayer description;
    std::size_t first_unit = 0;    ///< in `biases`
    std::size_t first_weight = 0;  ///< in `weights`
    std::size_t first_input = 0;   ///< in `sums_`
  };
  double mean_input(const Fed& fed, Index input) const;
  void keep_means(std::span<const unsigned char> active);

  std::vector<Fed> fed_;
  std::vector<Index> fed_of_;  ///< of each unit layer its number in `fed_`, or -1
  std::vector<double> sums_;   ///< of the inputs of all layers over the probe batch
  Index samples_ = 0;
  UnitReferences<T> references_;
};

/// The pre-activation on whose two sides an activation dies: the middle of where |phi'| >=
/// threshold
/// * max |phi'| on a grid of 1/8 over [-32, 32]. Infinity where it stays active towards infinity,
/// -infinity where towards -infinity; 0 where both or nowhere.
double middle_of_activity(const Activation& activation, double threshold);

/// The change that pushed most towards the side that the unit is dead on; `learning_rate_spike`
/// where that ratio is 3 or more. None where nothing pushed that way.
std::optional<UnitCause> name_cause(const UnitChange& change, double middle,
                                    std::optional<double> learning_rate_ratio);

}  // namespace clino
