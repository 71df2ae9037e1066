#include "data/mapped_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "core/errors.hpp"

namespace clino {

namespace {

std::size_t page_size() {
  static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

std::int64_t change_time(const struct stat& status) {
  return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

bool MappedFile::is_possible(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0;
}

MappedFile::MappedFile(std::string path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  void* mapped = MAP_FAILED;
  if (descriptor_ >= 0 && ::fstat(descriptor_, &status) == 0) {
    size_ = static_cast<std::size_t>(status.st_size);
    changed_ = change_time(status);
    mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, descriptor_, 0);
  }
  if (mapped != MAP_FAILED) {
    begin_ = static_cast<const char*>(mapped);
    return;
  }
  const std::string reason = std::generic_category().message(errno);
  if (descriptor_ >= 0) ::close(descriptor_);
  throw InputError(path_ + ": cannot be mapped: " + reason);
}

MappedFile::~MappedFile() {
  ::munmap(const_cast<char*>(begin_), size_);
  ::close(descriptor_);
}

// Advice that the system does not take changes nothing but time and memory.

void MappedFile::expect_random_reads() const {
  ::madvise(const_cast<char*>(begin_), size_, MADV_RANDOM);
}

void MappedFile::fetch(std::size_t from, std::size_t count) const {
  const std::size_t first = from / page_size() * page_size();
  const std::size_t end = std::min(from + count, size_);
  ::madvise(const_cast<char*>(begin_) + first, end - first, MADV_WILLNEED);
}

void MappedFile::release(std::size_t from, std::size_t count) const {
  const std::size_t first = from / page_size() * page_size();
  const std::size_t end = std::min(from + count, size_);
  ::madvise(const_cast<char*>(begin_) + first, end - first, MADV_DONTNEED);
}

void MappedFile::check_unchanged() const {
  struct stat status {};
  const bool known = ::fstat(descriptor_, &status) == 0;
  if (known && std::cmp_equal(status.st_size, size_) && change_time(status) == changed_) return;
  throw InputError(
      path_ + ": was changed while it was in use: expected " + std::to_string(size_) +
      " bytes as before, found " +
      (std::cmp_equal(status.st_size, size_) ? "others" : std::to_string(status.st_size)));
}

}  // namespace clino
