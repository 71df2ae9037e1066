#pragma once

#include <string>
#include <vector>

#include "report/analysis.hpp"

/// \file
/// An analysis in words: screen and page say the same.

namespace clino::report {

struct Fact {
  std::string name, text;
};

/// `elu, alpha = 1`
std::string analysed_name(const Choice& choice);
/// What is not looked at: draws, what is learned. Empty where there is nothing of the kind.
std::string analysis_caution(const theory::ActivationAnalysis& analysis);

/// Limits, extrema, slopes, kinks, saturation, dead units, sign of the outputs.
std::vector<Fact> curve_facts(const theory::ActivationAnalysis& analysis);
/// What lengths and gradients do in deep nets of the analysis' variances.
std::vector<Fact> signal_facts(const theory::ActivationAnalysis& analysis);
/// `sigma_w = 1.84623 (the gain), sigma_b = 0`
std::string variances_text(const AnalysisReport& report);

/// Where there is a critical line, and why there is none elsewhere.
std::string critical_text(const theory::ActivationAnalysis& analysis);
/// Whether any sigma_b^2 has one.
bool has_critical_line(const theory::ActivationAnalysis& analysis);

}  // namespace clino::report
