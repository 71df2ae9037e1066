#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "report/run_log.hpp"

namespace clino::report {

/// A figure of a layer under the name that it has in the logs. Those of scans are `units` and
/// `dead_units`.
struct LayerFigure {
  std::string_view name;
  std::optional<double> (*latest)(const LayerLog&);  ///< none where the layer has none
};

/// All of them, `step` of the latest record first.
std::span<const LayerFigure> layer_figures();

}  // namespace clino::report
