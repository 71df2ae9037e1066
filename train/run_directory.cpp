#include "train/run_directory.hpp"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

#include "core/errors.hpp"

namespace clino {

namespace fs = std::filesystem;

fs::path default_run_directory(const Config& config) {
  std::string name = config.name;
  std::ranges::replace_if(
      name,
      [](unsigned char c) { return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-'; },
      '-');
  return fs::path("runs") / (name + "-" + std::to_string(config.seed));
}

namespace {

void remove_former_run(const fs::path& directory) {
  using namespace run_files;
  for (const char* name :
       {kConfig, kPreprocessing, kMetrics, kSteps, kLayers, kSummary, kModel, kBest, kCheckpoint}) {
    fs::remove(directory / name);
  }
}

}  // namespace

void prepare_run_directory(const fs::path& directory, Occupied occupied) {
  try {
    fs::create_directories(directory);
    if (fs::is_empty(directory) || occupied == Occupied::resume) return;
    if (occupied == Occupied::overwrite) {
      remove_former_run(directory);
      return;
    }
  } catch (const fs::filesystem_error& error) {
    throw InputError("cannot make the run directory " + directory.string() + ": " +
                     error.code().message());
  }
  throw UsageError("the run directory " + directory.string() +
                   " is not empty: give --resume to go on with the run in it, --overwrite to "
                   "replace that run, or --out for another directory");
}

LogFile::LogFile(const fs::path& path, std::uint64_t size) : path_(path.string()), size_(size) {
  descriptor_ = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0 || ::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) {
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
