#include "claims/claims_table.hpp"

#include <cmath>

#include "report/number_text.hpp"
#include "report/pen.hpp"
#include "report/text_fields.hpp"

namespace clino::claims {

namespace {

using report::left_field;
using report::Pen;

constexpr std::size_t kRow = 4, kName = 20, kPredicted = 19, kMeasured = 19, kVerdict = 14;
constexpr std::size_t kIndent = kRow;

std::string colored(const Pen& pen, Verdict verdict, const std::string& text) {
  if (verdict == Verdict::holds) return text;
  return verdict == Verdict::does_not_hold ? pen.severe(text) : pen.warning(text);
}

/// `0.2351 ± 0.0021`; where the interval is not even, its ends.
std::string measured_text(const Check& check, bool unicode) {
  std::string value = figure_text(check.measured);
  const double below = check.measured - check.interval.low;
  const double above = check.interval.high - check.measured;
  if (check.interval.low == check.interval.high) return value;
  if (!std::isfinite(below + above)) return value;
  const double half = (below + above) / 2;
  return value + (unicode ? " ± " : " +- ") + report::number_text(half, 2);
}

std::string figures(const Check& check, const ScreenOptions& options) {
  return left_field(check.predicted, kPredicted) +
         left_field(measured_text(check, options.unicode), kMeasured);
}

std::string check_lines(const Check& check, const ScreenOptions& options, const Pen& pen) {
  const std::string verdict(to_text(check.verdict));
  return std::string(kIndent, ' ') +
         pen.faint(report::wrapped(check.quantity + " (" + check.how + ")", options.columns - 1,
                                   kIndent)) +
         "\n" + std::string(kRow + kName, ' ') + figures(check, options) +
         colored(pen, check.verdict, verdict) + "\n";
}

}  // namespace

std::string table_head(const ScreenOptions& options) {
  const Pen pen(options.color);
  return pen.heading(left_field("row", kRow) + left_field("claim", kName) +
                     left_field("predicted", kPredicted) + left_field("measured", kMeasured) +
                     left_field("verdict", kVerdict) + "   s") +
         "\n";
}

std::string table_row(const Result& result, const ScreenOptions& options, bool all) {
  const Pen pen(options.color);
  const Outcome& outcome = result.outcome;
  const Verdict verdict = outcome.verdict();
  Check none;
  none.quantity = "nothing was checked";
  const Check& first = outcome.checks.empty() ? none : outcome.checks.front();
  std::string seconds = report::number_text(std::round(result.seconds * 10) / 10, 3);
  seconds.insert(0, seconds.size() < 4 ? 4 - seconds.size() : 0, ' ');
  std::string text = left_field(result.claim->row, kRow) + left_field(result.claim->name, kName) +
                     figures(first, options) +
                     colored(pen, verdict, left_field(to_text(verdict), kVerdict)) + seconds + "\n";
  if (!all && verdict == Verdict::holds) {
    return text + std::string(kIndent, ' ') +
           pen.faint(report::wrapped(first.quantity, options.columns - 1, kIndent)) + "\n";
  }
  text +=
      std::string(kIndent, ' ') + report::wrapped(outcome.ran, options.columns - 1, kIndent) + "\n";
  for (const Check& check : outcome.checks) text += check_lines(check, options, pen);
  return text;
}

std::string table_foot(std::span<const Result> results) {
  double seconds = 0;
  std::size_t holding = 0;
  for (const Result& result : results) {
    seconds += result.seconds;
    holding += result.outcome.verdict() == Verdict::holds ? 1 : 0;
  }
  return "\n" + std::to_string(holding) + " of " + std::to_string(results.size()) +
         (results.size() == 1 ? " claim holds, " : " claims hold, ") +
         report::duration_text(seconds) + "\n";
}

std::string claim_list(std::span<const Claim* const> claims, const ScreenOptions& options) {
  std::string text;
  for (const Claim* claim : claims) {
    text += left_field(claim->row, kRow) + left_field(claim->name, kName) +
            report::wrapped(claim->statement, options.columns - 1, kRow + kName) + "\n";
  }
  return text;
}

}  // namespace clino::claims
