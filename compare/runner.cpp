#include "compare/runner.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <numeric>
#include <thread>

#include "core/errors.hpp"
#include "train/run_directory.hpp"
#include "train/trainer.hpp"

namespace clino::compare {

namespace {

using Clock = std::chrono::steady_clock;
using Lock = std::unique_lock<std::mutex>;
constexpr auto kBetweenDisplays = std::chrono::milliseconds(250);

/// Whether a run of that config was begun in the directory and can go on.
bool can_go_on(const std::filesystem::path& directory, const Config& config) {
  if (!std::filesystem::exists(directory / run_files::kCheckpoint)) return false;
  try {
    return is_run_of(directory, config);
  } catch (const std::exception&) {
    return false;  // damaged: it begins anew
  }
}

/// The workers and what they share.
class Runner {
 public:
  Runner(std::span<const Job> jobs, const RunnerOptions& options)
      : jobs_(jobs), options_(options), order_(jobs.size()), workers_(workers()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::stable_sort(order_, std::greater{}, [&](std::size_t i) { return jobs[i].work; });
    result_.outcomes.resize(jobs.size());
  }

  RunnerResult run() {
    {
      std::vector<std::jthread> threads;
      const StopOnExit stop(stop_);  // they are joined after it: an exception does not wait for all
      for (Worker& worker : workers_) {
        threads.emplace_back([this, &worker] { work(worker); });
      }
      watch();
    }
    if (error_) std::rethrow_exception(error_);
    result_.interrupted = done_ < jobs_.size();
    return std::move(result_);
  }

 private:
  /// Where the block is left before its end the workers stop after the step that they are in.
  class StopOnExit {
   public:
    explicit StopOnExit(std::atomic<int>& stop)
        : stop_(stop), exceptions_(std::uncaught_exceptions()) {}
    ~StopOnExit() {
      if (std::uncaught_exceptions() > exceptions_) stop_ = 1;
    }
    StopOnExit(const StopOnExit&) = delete;
    StopOnExit& operator=(const StopOnExit&) = delete;

   private:
    std::atomic<int>& stop_;
    int exceptions_;
  };

  struct Worker {
    bool busy = false;
    std::size_t job = 0;
    double share = 0;
  };

  std::vector<Worker> workers() const {
    const std::size_t count = std::min<std::size_t>(std::max(options_.workers, 1U), jobs_.size());
    return std::vector<Worker>(count);
  }

  bool stopped() const { return options_.stop != nullptr && *options_.stop != 0; }

  /// A worker: one job after the other.
  void work(Worker& worker) {
    while (const std::optional<std::size_t> job = begin(worker)) {
      try {
        bool found = false;
        std::optional<RunOutcome> outcome = run_job(jobs_[*job], worker, found);
        end(worker, *job, std::move(outcome), found);
      } catch (...) {
        const Lock lock(mutex_);
        if (!error_) error_ = std::current_exception();
        stop_ = 1;
        worker.busy = false;
      }
    }
    changed_.notify_all();
  }

  std::optional<std::size_t> begin(Worker& worker) {
    const Lock lock(mutex_);
    if (next_ == order_.size() || stop_ != 0 || stopped()) return std::nullopt;
    worker = {.busy = true, .job = order_[next_++], .share = 0};
    return worker.job;
  }

  void end(Worker& worker, std::size_t job, std::optional<RunOutcome> outcome, bool found) {
    const Lock lock(mutex_);
    worker.busy = false;
    if (!outcome) return;
    ++done_;
    (found ? found_work_ : trained_work_) += jobs_[job].work;
    if (found) ++found_;
    if (outcome->failed()) ++failed_;
    result_.outcomes[job] = std::move(*outcome);
  }

  /// Nothing where it was interrupted.
  std::optional<RunOutcome> run_job(const Job& job, Worker& worker, bool& found) {
    TrainRequest request{.config = job.config,
                         .directory = options_.directory / job.directory,
                         .threads = 1,
                         .stop = &stop_};
    found = is_finished(request.directory, job.config);
    if (found) return read_outcome(request.directory, options_.target);
    const bool goes_on = can_go_on(request.directory, job.config);
    request.occupied = goes_on ? Occupied::resume : Occupied::overwrite;
    request.progress = [&](const Progress& progress) {
      if (stopped()) stop_ = 1;
      if (!progress.total_steps) return;
      const Lock lock(mutex_);
      worker.share =
          static_cast<double>(progress.step) / static_cast<double>(*progress.total_steps);
    };
    try {
      return train_once(request);
    } catch (const std::exception&) {
      // A checkpoint that is damaged, or of data that have changed since: the run begins anew.
      if (!goes_on || is_being_written(request.directory)) throw;
    }
    request.occupied = Occupied::overwrite;
    return train_once(request);
  }

  /// Nothing where it was interrupted. What the config or its data make impossible is a result: it
  /// would be the same again.
  std::optional<RunOutcome> train_once(const TrainRequest& request) const {
    try {
      if (train(request).status == RunStatus::interrupted) return std::nullopt;
    } catch (const UsageError& error) {
      if (is_being_written(request.directory)) throw InputError(error.what());
      if (request.occupied == Occupied::resume) throw;
      return failed_outcome(error.what());
    } catch (const ShapeError& error) {
      return failed_outcome(error.what());
    }
    return read_outcome(request.directory, options_.target);
  }

  /// The calling thread, while the others work.
  void watch() {
    Lock lock(mutex_);
    const auto all_idle = [&] {
      const bool nothing_left = next_ == order_.size() || stop_ != 0 || stopped();
      return nothing_left && std::ranges::none_of(workers_, &Worker::busy);
    };
    while (!all_idle()) {
      changed_.wait_for(lock, kBetweenDisplays);
      if (stopped()) stop_ = 1;
      if (!options_.progress) continue;
      const RunnerProgress now = progress();
      lock.unlock();
      options_.progress(now);
      lock.lock();
    }
  }

  RunnerProgress progress() const {
    RunnerProgress now;
    now.done = done_;
    now.all = jobs_.size();
    now.failed = failed_;
    now.found = found_;
    now.seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    double all = 0, trained = trained_work_;
    for (const Job& job : jobs_) all += job.work;
    for (const Worker& worker : workers_) {
      if (!worker.busy) continue;
      now.active.push_back({worker.job, worker.share});
      trained += jobs_[worker.job].work * worker.share;
    }
    if (trained > 0) now.seconds_left = now.seconds * (all - found_work_ - trained) / trained;
    return now;
  }

  std::span<const Job> jobs_;
  const RunnerOptions& options_;
  Clock::time_point start_ = Clock::now();
  std::vector<std::size_t> order_;  ///< of the jobs, the largest first
  std::atomic<int> stop_ = 0;       ///< what the runs listen to

  mutable std::mutex mutex_;  ///< of all below
  std::condition_variable changed_;
  std::vector<Worker> workers_;
  std::size_t next_ = 0, done_ = 0, found_ = 0, failed_ = 0;
  double trained_work_ = 0, found_work_ = 0;
  RunnerResult result_;
  std::exception_ptr error_;
};

}  // namespace

RunnerResult run_jobs(std::span<const Job> jobs, const RunnerOptions& options) {
  return jobs.empty() ? RunnerResult{} : Runner(jobs, options).run();
}

}  // namespace clino::compare
