#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace clino {

/// A file whose bytes are part of the address space: they are read when they are looked at, and
/// forgotten when memory is short. All errors are `InputError` with the file's name.
class MappedFile {
 public:
  /// Whether a path names a file that can be mapped: a regular one.
  static bool is_possible(const std::string& path);

  explicit MappedFile(std::string path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  const std::string& path() const { return path_; }
  std::span<const char> bytes() const { return {begin_, size_}; }
  std::string_view text() const { return {begin_, size_}; }

  /// Says that bytes will be looked at here and there, not one after the other.
  void expect_random_reads() const;
  /// Asks for some bytes that will be looked at soon; does not wait for them.
  void fetch(std::size_t from, std::size_t count) const;
  /// Until they are looked at again, some bytes do not count as memory of this process.
  void release(std::size_t from, std::size_t count) const;
  /// Throws where the file is no longer what was mapped: looking at bytes behind the end of a file
  /// that has shrunk would end the program.
  void check_unchanged() const;

 private:
  std::string path_;
  int descriptor_ = -1;
  const char* begin_ = nullptr;
  std::size_t size_ = 0;
  std::int64_t changed_ = 0;  ///< when, in nanoseconds
};

}  // namespace clino
