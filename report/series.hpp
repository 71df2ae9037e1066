#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "report/run_log.hpp"

namespace clino::report {

/// One quantity over the steps of a run, as a chart draws it.
struct Series {
  std::size_t run = 0;                    ///< position among the runs of the page
  std::optional<std::size_t> layer = {};  ///< position in `RunLog::layers`
  std::string_view split = {};            ///< of a metric
  std::string_view quantity;              ///< as the log names it
  bool may_lack = false;                  ///< NaN is "has none" and not a number gone wrong
  std::vector<double> steps = {};
  std::vector<double> values = {};
};

/// Everything of a run that has a value for at least one step. Of layers: what means something for
/// their kind.
std::vector<Series> series_of(const RunLog& log, std::size_t run);

/// How many of the values are not finite though they should be.
std::size_t broken_values(const Series& series);

}  // namespace clino::report
