#pragma once

#include <span>
#include <string>

#include "report/report.hpp"
#include "report/series.hpp"

namespace clino::report {

/// Text as a JSON string that can stand in a script element: `cleaned`, and nothing but ASCII.
std::string json_text(std::string_view text);

struct PageData {
  std::string json;             ///< for page.js: its shape stands at the top of that file
  std::size_t run_limit = 0;    ///< of points in a series of the run
  std::size_t layer_limit = 0;  ///< of points in a series of a layer

  std::size_t limit(const Series& series) const { return series.layer ? layer_limit : run_limit; }
};

/// The series as page.js reads them, thinned to what a page can carry.
PageData page_data(std::span<const RunLog> runs, std::span<const Series> all,
                   const ReportOptions& options);

}  // namespace clino::report
