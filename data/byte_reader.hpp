#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The bytes of a plain or gzip-compressed file, in bounded chunks. Whether a file is compressed is
/// told by its first two bytes, not by its name.

namespace clino {

/// Reads a file from the beginning to the end. Memory does not depend on what the file claims: a
/// caller's storage grows as bytes arrive. All errors are `InputError` with file and byte offset.
class ByteReader {
 public:
  static constexpr std::size_t kChunk = std::size_t{1} << 16U;

  /// Opens the file. A missing one is reported with the package that brings it, where known.
  explicit ByteReader(std::string path);
  ~ByteReader();
  ByteReader(const ByteReader&) = delete;
  ByteReader& operator=(const ByteReader&) = delete;

  /// Reads up to `buffer.size()` bytes; fewer only at the end of the file.
  std::size_t read(std::span<char> buffer);
  /// Fills the buffer. `what` names it where the file ends within.
  void read_exactly(std::span<char> buffer, std::string_view what);
  /// Hands over `count` bytes in chunks of `kChunk` (the last may be smaller).
  void read_chunks(std::uint64_t count, std::string_view what,
                   const std::function<void(std::span<const char>)>& take);
  /// Refuses further bytes.
  void expect_end();

  const std::string& path() const { return path_; }
  bool compressed() const { return inflater_ != nullptr; }
  /// How many bytes may be left at most, so that no more need be believed: of a compressed file a
  /// multiple of what it holds.
  std::uint64_t most_left() const;
  /// Bytes handed out so far; of a compressed file those after decompression.
  std::uint64_t offset() const { return offset_; }
  /// Throws `InputError`: file, offset, message.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  struct Inflater;

  void refill();
  std::size_t read_plain(std::span<char> buffer);
  std::size_t read_compressed(std::span<char> buffer);
  bool next_member();
  [[noreturn]] void fail_compressed(const std::string& message) const;

  std::string path_;
  std::ifstream file_;
  std::vector<char> chunk_;          ///< bytes of the file, as they stand in it
  std::size_t begin_ = 0, end_ = 0;  ///< what of the chunk is not yet used
  std::uint64_t file_offset_ = 0;    ///< of the chunk's end
  std::uint64_t offset_ = 0;
  std::unique_ptr<Inflater> inflater_;  ///< null for a plain file
  bool finished_ = false;               ///< the last compressed member has ended
};

}  // namespace clino
