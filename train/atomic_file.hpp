#pragma once

#include <string>
#include <string_view>

namespace clino {

/// Writes a whole file so that a reader, a crash or a power cut finds the old content or the new,
/// never a mixture: into a temporary file beside it, then fsync, then rename. Throws `InputError`
/// naming the path and the reason (no such folder, no permission, disk full); the old file is then
/// still in place.
void write_atomically(const std::string& path, std::string_view content);

/// The whole content of a file. Throws `InputError` where it cannot be read.
std::string read_file(const std::string& path);

}  // namespace clino
