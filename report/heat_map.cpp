#include "report/heat_map.hpp"

namespace clino::report {

HeatMap heat_map(const std::vector<LayerLog>& layers, std::size_t columns) {
  HeatMap map;
  map.rows.reserve(layers.size());
  for (const LayerLog& layer : layers) {
    map.rows.push_back(stretches(values_of(layer.points, &LayerPoint::delta_norm), columns, true));
    map.range.include(map.rows.back());
  }
  return map;
}

}  // namespace clino::report
