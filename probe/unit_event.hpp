#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/types.hpp"

/// \file
/// What unit histories are told in. A unit of an elementwise activation is dead where |phi'| lies
/// below the threshold on every sample of the whole training set, in evaluation mode: then no
/// gradient passes through it.

namespace clino {

enum class UnitEventKind {
  born_dead,  ///< dead in a scan of the weights that training starts from
  died,
  revived,
};

/// What took a unit to where it is dead (unit_cause.hpp).
enum class UnitCause { bias_drift, weight_growth, input_shift, learning_rate_spike };

constexpr std::string_view to_text(UnitEventKind kind) {
  if (kind == UnitEventKind::born_dead) return "born_dead";
  return kind == UnitEventKind::died ? "died" : "revived";
}

constexpr std::string_view to_text(UnitCause cause) {
  if (cause == UnitCause::bias_drift) return "bias_drift";
  if (cause == UnitCause::weight_growth) return "weight_growth";
  return cause == UnitCause::input_shift ? "input_shift" : "learning_rate_spike";
}

/// One turn in the life of one unit. Steps count the updates made before.
struct UnitEvent {
  UnitEventKind kind = UnitEventKind::died;
  std::uint64_t step = 0;  ///< of the scan that proved it; of a revival also a logged step
  std::uint64_t epoch = 0;
  Index layer = 0;  ///< number of the activation in `Model::layers`
  Index unit = 0;
  /// The last logged step with a sample in the batch that the unit was active on, or scan that
  /// found one, whichever is later; none where there was neither. Of a revival: `step`.
  std::optional<std::uint64_t> last_active_step = {};
  /// The first logged step after that one, or this scan where none was logged between. None for a
  /// revival.
  std::optional<std::uint64_t> first_inactive_step = {};
  // Of `died`; the cause and the changes only where a dense layer feeds the activation directly and
  // a scan has seen the unit alive.
  std::optional<UnitCause> cause = {};
  // What the unit's mean pre-activation on the probe batch has gained since the last scan that saw
  // it alive, in three parts.
  std::optional<double> bias_change = {};
  std::optional<double> weight_change = {};
  std::optional<double> input_change = {};
  /// Largest learning rate since `last_active_step` over the median of those before.
  std::optional<double> learning_rate_ratio = {};

  bool operator==(const UnitEvent&) const = default;
};

/// One activation layer in one scan.
struct UnitScan {
  std::uint64_t step = 0;
  std::uint64_t epoch = 0;
  Index layer = 0;  ///< number in `Model::layers`
  Index units = 0;
  Index dead = 0;  ///< of an incomplete scan: units not seen active, as many as that at most
  bool complete = true;
  Index samples = 0;  ///< looked at, for all layers together

  bool operator==(const UnitScan&) const = default;
};

}  // namespace clino
