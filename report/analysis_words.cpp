#include "report/analysis_words.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "report/number_text.hpp"

namespace clino::report {

namespace {

using theory::ActivationAnalysis;
using theory::ActivationShape;
using theory::CriticalLinePoint;
using theory::FixedPoint;
using theory::Monotony;
using theory::Saturation;
using theory::Tail;

constexpr int kAnalysisDigits = 6;

std::string analysis_number(double value) { return number_text(value, kAnalysisDigits); }

std::string tail_text(const Tail& tail) {
  if (std::isnan(tail.limit)) return "no limit";
  if (std::isfinite(tail.limit)) return analysis_number(tail.limit);
  constexpr double kFlat = 1e-6;
  return analysis_number(tail.limit) + (std::abs(tail.slope) < kFlat
                                            ? ", ever more slowly"
                                            : ", with slope " + analysis_number(tail.slope));
}

std::string extremum_text(const std::optional<theory::Extremum>& extremum) {
  return analysis_number(extremum->value) + " at x = " + analysis_number(extremum->x);
}

std::string_view text_of(Monotony monotony) {
  switch (monotony) {
    case Monotony::increasing:
      return "never falls";
    case Monotony::decreasing:
      return "never rises";
    case Monotony::constant:
      return "constant";
    case Monotony::neither:
      break;
  }
  return "rises and falls";
}

std::string kinks_text(const ActivationShape& shape) {
  if (shape.kinks.empty()) return "none: smooth";
  std::string text;
  for (const theory::Kink& kink : shape.kinks) {
    text += (text.empty() ? "x = " : "; x = ") + analysis_number(kink.x);
    if (kink.value_jump != 0) {
      text += ", the value jumps by " + number_text(kink.value_jump, 3);
    } else if (kink.slope_jump != 0) {
      text += ", the slope jumps by " + analysis_number(kink.slope_jump);
    } else {
      text += ", the slope has a corner";
    }
  }
  return text;
}

/// Where the slope is below the threshold.
std::string places_text(const std::optional<double>& below, const std::optional<double>& above) {
  if ((below && std::isinf(*below)) || (above && std::isinf(*above))) return "everywhere";
  if (!below && !above) return "on neither side";
  const std::string left = below ? "x < " + analysis_number(*below) : "never on the left";
  const std::string right = above ? "x > " + analysis_number(*above) : "never on the right";
  return below ? left + ", " + right : right + ", " + left;
}

Fact saturation_fact(const Saturation& saturation, bool piecewise_linear,
                     const std::string& meaning) {
  return {piecewise_linear ? "inactive" : "saturated",
          places_text(saturation.below, saturation.above) + ": |phi'| < " +
              analysis_number(saturation.threshold) + meaning};
}

std::string dying_text(const ActivationAnalysis& analysis) {
  const ActivationShape& shape = analysis.shape;
  if (shape.dead_below || shape.dead_above) {
    return "a unit can die: the slope is exactly 0 " + [&]() -> std::string {
      if (shape.dead_below && shape.dead_above && std::isfinite(*shape.dead_below)) {
        return "for x < " + analysis_number(*shape.dead_below) + " and for x > " +
               analysis_number(*shape.dead_above);
      }
      return places_text(shape.dead_below, shape.dead_above) == "everywhere" ? "everywhere"
             : shape.dead_below ? "for x < " + analysis_number(*shape.dead_below)
                                : "for x > " + analysis_number(*shape.dead_above);
    }();
  }
  std::string text = "no unit dies for good: no side has a slope of exactly 0";
  const Saturation& small = analysis.log_threshold;
  if (small.below || small.above) text += ", only small ones (see above)";
  return text;
}

std::string sign_text(const ActivationAnalysis& analysis) {
  if (analysis.zero_centred()) return "zero-centred: the mean at q = 1 is 0";
  const std::string mean = "mean " + analysis_number(analysis.at_one.mean) + " at q = 1";
  if (!analysis.shape.nonnegative) return "of both signs, " + mean + ": not zero-centred";
  return "never below 0, " + mean +
         ": the gradients of a unit's weights in the next layer share one sign, learning goes in "
         "zig-zag";
}

std::string lengths_text(const theory::Lengths& lengths) {
  if (lengths.every) return "V(q) = q: every length rests, whatever it is";
  std::string text;
  for (const FixedPoint& point : lengths.fixed_points) {
    text += (text.empty() ? "q* = " : "; q* = ") + analysis_number(point.length) +
            (point.stable() ? " is stable" : " repels") + " (V' = " + number_text(point.growth) +
            ", chi = " + number_text(point.susceptibility) + ")";
  }
  if (lengths.fixed_points.empty()) {
    text = "no length above 0 rests";
    if (lengths.dies_out && !lengths.explodes) return text + ": signals die out";
    if (lengths.explodes && !lengths.dies_out) return text + ": signals explode";
    return text;
  }
  const FixedPoint &first = lengths.fixed_points.front(), &last = lengths.fixed_points.back();
  if (lengths.dies_out)
    text += "; below q* = " + analysis_number(first.length) + " signals die out";
  if (lengths.explodes) text += "; above q* = " + analysis_number(last.length) + " they explode";
  return text;
}

std::string gradients_text(const ActivationAnalysis& analysis) {
  if (!analysis.limit) return "no chi: it depends on the length, which does not come to rest";
  const double chi = analysis.limit->susceptibility;
  const std::string where =
      analysis.limit->any_length ? "" : " at q = " + number_text(analysis.limit->length);
  const std::string factor = "chi = " + analysis_number(chi) + where +
                             ": |delta| changes by a factor " + analysis_number(std::sqrt(chi)) +
                             " per layer";
  if (std::abs(chi - 1) < 1e-9) return "chi = 1" + where + ": gradients keep their size";
  const double scale = theory::depth_scale(chi);
  return factor + ", |delta|^2 by a factor e in xi = " + number_text(scale) +
         " layers; nets train up to a depth of about 6 xi = " + number_text(6 * scale);
}

std::string path_text(const ActivationAnalysis& analysis) {
  std::string text;
  const auto add = [&](double start) {
    for (const std::vector<double>& path : analysis.paths) {
      if (path.front() != start) continue;
      text += text.empty() ? "" : "; ";
      for (std::size_t i = 0; i < std::min<std::size_t>(path.size(), 6); ++i) {
        text += (i == 0 ? "" : ", ") + number_text(path[i], 3);
      }
      text += " ...";
    }
  };
  add(.1);
  add(10);
  return text;
}

}  // namespace

std::string analysed_name(const Choice& choice) {
  std::string text = choice.type;
  for (const auto& [name, value] : choice.options) text += ", " + name + " = " + to_text(value);
  return text;
}

std::string analysis_caution(const ActivationAnalysis& analysis) {
  if (analysis.draws) {
    return "Training draws: what is analysed is what evaluation computes, the mean of the draws.";
  }
  if (analysis.learns) return "It learns: what is analysed is what it begins with.";
  return "";
}

std::vector<Fact> curve_facts(const ActivationAnalysis& analysis) {
  const ActivationShape& shape = analysis.shape;
  std::vector<Fact> facts = {{"x to -inf", tail_text(shape.left)},
                             {"x to +inf", tail_text(shape.right)}};
  if (shape.minimum) facts.push_back({"minimum", extremum_text(shape.minimum)});
  if (shape.maximum) facts.push_back({"maximum", extremum_text(shape.maximum)});
  facts.push_back({"course", std::string(text_of(shape.monotony)) +
                                 (shape.piecewise_linear ? ", piecewise linear" : "")});
  facts.push_back(
      {"largest slope", analysis_number(shape.max_slope) +
                            (shape.max_slope_at ? " at x = " + analysis_number(*shape.max_slope_at)
                                                : std::string())});
  facts.push_back({"kinks", kinks_text(shape)});
  facts.push_back(saturation_fact(analysis.log_threshold, shape.piecewise_linear,
                                  ", a thousandth of the largest: what the log counts"));
  facts.push_back(saturation_fact(analysis.tiny, shape.piecewise_linear, ""));
  facts.push_back({"dead units", dying_text(analysis)});
  facts.push_back({"outputs", sign_text(analysis)});
  return facts;
}

std::vector<Fact> signal_facts(const ActivationAnalysis& analysis) {
  std::vector<Fact> facts = {{"lengths", lengths_text(analysis.lengths)},
                             {"q by layers", path_text(analysis)},
                             {"gradients", gradients_text(analysis)}};
  if (analysis.repels_without_bias) {
    facts.push_back({"without biases",
                     "with sigma_b = 0 no length above 0 is stable, whatever sigma_w: below q* it "
                     "dies out, above it explodes. No one gain is right"});
  }
  return facts;
}

std::string variances_text(const AnalysisReport& report) {
  const theory::Variances& variances = report.analysis.variances;
  return "sigma_w = " + analysis_number(std::sqrt(variances.weight)) +
         (report.default_variances ? " (the gain)" : "") +
         ", sigma_b = " + analysis_number(std::sqrt(variances.bias));
}

bool has_critical_line(const ActivationAnalysis& analysis) {
  return std::ranges::any_of(analysis.critical_line, [](const CriticalLinePoint& point) {
    return point.point.has_value();
  });
}

std::string critical_text(const ActivationAnalysis& analysis) {
  using Absence = CriticalLinePoint::Absence;
  std::string text;
  const CriticalLinePoint& first = analysis.critical_line.front();
  if (first.point && first.point->every_length) {
    text = "With sigma_w^2 = " + analysis_number(first.point->weight_variance) +
           " and sigma_b = 0 every length rests, and gradients keep their size. ";
  }
  std::set<Absence> reasons;
  for (const CriticalLinePoint& point : analysis.critical_line) reasons.insert(point.absence);
  const bool some = has_critical_line(analysis);
  const std::string where = !some         ? "There is no critical line: "
                            : first.point ? "With biases there is no critical point: "
                                          : "Where none is given there is no critical point: ";
  const std::string with = "with the sigma_w^2 that keeps gradients, 1 / E phi'^2, lengths ";
  std::string why;
  if (reasons.contains(Absence::lengths_grow)) why = with + "grow in every layer";
  if (reasons.contains(Absence::lengths_shrink)) {
    why += (why.empty() ? with : " or ") + std::string("shrink in every layer");
  }
  if (reasons.contains(Absence::lengths_are_repelled)) {
    why += (why.empty() ? with : " or ") + std::string("leave the one that rests");
  }
  if (!why.empty()) text += where + why + (some ? "." : ", whatever sigma_b is.");
  if (some && why.empty()) text += "On this line both lengths and gradients keep their size.";
  return text;
}

}  // namespace clino::report
