#pragma once

#include <string>

#include "claims/claim.hpp"
#include "report/figure.hpp"

namespace clino::claims {

/// An activation and its slope as training computes them, over [-6, 6]. `label`: `tanh`.
report::Figure curve_figure(const Setting& setting, const std::string& activation,
                            const std::string& label, std::string caption);

}  // namespace clino::claims
