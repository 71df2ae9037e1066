#include "report/profile.hpp"

#include <algorithm>
#include <cmath>

namespace clino::report {

namespace {

std::optional<Profile> profile_at(const std::vector<const LayerLog*>& layers, std::size_t record,
                                  double (*value)(const LayerPoint&)) {
  // Positions count from their middle, so that the slope is sum x y / sum x^2.
  const double middle = static_cast<double>(layers.size() - 1) / 2;
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const double here = value(layers[i]->points[record]);
    if (!std::isfinite(here) || !(here > 0)) return std::nullopt;
    const double x = static_cast<double>(i) - middle;
    xy += x * std::log(here);
    xx += x * x;
  }
  return Profile{.record = record,
                 .step = layers.front()->points[record].step,
                 .first = value(layers.front()->points[record]),
                 .last = value(layers.back()->points[record]),
                 .factor = std::exp(xy / xx)};
}

}  // namespace

Profiles profiles(const std::vector<const LayerLog*>& layers, double (*value)(const LayerPoint&)) {
  Profiles found;
  if (layers.size() < 3) return found;
  std::size_t records = layers.front()->points.size();
  for (const LayerLog* layer : layers) records = std::min(records, layer->points.size());
  for (std::size_t i = 0; i < records && !found.start; ++i) {
    found.start = profile_at(layers, i, value);
  }
  found.looked_at = std::min(records, kLastRecords);
  for (std::size_t i = records; i-- > records - found.looked_at;) {
    if (const auto profile = profile_at(layers, i, value)) found.last.push_back(*profile);
  }
  return found;
}

}  // namespace clino::report
