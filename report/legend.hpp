#pragma once

#include <string>
#include <vector>

#include "report/html.hpp"

namespace clino::report {

/// What a line, an area or a mark is, beside a sample of it.
struct LegendEntry {
  std::string sample;  ///< classes of the sample: `swatch c0`, `block c0`, `dot c0`
  std::string text;
};
void write_legend(Html& html, const std::vector<LegendEntry>& entries);

}  // namespace clino::report
