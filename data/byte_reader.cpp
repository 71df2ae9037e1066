#include "data/byte_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <zlib.h>

#include "core/errors.hpp"
#include "data/packages.hpp"

namespace clino {

namespace {

bool is_gzip(const char* bytes) { return bytes[0] == '\x1f' && bytes[1] == '\x8b'; }

std::string with_hint(const std::string& message, const std::string& path) {
  const std::string hint = package_hint(path);
  return hint.empty() ? message : message + "; " + hint;
}

}  // namespace

/// zlib's state, kept out of the header.
struct ByteReader::Inflater {
  Inflater() {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&stream, kGzipOnly) != Z_OK) throw InputError("zlib cannot be initialised");
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  z_stream stream = {};
};

ByteReader::ByteReader(std::string path) : path_(std::move(path)), chunk_(kChunk) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path_, ignored)) {
    throw InputError(path_ + ": is a directory, expected a file");
  }
  errno = 0;
  file_.open(path_, std::ios::binary);
  if (!file_) {
    const std::string reason = std::generic_category().message(errno != 0 ? errno : ENOENT);
    throw InputError(with_hint(path_ + ": cannot be opened: " + reason, path_));
  }
  refill();
  if (end_ >= 2 && is_gzip(chunk_.data())) inflater_ = std::make_unique<Inflater>();
  if (!inflater_ && path_.ends_with(".gz")) fail("is not a gzip file, as its name says");
}

ByteReader::~ByteReader() = default;

void ByteReader::refill() {
  file_.read(chunk_.data(), static_cast<std::streamsize>(chunk_.size()));
  if (file_.bad()) throw InputError(path_ + ": cannot be read");
  begin_ = 0;
  end_ = static_cast<std::size_t>(file_.gcount());
  file_offset_ += end_;
}

std::size_t ByteReader::read(std::span<char> buffer) {
  const std::size_t count = inflater_ ? read_compressed(buffer) : read_plain(buffer);
  offset_ += count;
  return count;
}

std::size_t ByteReader::read_plain(std::span<char> buffer) {
  std::size_t done = 0;
  while (done < buffer.size()) {
    if (begin_ == end_) refill();
    if (end_ == 0) break;
    const std::size_t count = std::min(buffer.size() - done, end_ - begin_);
    std::copy_n(chunk_.data() + begin_, count, buffer.data() + done);
    begin_ += count;
    done += count;
  }
  return done;
}

std::size_t ByteReader::read_compressed(std::span<char> buffer) {
  z_stream& stream = inflater_->stream;
  stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
  stream.avail_out = static_cast<uInt>(buffer.size());
  while (stream.avail_out > 0 && !finished_) {
    if (begin_ == end_) refill();
    if (end_ == 0) fail_compressed("the compressed data are cut off");
    stream.next_in = reinterpret_cast<Bytef*>(chunk_.data() + begin_);
    stream.avail_in = static_cast<uInt>(end_ - begin_);
    const int status = inflate(&stream, Z_NO_FLUSH);
    begin_ = end_ - stream.avail_in;
    if (status == Z_STREAM_END) {
      finished_ = !next_member();
    } else if (status != Z_OK) {
      fail_compressed("the compressed data are damaged" +
                      (stream.msg != nullptr ? ": " + std::string(stream.msg) : ""));
    }
  }
  return buffer.size() - stream.avail_out;
}

/// A gzip file is one compressed member after another (RFC 1952). False at the end of the file.
bool ByteReader::next_member() {
  std::array<char, 2> magic = {};
  const std::size_t unused = end_ - begin_;
  if (unused < magic.size()) {  // the two bytes may lie in two chunks
    std::copy_n(chunk_.data() + begin_, unused, magic.data());
    refill();
    if (unused + end_ == 0) return false;
    chunk_.insert(chunk_.begin(), magic.begin(),
                  magic.begin() + static_cast<std::ptrdiff_t>(unused));
    end_ += unused;
  }
  if (end_ - begin_ < magic.size() || !is_gzip(chunk_.data() + begin_)) {
    fail_compressed("bytes after the end of the compressed data");
  }
  return inflateReset(&inflater_->stream) == Z_OK;
}

void ByteReader::read_exactly(std::span<char> buffer, std::string_view what) {
  const std::size_t count = read(buffer);
  if (count == buffer.size()) return;
  fail("the file ends within " + std::string(what) + ": " + std::to_string(buffer.size()) +
       " bytes expected, found " + std::to_string(count));
}

void ByteReader::read_chunks(std::uint64_t count, std::string_view what,
                             const std::function<void(std::span<const char>)>& take) {
  std::vector<char> buffer(kChunk);
  for (std::uint64_t done = 0; done < count;) {
    const std::size_t wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(count - done, kChunk));
    const std::size_t found = read(std::span(buffer).first(wanted));
    done += found;
    if (found < wanted) {
      fail("the file ends within " + std::string(what) + ": the header claims " +
           std::to_string(count) + " bytes, found " + std::to_string(done));
    }
    take(std::span<const char>(buffer).first(wanted));
  }
}

std::uint64_t ByteReader::most_left() const {
  constexpr std::uint64_t kBestCompression = 1032;  // of deflate (RFC 1951), about
  std::error_code unknown;
  const std::uint64_t size = std::filesystem::file_size(path_, unknown);
  if (unknown) return 0;
  return compressed() ? size * kBestCompression : size - std::min(size, offset_);
}

void ByteReader::expect_end() {
  char extra = 0;
  if (read({&extra, 1}) == 0) return;
  --offset_;
  fail("more bytes than the header claims");
}

void ByteReader::fail(const std::string& message) const {
  throw InputError(path_ + ", byte " + std::to_string(offset_) +
                   (inflater_ ? " (decompressed): " : ": ") + message);
}

void ByteReader::fail_compressed(const std::string& message) const {
  throw InputError(path_ + ", byte " + std::to_string(file_offset_ - (end_ - begin_)) + ": " +
                   message);
}

}  // namespace clino
