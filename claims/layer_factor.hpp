#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "claims/signals.hpp"
#include "report/figure.hpp"

/// \file
/// By what the back-propagated signal is multiplied from each layer to the one below, before the
/// first step: measured beside theory.

namespace clino::claims {

inline constexpr Index kFactorWidth = 200;

struct FactorRun {
  std::string label;                        ///< `tanh, sigma_w = 2`
  std::vector<std::string> overrides = {};  ///< of the claim's config
  std::size_t seeds = 20;
  std::size_t skip = 0;  ///< so many first layers are left out: lengths are still on their way
};

/// Adds a check of the factor, by the mean over hidden layers and seeds of what |delta|^2 is
/// multiplied by, and two lines to the figure. Hidden layers of `kFactorWidth`. Such means scatter
/// less than the slope of a fit, which is what shows that the decay is exponential. Returns what
/// was measured.
std::vector<Signal> check_factor(Checks& checks, report::Figure& figure, const Setting& setting,
                                 std::string_view config_text, const FactorRun& run);

/// The figure of |delta| over the layers, still empty.
report::Figure factor_figure();
/// Adds the delta norms of a net to it, measured and predicted.
void draw_factors(report::Figure& figure, const std::string& label, std::span<const Signal> signals,
                  const PredictedSignal& predicted);

}  // namespace clino::claims
