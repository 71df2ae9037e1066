#include <filesystem>
#include <map>

#include "report/report.hpp"
#include "train/atomic_file.hpp"
#include "train/preprocessing_json.hpp"

namespace clino {

namespace {

/// The net's width at both ends: the data decide them, so the config does not say.
void add_widths(RunLog& log) {
  const std::filesystem::path file = log.directory / "preprocessing.json";
  if (!std::filesystem::exists(file)) return;
  const Preprocessing known = load_preprocessing(file.string());
  const bool classes = known.target_kind == TargetKind::classes;
  log.inputs = known.features();
  log.outputs = known.target_is_input ? log.inputs
                : classes             ? known.classes()
                                      : static_cast<Index>(known.target_names.size());
}

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
  for (const std::filesystem::path& run : runs) add_widths(logs.emplace_back(read_run_log(run)));
  name_apart(logs);
  write_atomically(file.string(), report_html(logs));
}

}  // namespace clino
