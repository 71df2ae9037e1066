#include "data/preprocessing.hpp"

#include <algorithm>
#include <cmath>

#include "data/numbers.hpp"

namespace clino {

double Preprocessing::to_input(Index feature, double raw) const {
  const auto i = static_cast<std::size_t>(feature);
  const double value = std::isnan(raw) && !replacements.empty() ? replacements[i] : raw;
  return (value - means[i]) / scales[i];
}

std::optional<Index> Preprocessing::class_number(std::string_view text) const {
  const auto position = [&](auto found) -> Index { return found - class_names.begin(); };
  if (!integer_classes) {
    const auto found = std::lower_bound(class_names.begin(), class_names.end(), text);
    if (found == class_names.end() || *found != text) return std::nullopt;
    return position(found);
  }
  const std::optional<std::int64_t> number = parse_whole(text);
  if (!number) return std::nullopt;
  const auto found = std::lower_bound(
      class_names.begin(), class_names.end(), *number,
      [](const std::string& name, std::int64_t value) { return *parse_whole(name) < value; });
  if (found == class_names.end() || *parse_whole(*found) != *number) return std::nullopt;
  return position(found);
}

}  // namespace clino
