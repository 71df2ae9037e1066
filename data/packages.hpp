#pragma once

#include <string>
#include <string_view>

namespace clino {

/// A sentence naming the Debian package that installs a data file, or "" where none is known.
std::string package_hint(std::string_view path);

}  // namespace clino
