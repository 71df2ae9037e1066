#include "data/raw_data.hpp"

namespace clino {

std::string RawData::place(Index row) const {
  if (lines.empty()) return name + ", row " + std::to_string(row);
  return name + ", line " + std::to_string(lines[static_cast<std::size_t>(row)]);
}

std::string RawData::target_place(Index row) const {
  return targets_name.empty() ? place(row) : targets_name + ", row " + std::to_string(row);
}

}  // namespace clino
