#pragma once

#include <vector>

#include "core/options.hpp"
#include "core/random.hpp"
#include "data/raw_data.hpp"

/// \file
/// Synthetic data. Samples of the classes alternate: sample i is of class i modulo the number of
/// classes (of xor, two and two). `noise` is the standard deviation of Gaussian noise, added to the
/// coordinates of points and to the targets of functions.

namespace clino {

/// A generator: its entry in the catalogue, and what it draws.
struct Generator {
  CatalogueEntry entry;
  RawData (*generate)(const Choice& options, Random& random);
};

/// All of them. Adding one touches this list and `generator_formulas.hpp`.
const std::vector<Generator>& generators();

}  // namespace clino
