#include "claims/rows/rows.hpp"

namespace clino::claims {

const std::vector<Claim>& all_claims() {
  static const std::vector<Claim> all = {linear_depth(),
                                         approximation(),
                                         saturation(),
                                         vanishing(),
                                         sigmoid(),
                                         tanh(),
                                         relu(),
                                         dying_units(),
                                         elu_revival(),
                                         gelu_gate(),
                                         softmax_sums(),
                                         temperature(),
                                         constants(),
                                         glorot_saturation(),
                                         glorot_gradients(),
                                         he_init(),
                                         finite_width(),
                                         trainable_depth(),
                                         narrow_collapse(),
                                         selu_fixed_point(),
                                         linear_dynamics(),
                                         jacobian_spectrum(),
                                         lecun_tanh(),
                                         swap_and_compare(),
                                         cost()};
  return all;
}

}  // namespace clino::claims
