#include "compare/text_parts.hpp"

#include <algorithm>

#include "report/number_text.hpp"

namespace clino::compare {

std::string rank_text(const Comparison& comparison, const VariationResult& variation) {
  if (variation.rank == 0) return "–";
  const auto same = std::ranges::count_if(comparison.variations, [&](const VariationResult& other) {
    return other.rank == variation.rank && other.group == variation.group;
  });
  return std::to_string(variation.rank) + (same > 1 ? "=" : "");
}

std::string interval_text(const std::optional<statistics::Interval>& interval, int digits) {
  if (!interval) return "";
  return "[" + report::number_text(interval->low, digits) + ", " +
         report::number_text(interval->high, digits) + "]";
}

std::string counted(std::size_t count, std::string_view noun) {
  return report::count_text(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string beside(const std::optional<statistics::Interval>& interval) {
  return interval ? " " + interval_text(interval) : "";
}

std::string unit_of(const Measure& measure) {
  return std::string(measure.name.substr(0, measure.name.find('_')));
}

}  // namespace clino::compare
