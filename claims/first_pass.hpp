#pragma once

#include "claims/claim.hpp"
#include "core/tape.hpp"
#include "train/config.hpp"
#include "train/experiment.hpp"

namespace clino::claims {

/// A net before its first step, after one pass both ways on one sample, whose inputs are scaled so
/// that their mean square is 1. The gradients of all layers' outputs are in the tape.
template <class T>
struct FirstPass {
  /// Data and weights by the config's seed, activations by the setting's parts.
  FirstPass(const Config& config, const Setting& setting);
  FirstPass(const FirstPass&) = delete;  // the tape points to the parameters
  FirstPass& operator=(const FirstPass&) = delete;

  Experiment<T> experiment;
  Tape<T> tape;
};

}  // namespace clino::claims
