#pragma once

#include <string>
#include <vector>

#include "report/html.hpp"
#include "report/styles.hpp"

namespace clino::report {

struct ChartLine {
  std::string label;
  LineStyle style;
  std::vector<double> steps, values;
  bool thin = false;      ///< a backdrop to the others
  bool may_lack = false;  ///< NaN is no sign of trouble
};

struct ChartPicture {
  std::string description;  ///< for whoever does not see it
  bool log = false;
  bool from_zero = false;
  std::vector<ChartLine> lines;
};

/// A chart as SVG, for paper and for pages without scripts. Values that are not finite are gaps,
/// marked by a cross at the top; labels stand at the lines' ends as far as there is room.
void write_chart(Html& html, const ChartPicture& picture);

/// How many points the lines of a picture have together, about.
inline constexpr std::size_t kPicturePoints = 2000;

}  // namespace clino::report
