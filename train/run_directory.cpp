#include "train/run_directory.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <utility>

#include "core/errors.hpp"

namespace clino {

namespace fs = std::filesystem;

std::string folder_name(const std::string& text) {
  std::string name;
  for (const char letter : text) {
    const auto c = static_cast<unsigned char>(letter);
    const bool plain = c < 128 && (std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-');
    const bool continues = (c & 0xC0U) == 0x80U;  // a character of UTF-8 is one "-", not several
    if (!continues) name += plain ? letter : '-';
  }
  return name;
}

fs::path default_run_directory(const Config& config) {
  return fs::path("runs") / (folder_name(config.name) + "-" + std::to_string(config.seed));
}

namespace {

/// Removed in this order: what says that a run is finished goes first.
constexpr std::array kAllFiles{
    run_files::kSummary,  run_files::kCheckpoint, run_files::kConfig,     run_files::kPreprocessing,
    run_files::kMetrics,  run_files::kSteps,      run_files::kLayers,     run_files::kModel,
    run_files::kBest,     run_files::kUnits,      run_files::kHistograms, run_files::kSignal,
    run_files::kJacobian, run_files::kFilm,       run_files::kReport,     run_files::kCalibration};

/// Temporary files that a killed run was writing.
void remove_leftovers(const fs::path& directory) {
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    const auto is_of = [&](const char* file) {
      return name.starts_with(std::string(file) + ".tmp-");
    };
    if (std::ranges::any_of(kAllFiles, is_of)) fs::remove(entry.path());
  }
}

}  // namespace

RunDirectoryLock::RunDirectoryLock(const fs::path& directory)
    : descriptor_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  // `is_being_written` holds a lock for an instant: then it is worth asking again.
  constexpr int kAttempts = 20;
  for (int attempt = 0; descriptor_ >= 0 && attempt < kAttempts; ++attempt) {
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return;
    if (errno != EWOULDBLOCK) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    errno = EWOULDBLOCK;
  }
  const bool taken = errno == EWOULDBLOCK;
  const std::string reason = std::strerror(errno);
  if (descriptor_ >= 0) ::close(descriptor_);
  if (taken) {
    throw UsageError("another run is being written to " + directory.string() +
                     ": wait for it, or give --out for another directory");
  }
  throw InputError("cannot open the run directory " + directory.string() + ": " + reason);
}

RunDirectoryLock::~RunDirectoryLock() { ::close(descriptor_); }

bool is_being_written(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool taken = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return taken;
}

RunDirectoryLock prepare_run_directory(const fs::path& directory, Occupied occupied) {
  try {
    fs::create_directories(directory);
    RunDirectoryLock lock(directory);
    if (fs::is_empty(directory)) return lock;
    if (occupied == Occupied::refuse) {
      throw UsageError("the run directory " + directory.string() +
                       " is not empty: give --resume to go on with the run in it, --overwrite to "
                       "replace that run, or --out for another directory");
    }
    remove_leftovers(directory);
    if (occupied == Occupied::overwrite || !fs::exists(directory / run_files::kCheckpoint)) {
      for (const char* name : kAllFiles) fs::remove(directory / name);
    }
    return lock;
  } catch (const fs::filesystem_error& error) {
    throw InputError("cannot prepare the run directory " + directory.string() + ": " +
                     error.code().message());
  }
}

LogFile::LogFile(const fs::path& path, std::uint64_t size) : path_(path.string()), size_(size) {
  descriptor_ = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  const off_t present = descriptor_ < 0 ? -1 : ::lseek(descriptor_, 0, SEEK_END);
  if (present >= 0 && std::cmp_less(present, size)) {
    ::close(descriptor_);
    throw InputError(path_ + " is damaged: the checkpoint was saved after " + std::to_string(size) +
                     " bytes of it, found " + std::to_string(present));
  }
  if (present < 0 || ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
    throw InputError("cannot open " + path_ + " for writing: " + std::strerror(errno));
  }
  pending_.reserve(kFlushBytes * 2);
}

LogFile::~LogFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void LogFile::flush_if_large() {
  if (pending_.size() >= kFlushBytes) flush();
}

void LogFile::flush() {
  std::string_view rest = pending_;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      throw InputError("cannot write " + path_ + ": " + std::strerror(errno));
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
  pending_.clear();
}

}  // namespace clino
