#include "compare/jobs.hpp"

#include "report/read_records.hpp"
#include "train/atomic_file.hpp"
#include "train/resume_point.hpp"
#include "train/run_directory.hpp"
#include "train/trained_run.hpp"

namespace clino::compare {

namespace {

namespace fs = std::filesystem;

double weights_of(const std::vector<LayerSpec>& layers, double& width) {
  double weights = 0;
  for (const LayerSpec& layer : layers) {
    weights += weights_of(layer.layers, width);
    if (layer.choice.type != "dense") continue;
    const auto units = static_cast<double>(layer.choice.get<std::int64_t>("units"));
    weights += units * width;
    width = units;
  }
  return weights;
}

/// Layer records in a run of many, where the config leaves it to us: 500 are for looking at one.
constexpr Index kRecords = 50;

/// Proportional to the seconds it will take, very roughly: multiplications, and what a layer costs
/// whatever its width. Only the order of the runs and the time left depend on it.
double estimated_work(const Config& config) {
  constexpr double kInputs = 16, kLayer = 4000, kStep = 20000;
  double width = kInputs;
  const double weights = weights_of(config.model.layers, width);
  const double step = weights * static_cast<double>(config.training.batch_size) +
                      kLayer * static_cast<double>(config.model.layers.size()) + kStep;
  const TrainingConfig& training = config.training;
  const auto steps = static_cast<double>(training.max_steps.value_or(1000));
  const auto epochs = static_cast<double>(training.epochs.value_or(1));
  // The number of samples is not known before they are read: it is the same for most.
  return step *
         (training.epochs ? epochs * 1000 / static_cast<double>(training.batch_size) : steps);
}

/// The runs of one variation with the same settings.
class JobList {
 public:
  JobList(const Plan& plan, std::size_t variation, const std::vector<Setting>& tuned)
      : plan_(plan), variation_(variation) {
    for (Index fold = 0; fold < plan.folds.value_or(1); ++fold) {
      std::vector<Setting> settings = tuned;
      if (plan.folds) settings.push_back({"data.fold", std::to_string(fold)});
      Config config = config_of(plan, plan.variations[variation], settings);
      config.report = false;
      if (config.log.records == LogConfig{}.records) config.log.records = kRecords;
      config.name = plan.name + ": " + plan.variations[variation].label;
      of_folds_.push_back(std::move(config));
    }
  }

  std::uint64_t first_seed() const { return of_folds_.front().seed; }

  void add(std::vector<Job>& jobs, std::uint64_t seed, const fs::path& folder,
           std::optional<std::size_t> grid_point) const {
    for (std::size_t fold = 0; fold < of_folds_.size(); ++fold) {
      Job job{.variation = variation_,
              .grid_point = grid_point,
              .seed = seed,
              .config = of_folds_[fold]};
      job.config.seed = seed;
      std::string name = "seed-" + std::to_string(seed);
      if (plan_.folds) {
        job.fold = static_cast<Index>(fold);
        name += "-fold-" + std::to_string(fold);
      }
      job.directory = folder / name;
      job.work = estimated_work(job.config);
      jobs.push_back(std::move(job));
    }
  }

 private:
  const Plan& plan_;
  std::size_t variation_;
  std::vector<Config> of_folds_;
};

}  // namespace

std::vector<std::vector<Setting>> grid_points(const std::vector<Axis>& grids) {
  std::vector<std::vector<Setting>> points;
  for (Variation& combination : all_combinations(grids)) {
    points.push_back(std::move(combination.settings));
  }
  return points;
}

std::string folder_of_settings(const std::vector<Setting>& settings) {
  std::string name;
  for (const Setting& setting : settings) {
    name += (name.empty() ? "" : " ") + last_part(setting.key) + " " + short_value(setting.value);
  }
  return folder_of(name);
}

std::vector<Job> tuning_jobs(const Plan& plan) {
  std::vector<Job> jobs;
  if (plan.tune.empty()) return jobs;
  const auto points = grid_points(plan.tune);
  for (std::size_t i = 0; i < plan.variations.size(); ++i) {
    for (std::size_t point = 0; point < points.size(); ++point) {
      const JobList list(plan, i, points[point]);
      const fs::path folder = fs::path("tuning") / folder_of(plan.variations[i].label) /
                              folder_of_settings(points[point]);
      for (const std::uint64_t seed : tune_seeds_of(plan, i, list.first_seed())) {
        list.add(jobs, seed, folder, point);
      }
    }
  }
  return jobs;
}

std::vector<Job> comparison_jobs(const Plan& plan, const std::vector<std::vector<Setting>>& tuned) {
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < plan.variations.size(); ++i) {
    const JobList list(plan, i, tuned.empty() ? std::vector<Setting>() : tuned[i]);
    const fs::path folder = fs::path("runs") / folder_of(plan.variations[i].label);
    for (const std::uint64_t seed : seeds_of(plan, i, list.first_seed())) {
      list.add(jobs, seed, folder, std::nullopt);
    }
  }
  return jobs;
}

bool is_run_of(const fs::path& directory, const Config& config) {
  const Config begun = load_run_config(directory);
  return config_hash(begun) == config_hash(config) && begun.log == config.log;
}

bool is_finished(const fs::path& directory, const Config& config) {
  const fs::path file = directory / run_files::kSummary;
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return false;
  const RunSummary summary = report::read_summary(read_file(file.string()), file.string());
  return summary.status != "interrupted" && is_run_of(directory, config);
}

}  // namespace clino::compare
