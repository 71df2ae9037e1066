#pragma once

#include <string>
#include <vector>

#include "probe/activation_cost.hpp"
#include "report/screen.hpp"
#include "theory/analysis.hpp"

/// \file
/// What is known of an activation, for people and for programs.

namespace clino {

struct AnalysisReport {
  theory::ActivationAnalysis analysis;
  std::string summary = {};         ///< the formula in a line; empty where there is none
  bool default_variances = false;   ///< the gain, not asked for
  std::vector<CostRow> costs = {};  ///< empty where nothing was timed
};

/// On a terminal of `options.columns`, 80 at least. Ends with a line break.
std::string analysis_screen(const AnalysisReport& report, const ScreenOptions& options = {});

/// All figures as one JSON object. `mean`, `mean_square`, `mean_square_slope` and `gain` are those
/// at q = 1. Ends with a line break.
std::string analysis_json(const AnalysisReport& report);

/// A page of its own.
std::string analysis_html(const AnalysisReport& report);

}  // namespace clino
