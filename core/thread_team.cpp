#include "core/thread_team.hpp"

#include <algorithm>
#include <utility>

#include "core/kernels/flush_to_zero.hpp"

namespace clino {

namespace {

/// Looks at a condition before it goes to sleep: 5 to 50 microseconds, the pause between two parts
/// of a step and several times what waking up costs.
constexpr int kLooks = 1000;

void pause() {
#if defined(__SSE2__)
  _mm_pause();
#endif
}

template <class Condition>
bool holds_soon(const Condition& condition) {
  for (int look = 0; look < kLooks; ++look) {
    if (condition()) return true;
    pause();
  }
  return false;
}

}  // namespace

Index ThreadTeam::available(unsigned limit) {
  const unsigned there = std::max(1U, std::thread::hardware_concurrency());
  return static_cast<Index>(limit == 0 ? there : std::min(limit, there));
}

ThreadTeam::ThreadTeam(Index size, double least_work) : least_work_(least_work) {
  const Index others = std::max<Index>(size, 1) - 1;
  workers_.reserve(static_cast<std::size_t>(others));
  for (Index i = 1; i <= others; ++i) workers_.emplace_back([this, i] { serve(i); });
}

ThreadTeam::~ThreadTeam() {
  ended_ = true;
  ++started_;
  started_.notify_all();
}

void ThreadTeam::start(const Job& job) {
  job_ = job;
  job_.count = std::min(job.count, size());
  floating_point_mode_ = kernels::floating_point_mode();
  failed_ = false;
  working_ = size() - 1;
  started_.fetch_add(1, std::memory_order_release);
  started_.notify_all();
  try {
    job_.call(job_.work, {0, job_.count});
  } catch (...) {
    keep(std::current_exception());
  }
  wait_for_others();
  if (failed_) std::rethrow_exception(std::exchange(error_, nullptr));
}

void ThreadTeam::wait_for_others() {
  if (holds_soon([&] { return working_.load(std::memory_order_acquire) == 0; })) return;
  for (Index left = working_; left != 0; left = working_) working_.wait(left);
}

void ThreadTeam::keep(std::exception_ptr error) {
  if (!failed_.exchange(true)) error_ = std::move(error);
}

void ThreadTeam::serve(Index number) {
  for (std::uint32_t done = 0;; ++done) {
    const auto called = [&] { return started_.load(std::memory_order_acquire) != done; };
    if (!holds_soon(called)) started_.wait(done, std::memory_order_acquire);
    if (ended_) return;
    if (number < job_.count) {
      kernels::set_floating_point_mode(floating_point_mode_);
      try {
        job_.call(job_.work, {number, job_.count});
      } catch (...) {
        keep(std::current_exception());
      }
    }
    if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
  }
}

}  // namespace clino
