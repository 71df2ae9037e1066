#pragma once

#include <cmath>
#include <string>
#include <string_view>

#include "core/errors.hpp"
#include "core/options.hpp"

namespace clino {

/// `temperature`, if it is one. Throws `UsageError` in the name of the operation `kind`.
inline double require_temperature(std::string_view kind, double temperature) {
  if (temperature > 0 && std::isfinite(temperature)) return temperature;
  throw UsageError("[" + std::string(kind) + "] temperature must be a finite number > 0, found " +
                   to_text(OptionValue(temperature)));
}

}  // namespace clino
