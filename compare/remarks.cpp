#include "compare/remarks.hpp"

#include <algorithm>
#include <cmath>

#include "compare/text_parts.hpp"
#include "data/numbers.hpp"
#include "report/number_text.hpp"
#include "statistics/contrast.hpp"

namespace clino::compare {

namespace {

std::string about_the_test(const Comparison& comparison) {
  const std::size_t pairs = comparison.primary_pairs().size();
  std::string text = "Intervals are " + clino::number_text(comparison.confidence * 100) +
                     " % each by itself; means of losses and ratios are geometric. Told apart: p "
                     "at most " +
                     report::number_text(comparison.alpha(), 2);
  if (pairs > 1) text += " after Holm's correction for " + std::to_string(pairs) + " pairs";
  return text + ".";
}

/// Few seeds and many pairs can tell only what hardly varies.
void add_power(const Comparison& comparison, std::vector<std::string>& texts) {
  const std::vector<const Pair*> pairs = comparison.primary_pairs();
  if (pairs.empty() || comparison.folds) return;
  Index most = 0;
  for (const Pair* pair : pairs) most = std::max(most, pair->contrast.n);
  const auto difference = statistics::detectable(
      most, comparison.design, comparison.alpha() / static_cast<double>(pairs.size()));
  constexpr double kLarge = 2;  // standard deviations
  if (!difference || *difference < kLarge) return;
  texts.push_back("With n = " + std::to_string(most) + " and " + counted(pairs.size(), "pair") +
                  " only differences of " + report::number_text(*difference, 2) +
                  " times their standard deviation are found four times in five: more seeds, or "
                  "fewer variations (--within), would tell more.");
}

std::string about_the_design(const Comparison& comparison) {
  if (comparison.folds) {
    return "Cross-validation: " + counted(static_cast<std::size_t>(*comparison.folds), "fold") +
           " for each of " + counted(static_cast<std::size_t>(comparison.seeds), "seed") +
           "; training sets overlap, which intervals allow for (Nadeau and Bengio 2003).";
  }
  if (comparison.design == statistics::Design::independent && !comparison.existing) {
    return "Unpaired: every variation has seeds of its own (Welch's test).";
  }
  if (comparison.design == statistics::Design::independent) {
    return "Not all variations have the same seeds and data: pairs that have are paired, all "
           "others are not (Welch's test).";
  }
  if (!comparison.same_data) {
    return "Paired by the seed. As the variations differ in their data, they share neither these "
           "nor the split.";
  }
  return "Paired: with one seed all variations share data, split, order of the samples and, where "
         "shapes allow, the draws for the first weights.";
}

std::string about_tuning(const Comparison& comparison) {
  if (comparison.tuned) {
    return "Tuned: each variation has the settings of the lowest mean loss on other seeds.";
  }
  if (comparison.existing) return "Whether these runs were tuned alike is not known.";
  return "Untuned: all variations have the config's own settings; one that looks worse may only "
         "want another learning rate (--tune).";
}

void add_times(const Comparison& comparison, std::vector<std::string>& texts) {
  if (!comparison.target) return;
  double most = 0;
  for (const RunResult& run : comparison.runs) {
    if (run.outcome.status != "completed") continue;
    most = std::max(most, static_cast<double>(run.outcome.epochs));
  }
  const std::string horizon = clino::number_text(comparison.horizon);
  std::string text = "Means of times are cut off at " + horizon +
                     " epochs: a run that does not get there by then counts with these.";
  if (most > comparison.horizon) {
    text += " Some had more, up to " + clino::number_text(most) +
            ": as not all had, what they did later does not count in means and comparisons.";
  }
  texts.push_back(std::move(text));
}

/// Variations that cannot differ.
void add_equal_ones(const Comparison& comparison, std::vector<std::string>& texts) {
  const auto outcome = [&](const VariationResult& variation, std::size_t run) -> const RunOutcome& {
    return comparison.runs[variation.runs[run]].outcome;
  };
  for (std::size_t a = 0; a < comparison.variations.size(); ++a) {
    for (std::size_t b = a + 1; b < comparison.variations.size(); ++b) {
      const VariationResult &one = comparison.variations[a], &other = comparison.variations[b];
      if (comparison.design != statistics::Design::paired || one.runs.empty() ||
          one.runs.size() != other.runs.size()) {
        continue;
      }
      bool equal = true;
      for (std::size_t run = 0; run < one.runs.size() && equal; ++run) {
        const std::string& hash = outcome(one, run).weights_hash;
        equal = !hash.empty() && hash == outcome(other, run).weights_hash;
      }
      if (equal) {
        texts.push_back(one.label + " and " + other.label +
                        " are the same: with one seed both end with the same weights.");
      }
    }
  }
}

bool none_finite(const Tuning& tuning) {
  return std::ranges::none_of(tuning.points,
                              [](const Tuning::Point& point) { return std::isfinite(point.loss); });
}

void add_edges(const Comparison& comparison, std::vector<std::string>& texts) {
  for (const VariationResult& variation : comparison.variations) {
    if (!variation.tuning) continue;
    for (const TunedSetting& chosen : variation.tuning->chosen) {
      if (none_finite(*variation.tuning)) {
        texts.push_back(variation.label + ": no setting of the grid gave a finite loss; " +
                        chosen.setting.override_text() + " is the first of them.");
        continue;
      }
      if (!chosen.at_edge) continue;
      texts.push_back(variation.label + " got " + chosen.setting.override_text() +
                      ", at the edge of its grid: a better value may lie beyond.");
    }
  }
}

/// A reason goes into details after its first semicolon.
std::string first_part(const std::string& reason) { return reason.substr(0, reason.find(';')); }

/// Whether runs have epochs behind them, and none of them a validation part.
bool lacks_validation(const Comparison& comparison) {
  const auto any_has = [&](std::vector<double> Curves::*curve) {
    return std::ranges::any_of(comparison.runs, [&](const RunResult& run) {
      return !(run.outcome.curves.*curve).empty();
    });
  };
  return any_has(&Curves::train_loss) && !any_has(&Curves::validation_loss);
}

}  // namespace

std::vector<std::string> remarks(const Comparison& comparison) {
  std::vector<std::string> texts = {about_tuning(comparison), about_the_design(comparison),
                                    about_the_test(comparison)};
  add_times(comparison, texts);
  add_power(comparison, texts);
  add_equal_ones(comparison, texts);
  add_edges(comparison, texts);
  if (!comparison.same_data) {
    texts.emplace_back(
        "With the same seed not all runs have the same data: differences may come "
        "from the data alone.");
  }
  if (comparison.primary->clock) {
    texts.emplace_back("Seconds were measured while other runs went on beside them.");
  }
  if (comparison.primary_pairs().empty() && comparison.variations.size() > 1) {
    texts.push_back("No run has a value for " + std::string(comparison.primary->title) + ".");
  }
  if (lacks_validation(comparison)) {
    texts.emplace_back("There is no validation part: all metrics are of the training part.");
  }
  for (const VariationResult& variation : comparison.variations) {
    if (variation.failed == 0) continue;
    const auto failed = std::ranges::find_if(
        variation.runs, [&](std::size_t run) { return comparison.runs[run].outcome.failed(); });
    texts.push_back(std::to_string(variation.failed) + " of " +
                    counted(variation.runs.size(), "run") + " of " + variation.label +
                    " failed: " + first_part(comparison.runs[*failed].outcome.reason));
  }
  return texts;
}

}  // namespace clino::compare
