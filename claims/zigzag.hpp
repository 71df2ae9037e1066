#pragma once

#include "claims/claim.hpp"
#include "train/config.hpp"

namespace clino::claims {

/// Of how many nets of a config the gradient of each row of the output layer's weight, by a single
/// sample, has one sign: before the first step, for so many seeds. The rows of one net share their
/// inputs, so that they all have one sign or none.
Index same_sign_nets(const Config& config, const Setting& setting, std::size_t seeds);

}  // namespace clino::claims
