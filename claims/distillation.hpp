#pragma once

#include <vector>

#include "claims/check.hpp"
#include "claims/claim.hpp"

namespace clino::claims {

using Logits = std::vector<double>;

/// softmax(logits / T) by its formula, without any care for large numbers, in more digits than the
/// library has.
std::vector<double> shares_of(const Logits& logits, double temperature);

/// What a teacher's logits v ask of a student's z, against (z - v) / K T^2.
void check_distillation(Checks& checks, const Setting& setting);

}  // namespace clino::claims
