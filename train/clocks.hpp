#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

/// \file
/// How a training looks at the clock.

namespace clino {

using Clock = std::chrono::steady_clock;

/// Counts the seconds of the training loop, and only those: it is paused for evaluation and
/// checkpoints.
class Stopwatch {
 public:
  void resume() { start_ = Clock::now(); }
  /// Seconds since `resume`, which starts anew.
  double lap() {
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - start_).count();
    start_ = now;
    return seconds;
  }

 private:
  Clock::time_point start_ = Clock::now();
};

/// Whether an interval has passed, for things that are done now and then between steps.
class Interval {
 public:
  explicit Interval(double seconds) : seconds_(seconds) {}
  bool passed(Clock::time_point now) {
    if (std::chrono::duration<double>(now - last_).count() < seconds_) return false;
    last_ = now;
    return true;
  }

 private:
  double seconds_;
  Clock::time_point last_ = Clock::now();
};

/// The clock for a loop whose turns may take less time than to look at it: then it is looked at now
/// and then only.
class SparingClock {
 public:
  /// The time, if it is to be looked at in this turn.
  std::optional<Clock::time_point> look() {
    if (++turns_ < between_) return std::nullopt;
    turns_ = 0;
    const Clock::time_point now = Clock::now();
    const Clock::duration took = now - last_;
    last_ = now;
    if (took < kOften) between_ = std::min(2 * between_, kMost);
    if (took > 4 * kOften) between_ = std::max(between_ / 2, 1);
    return now;
  }

 private:
  static constexpr Clock::duration kOften = std::chrono::microseconds(20);
  static constexpr int kMost = 64;

  int turns_ = 0;
  int between_ = 1;
  Clock::time_point last_ = Clock::now();
};

}  // namespace clino
