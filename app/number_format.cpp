#include "app/number_format.hpp"

#include <cmath>
#include <spdlog/fmt/fmt.h>

namespace clino::app {

std::string number_text(const char* format, double value) {
  return fmt::format(fmt::runtime(format), std::isnan(value) ? std::abs(value) : value);
}

std::string rate_text(double per_second) {
  // Rounded to what is shown before the unit is chosen: 999.7 is 1.00k and not 1000.
  if (!(per_second >= 999.5)) return number_text("{:.0f}/s", per_second);
  const bool millions = per_second >= 999.5e3;
  const double value = per_second / (millions ? 1e6 : 1e3);
  return number_text(value < 9.995 ? "{:.2f}" : "{:.0f}", value) + (millions ? "M/s" : "k/s");
}

}  // namespace clino::app
