#pragma once

#include <string>
#include <string_view>

namespace clino {

/// A whole file, written piece after piece, so that a reader, a crash or a power cut finds the old
/// content or the new, never a mixture: into a temporary file beside it, then fsync, then rename.
/// All errors (no such folder, no permission, disk full) are `InputError` with the path and the
/// reason; the old file is then still in place.
class AtomicFile {
 public:
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  /// Without `commit` the old file stays.
  ~AtomicFile();

  void write(std::string_view content);
  void commit();

 private:
  std::string path_;
  std::string temporary_;
  int descriptor_ = -1;
  bool committed_ = false;
};

/// Writes a whole file that lies in memory, as `AtomicFile` does.
void write_atomically(const std::string& path, std::string_view content);

/// The whole content of a file. Throws `InputError` where it cannot be read.
std::string read_file(const std::string& path);

}  // namespace clino
