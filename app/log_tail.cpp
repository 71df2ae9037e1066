#include "app/log_tail.hpp"

#include <charconv>
#include <fstream>

#include "train/run_directory.hpp"

namespace clino::app {

namespace {

struct Log {
  const char* file;
  const char* member;  // of the message
};
constexpr std::array<Log, 5> kTailed{{{run_files::kSteps, "steps"},
                                      {run_files::kLayers, "layers"},
                                      {run_files::kMetrics, "metrics"},
                                      {run_files::kSignal, "signal"},
                                      {run_files::kUnits, "units"}}};

/// The complete lines of a file from `offset` on, which is moved behind them.
std::string new_lines(const std::filesystem::path& file, std::uint64_t& offset) {
  constexpr std::size_t kMostAtOnce = std::size_t{1} << 22U;
  std::ifstream stream(file, std::ios::binary);
  stream.seekg(static_cast<std::streamoff>(offset));
  if (!stream) return {};
  std::string text(kMostAtOnce, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  text.resize(text.rfind('\n') + 1);  // npos + 1 is 0
  offset += text.size();
  return text;
}

}  // namespace

LogTail::LogTail(std::filesystem::path directory, std::string_view position)
    : directory_(std::move(directory)) {
  const char* next = position.data();
  const char* const end = next + position.size();
  for (std::uint64_t& offset : offsets_) {
    const auto [rest, error] = std::from_chars(next, end, offset);
    if (error != std::errc()) break;
    next = rest < end ? rest + 1 : end;
  }
}

std::string LogTail::position() const {
  std::string text;
  for (const std::uint64_t offset : offsets_)
    text += (text.empty() ? "" : ",") + std::to_string(offset);
  return text;
}

std::string LogTail::end_of(const std::filesystem::path& directory) {
  LogTail tail(directory, "");
  for (std::size_t i = 0; i < kLogs; ++i) {
    std::error_code missing;
    const std::uintmax_t size = std::filesystem::file_size(directory / kTailed[i].file, missing);
    if (!missing) tail.offsets_[i] = size;
  }
  return tail.position();
}

std::string LogTail::next() {
  std::string message;
  for (std::size_t i = 0; i < kLogs; ++i) {
    std::string lines = new_lines(directory_ / kTailed[i].file, offsets_[i]);
    if (lines.empty()) continue;
    lines.pop_back();
    for (char& c : lines) c = c == '\n' ? ',' : c;
    message += std::string(",\"") + kTailed[i].member + "\":[" + lines + "]";
  }
  return message.empty() ? message : R"({"type":"records")" + message + "}";
}

}  // namespace clino::app
