#pragma once

#include <filesystem>
#include <string>

#include "compare/comparison.hpp"

namespace clino::compare {

/// The page of a comparison: one HTML file that needs no other, no network and no scripts. It will
/// lie in `directory`: links to runs are relative to it.
std::string comparison_html(const Comparison& comparison, const std::filesystem::path& directory);

}  // namespace clino::compare
