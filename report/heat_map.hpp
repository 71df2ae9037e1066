#pragma once

#include <cstdint>
#include <vector>

#include "report/run_log.hpp"
#include "report/stretches.hpp"

namespace clino::report {

/// log10 of `delta_norm`, a row for each layer, the first on top, and a column for a stretch of
/// steps: what the page and the terminal show.
struct HeatMap {
  std::vector<std::vector<Stretch>> rows;  ///< of a layer without records: empty
  ValueRange range;
};

/// At most `columns` of them.
HeatMap heat_map(const std::vector<LayerLog>& layers, std::size_t columns);

/// The first and the last step of a stretch.
inline std::uint64_t first_step(const LayerLog& layer, const Stretch& stretch) {
  return layer.points[stretch.begin].step;
}
inline std::uint64_t last_step(const LayerLog& layer, const Stretch& stretch) {
  return layer.points[stretch.end - 1].step;
}

}  // namespace clino::report
