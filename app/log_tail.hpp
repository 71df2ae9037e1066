#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace clino::app {

/// What comes new to the logs of a run, as messages for its live page.
class LogTail {
 public:
  /// Begins at `position`, as `position()` gives it; at the beginning where it is no such text.
  LogTail(std::filesystem::path directory, std::string_view position);

  /// How far each log has been read, as one word: `1200,56000,300,0,0`.
  std::string position() const;
  /// The position behind everything that is there now.
  static std::string end_of(const std::filesystem::path& directory);

  /// `{"type":"records","steps":[...],...}` with all complete lines that are new, each as it stands
  /// in its log; "" where there are none.
  std::string next();

 private:
  static constexpr std::size_t kLogs = 5;

  std::filesystem::path directory_;
  std::array<std::uint64_t, kLogs> offsets_ = {};
};

}  // namespace clino::app
