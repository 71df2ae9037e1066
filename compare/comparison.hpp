#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compare/measures.hpp"
#include "compare/outcome.hpp"
#include "compare/plan.hpp"
#include "statistics/contrast.hpp"
#include "statistics/survival.hpp"

/// \file
/// What a comparison found: plain structs, the same for the terminal, the files and the page.

namespace clino::compare {

/// A run with its place in the comparison.
struct RunResult {
  std::size_t variation = 0;
  std::uint64_t seed = 0;
  std::optional<Index> fold = {};
  std::filesystem::path directory = {};  ///< relative to the comparison's, where it lies in it
  RunOutcome outcome = {};
};

/// A setting that a variation got by tuning.
struct TunedSetting {
  Setting setting;
  bool at_edge = false;  ///< of its grid: the best may lie beyond it
};

/// How the combinations of the grids did, for one variation.
struct Tuning {
  std::vector<TunedSetting> chosen;
  struct Point {
    std::vector<Setting> settings;
    /// Mean validation loss (training loss where there is no validation part) at the end, over the
    /// tuning seeds; infinite where a run failed.
    double loss = 0;
  };
  std::vector<Point> points;
};

/// One measure of one variation over its runs.
struct MeasureSummary {
  const Measure* measure = nullptr;
  /// Of the runs that have a value. Of times to a target: of those cut off at the horizon, in all
  /// runs.
  statistics::Summary values;
  // Of times to a target:
  std::optional<statistics::Survival> survival;
  Index reached = 0;  ///< runs that got there
};

struct VariationResult {
  std::string label;
  std::vector<Setting> settings;
  std::string group;  ///< only variations of one group are compared; "" where there is but one
  std::string name;   ///< the label without what all of its group share; "" for the label
  std::optional<Tuning> tuning;
  std::vector<std::size_t> runs;  ///< positions in `Comparison::runs`
  Index failed = 0;
  Index rank = 1;  ///< in its group, by the primary measure; shared where nothing tells apart, 0
                   ///< where no run has a value, and by a measure without a better
  std::vector<MeasureSummary> measures;  ///< those that at least one run of the comparison has

  /// That of a measure, or null.
  const MeasureSummary* find(std::string_view measure) const;
};

/// A measure of a variation as one number.
struct Estimate {
  double value = 0;  ///< the mean, of times cut off at the horizon
  std::optional<statistics::Interval> interval;
  Index n = 0;
};
/// Nothing where no run has a value.
std::optional<Estimate> estimate_of(const VariationResult& variation, const Measure& measure);

/// Two variations by one measure.
struct Pair {
  std::size_t a = 0, b = 0;
  const Measure* measure = nullptr;
  statistics::Scale scale = statistics::Scale::difference;  ///< of ratios only where all are > 0
  statistics::Design design = statistics::Design::paired;
  statistics::Contrast contrast = {};       ///< a - b or a / b
  statistics::WinProbability a_below = {};  ///< how often a's value is the lower one
  double adjusted_p = 1;                    ///< for all pairs by this measure
  bool told_apart = false;                  ///< adjusted_p <= alpha
  std::optional<std::size_t> better = {};   ///< where they are told apart and one is
  /// Where they are not, by the measure that ranks: seeds that would tell a difference of the size
  /// seen, with a power of .8.
  std::optional<Index> seeds_needed = {};
};

struct AssertionResult {
  std::string text;
  bool holds = false;
  std::optional<double> left = {}, right = {};  ///< none where a variation has no value
  std::string reason = {};                      ///< why it cannot hold, whatever the values
};

struct Comparison {
  std::string name;
  std::vector<RunResult> runs;
  std::vector<VariationResult> variations;
  /// By measure, then by a and b. Of more than 20 variations by the measure that ranks alone.
  std::vector<Pair> pairs;
  const Measure* primary = nullptr;
  std::optional<Target> target;
  double horizon = 0;  ///< epochs that every variation was given: times are cut off here
  statistics::Design design = statistics::Design::paired;  ///< of all pairs that allow it
  bool existing = false;  ///< of runs that were there, whoever trained them
  bool same_data = true;  ///< with one seed all runs have the same data
  std::optional<Index> folds;
  double confidence = 0.95;
  Index seeds = 0;
  bool tuned = false;
  std::vector<std::string> remarks;    ///< what a reader has to know
  std::vector<std::string> sentences;  ///< on the pairs that a reader asks about first
  std::vector<AssertionResult> assertions;

  double alpha() const { return 1 - confidence; }
  /// By the primary measure.
  std::vector<const Pair*> primary_pairs() const;
  /// The pair of two variations by the primary measure, in either order; or null.
  const Pair* find(std::size_t a, std::size_t b) const;
};

/// Summaries, pairs, ranks, sentences and assertions from the runs: fills all that stands below
/// `pairs`, and `VariationResult::measures`. Looks at no file.
void analyze(Comparison& comparison, const std::string& measure,
             const std::vector<Assertion>& assertions);

/// The variations by rank, those of one rank by their mean; group after group.
std::vector<std::size_t> by_rank(const Comparison& comparison);

/// The same, a list for each group of those that are compared with each other.
std::vector<std::vector<std::size_t>> groups_by_rank(const Comparison& comparison);

}  // namespace clino::compare
