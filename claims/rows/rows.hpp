#pragma once

#include "claims/claim.hpp"

/// \file
/// The claims, one function each, in files of their own.

namespace clino::claims {

Claim linear_depth();
Claim approximation();
Claim saturation();
Claim vanishing();
Claim sigmoid();
Claim tanh();
Claim relu();
Claim dying_units();
Claim elu_revival();
Claim gelu_gate();
Claim softmax_sums();
Claim temperature();
Claim constants();
Claim glorot_saturation();
Claim glorot_gradients();
Claim he_init();
Claim finite_width();
Claim trainable_depth();
Claim narrow_collapse();
Claim selu_fixed_point();
Claim linear_dynamics();
Claim jacobian_spectrum();
Claim lecun_tanh();
Claim swap_and_compare();
Claim cost();

}  // namespace clino::claims
