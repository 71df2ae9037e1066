#pragma once

#include <filesystem>
#include <string>

namespace clino::compare {

/// The address of a run's report, or of its folder where it has none, as seen from a page in
/// `directory`. Everything but letters, digits, `-._~` and `/` is percent-encoded: no name of a
/// folder can be read as a scheme, a host or a query. Empty for a run without a folder.
std::string run_link(const std::filesystem::path& directory, const std::filesystem::path& run);

}  // namespace clino::compare
