#include "report/follow.hpp"

#include <algorithm>
#include <fstream>
#include <utility>

#include "core/errors.hpp"
#include "report/read_records.hpp"
#include "train/atomic_file.hpp"
#include "train/preprocessing_json.hpp"
#include "train/run_directory.hpp"
#include "train/trained_run.hpp"

namespace clino {

namespace {

namespace fs = std::filesystem;

struct LogKind {
  const char* name;
  void (*add)(RunLog&, const report::JsonRecord&);
};

// Layers first: what only refers to one then finds it with its flags.
constexpr std::array<LogKind, 8> kLogs{{{run_files::kLayers, report::add_layer},
                                        {run_files::kSteps, report::add_step},
                                        {run_files::kMetrics, report::add_metrics},
                                        {run_files::kSignal, report::add_signal},
                                        {run_files::kHistograms, report::add_histogram},
                                        {run_files::kUnits, report::add_unit},
                                        {run_files::kJacobian, report::add_jacobian},
                                        {run_files::kFilm, report::add_film}}};

/// So many bytes before a place are compared with what was read there.
constexpr std::size_t kCompared = 512;

/// The bytes from `offset` on; fewer than asked for where the file ends, none where it is absent.
std::string read_from(const fs::path& path, std::uint64_t offset, std::uint64_t most) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError("cannot read " + path.string());
  const std::uint64_t size = fs::file_size(path, error);
  if (error) throw InputError("cannot read " + path.string() + ": " + error.message());
  if (offset >= size) return {};
  std::string bytes(std::min(most, size - offset), '\0');
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return bytes;
}

/// The net's width at both ends: the data decide them, so the config does not say.
void add_widths(RunLog& log) {
  const fs::path file = log.directory / run_files::kPreprocessing;
  std::error_code error;
  if (!fs::exists(file, error)) return;
  const Preprocessing known = load_preprocessing(file.string());
  const bool classes = known.target_kind == TargetKind::classes;
  log.inputs = known.features();
  log.outputs = known.target_is_input ? log.inputs
                : classes             ? known.classes()
                                      : static_cast<Index>(known.target_names.size());
}

}  // namespace

RunFollower::RunFollower(fs::path directory) {
  static_assert(kFiles == kLogs.size());
  log_.directory = std::move(directory);
  start();
  append();
}

void RunFollower::start() {
  RunLog fresh;
  fresh.directory = log_.directory;
  fresh.config = load_run_config(fresh.directory);
  fresh.config_text = read_file((fresh.directory / run_files::kConfig).string());
  fresh.name = fresh.config.name;
  add_widths(fresh);
  log_ = std::move(fresh);
  places_ = {};
  summary_text_.clear();
}

bool RunFollower::refresh() {
  const bool restarted = !is_same_run();
  if (restarted) start();
  return append() || restarted;
}

bool RunFollower::is_same_run() const {
  for (std::size_t i = 0; i < kFiles; ++i) {
    const Place& place = places_[i];
    const std::string& before = place.last_bytes;
    if (read_from(log_.directory / kLogs[i].name, place.offset - before.size(), before.size()) !=
        before) {
      return false;
    }
  }
  return true;
}

bool RunFollower::append() {
  bool grown = false;
  // Asked first: a run that ends in between has its last records, or they come the next time.
  const bool running = is_being_written(log_.directory);
  const bool turned = running != std::exchange(log_.running, running);
  for (std::size_t i = 0; i < kFiles; ++i) grown = append(i) || grown;
  return read_summary() || grown || turned;
}

bool RunFollower::append(std::size_t file) {
  Place& place = places_[file];
  const std::string path = (log_.directory / kLogs[file].name).string();
  const std::string bytes = read_from(path, place.offset, std::numeric_limits<std::size_t>::max());
  // A line without its line break is still being written.
  const std::string_view whole = std::string_view(bytes).substr(0, bytes.rfind('\n') + 1);
  for (std::size_t begin = 0; begin < whole.size();) {
    const std::size_t end = whole.find('\n', begin);
    record_.read(whole.substr(begin, end - begin), path, ++place.lines);
    kLogs[file].add(log_, record_);
    begin = end + 1;
  }
  if (whole.empty()) return false;
  place.offset += whole.size();
  place.last_bytes = whole.substr(whole.size() - std::min(whole.size(), kCompared));
  return true;
}

bool RunFollower::read_summary() {
  const fs::path path = log_.directory / run_files::kSummary;
  std::error_code error;
  std::string text = fs::exists(path, error) ? read_file(path.string()) : "";
  if (text == summary_text_) return false;
  summary_text_ = std::move(text);
  log_.summary.reset();
  if (!summary_text_.empty()) log_.summary = report::read_summary(summary_text_, path.string());
  return true;
}

RunLog read_run_log(const fs::path& directory) { return RunFollower(directory).take(); }

}  // namespace clino
