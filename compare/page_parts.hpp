#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compare/comparison.hpp"
#include "compare/text_parts.hpp"
#include "report/html.hpp"

/// \file
/// The sections of the page, one function each. A section without anything to show writes nothing.

namespace clino::compare {

struct ComparisonPage {
  const Comparison& comparison;
  const std::filesystem::path& directory;  ///< where the page will lie
  std::vector<std::size_t> order;          ///< the variations by rank

  const VariationResult& variation(std::size_t i) const { return comparison.variations[i]; }
  std::size_t count() const { return comparison.variations.size(); }
};

void write_summary(report::Html& html, const ComparisonPage& page);
void write_settings(report::Html& html, const ComparisonPage& page);
void write_ranking(report::Html& html, const ComparisonPage& page);
void write_convergence(report::Html& html, const ComparisonPage& page);
void write_survival(report::Html& html, const ComparisonPage& page);
void write_intervals(report::Html& html, const ComparisonPage& page);
void write_signal(report::Html& html, const ComparisonPage& page);
void write_runs(report::Html& html, const ComparisonPage& page);

/// Below the intervals: every variation against every other, as far as a table has room for them.
void write_pair_matrix(report::Html& html, const ComparisonPage& page);

/// A pair as seen from one of its variations.
struct Against {
  const Pair* pair = nullptr;
  double estimate = 0;  ///< it - the other, or it / the other
  std::optional<statistics::Interval> interval;
  double wins = 0.5;  ///< how often it is the better one; the lower one where none is better
  statistics::Interval wins_interval;
};
/// `i` against `other` by the primary measure; nothing where there is nothing to compare.
std::optional<Against> against(const Comparison& comparison, std::size_t i, std::size_t other);
/// `better`, `worse`, `higher`, `lower` or `not told apart`.
std::string verdict(const Against& found, std::size_t i);

/// An interval of values of a measure, with as many digits as the values have.
std::string interval_text(const Measure& measure,
                          const std::optional<statistics::Interval>& interval);
/// A value with the digits that its measure deserves; shares in per cent.
std::string value_text(const Measure& measure, double value);
/// `lower is better`, or nothing.
std::string_view better_text(const Measure& measure);
/// `10 runs`, `9 of 10 runs, 1 failed`.
std::string runs_text(const VariationResult& variation);
/// Whether a measure's values lie on a log axis: counted by ratios, and all of them > 0.
bool on_log_axis(const ComparisonPage& page, const Measure& measure);

/// Whether what matters happens in the first few of many epochs: a log axis shows it.
bool is_over_early(const ComparisonPage& page);

/// Opens what shows its content when asked to; the caller closes it.
void open_details(report::Html& html, std::string_view summary);

}  // namespace clino::compare
