#pragma once

#include <string_view>

#include "claims/check.hpp"
#include "claims/claim.hpp"

namespace clino::claim_configs {
extern const std::string_view gelu_gate;
}

namespace clino::claims {

/// Trains the config of the claim on GELU's gate with its own random gate, without, and with
/// dropout in its place, paired by seed. Puts the validation losses into the figure.
void check_gate_training(Checks& checks, const Setting& setting, report::Figure& figure);

}  // namespace clino::claims
