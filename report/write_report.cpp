#include <filesystem>
#include <map>

#include "report/report.hpp"
#include "train/atomic_file.hpp"

namespace clino {

namespace {

/// Runs of one name, such as seeds of one config, are told apart by their directories.
void name_apart(std::vector<RunLog>& logs) {
  std::map<std::string, int> met;
  for (const RunLog& log : logs) ++met[log.name];
  for (RunLog& log : logs) {
    if (met[log.name] > 1) log.name = log.directory.string();
  }
}

}  // namespace

void write_report(const std::filesystem::path& file, std::span<const std::filesystem::path> runs) {
  std::vector<RunLog> logs;
  for (const std::filesystem::path& run : runs) logs.push_back(read_run_log(run));
  name_apart(logs);
  write_atomically(file.string(), report_html(logs));
}

}  // namespace clino
