#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <thread>
#include <vector>

#include "core/share.hpp"

namespace clino {

/// Threads that work on one thing together, again and again, for a few microseconds each time.
/// Between two such things they look for the next one for as long as a step's pause takes, then
/// sleep. Allocates nothing after construction.
class ThreadTeam {
 public:
  /// Multiplications and additions of one thing below which a single thread is as fast: what one
  /// has written, the others have to fetch. Measured (docs/decisions/0011).
  static constexpr double kLeastWork = 2e8;

  /// How many threads the machine runs side by side, at most `limit` unless that is 0.
  static Index available(unsigned limit = 0);

  /// `size` counts the thread that calls `run`; below 1 as 1.
  explicit ThreadTeam(Index size, double least_work = kLeastWork);
  ThreadTeam(const ThreadTeam&) = delete;
  ThreadTeam& operator=(const ThreadTeam&) = delete;
  ~ThreadTeam();

  Index size() const { return static_cast<Index>(workers_.size()) + 1; }
  /// Whether so much is worth sharing.
  bool pays_for(double work) const { return size() > 1 && work >= least_work_; }

  /// Calls `work(Share)` once for each of `count` shares, at most `size()`, each in its own thread,
  /// the caller's being one; returns when all are done. The others treat subnormal numbers as the
  /// caller does. What a call throws is thrown here, once all are done. Not to be called from
  /// within `work`, nor by two threads at once.
  template <class Work>
  void run(Index count, const Work& work) {
    if (count <= 1 || workers_.empty()) {
      work(Share{});
      return;
    }
    start(
        {&work, [](const void* w, Share share) { (*static_cast<const Work*>(w))(share); }, count});
  }

 private:
  /// A call of a function of any type.
  struct Job {
    const void* work = nullptr;
    void (*call)(const void* work, Share share) = nullptr;
    Index count = 0;
  };

  void start(const Job& job);
  void serve(Index number);
  void wait_for_others();
  void keep(std::exception_ptr error);

  double least_work_;
  Job job_;
  unsigned floating_point_mode_ = 0;
  std::atomic<std::uint32_t> started_ = 0;  ///< jobs, the end counted too
  std::atomic<Index> working_ = 0;          ///< other threads that have not finished the job
  std::atomic<bool> ended_ = false;
  std::atomic<bool> failed_ = false;
  std::exception_ptr error_;
  std::vector<std::jthread> workers_;  // the last: its threads use all the rest
};

}  // namespace clino
