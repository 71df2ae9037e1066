#pragma once

#include <span>
#include <vector>

#include "claims/claim.hpp"
#include "layers/activations/activation.hpp"

namespace clino::claims {

/// What training computes of an activation at some points.
struct OnTape {
  std::vector<double> values, slopes;
};

/// Recorded on a tape of the setting's type and replayed in evaluation mode, both ways. The points
/// are rounded to that type. Of an elementwise activation.
OnTape on_tape(const Setting& setting, const Activation& activation,
               std::span<const double> points);

/// `count` points from `low` to `high`, both included, evenly.
std::vector<double> even_points(double low, double high, std::size_t count);

/// A point that the setting's type can hold.
double rounded(const Setting& setting, double point);

/// The distance from 1 to the next number of the setting's type.
double epsilon(const Setting& setting);

}  // namespace clino::claims
