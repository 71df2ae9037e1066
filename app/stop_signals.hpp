#pragma once

#include <atomic>
#include <csignal>

namespace clino::app {

/// While it lives, SIGINT and SIGTERM ask the run to stop instead of ending the program. A second
/// signal of the same kind ends it at once. One that whoever started the program had ignored, as
/// nohup and shells do for what runs in the background, stays ignored.
class StopSignals {
 public:
  StopSignals() {
    received = 0;
    for (const int number : {SIGINT, SIGTERM}) {
      if (is_ignored(number)) continue;
      std::signal(number, [](int signal) {
        received = signal;
        std::signal(signal, SIG_DFL);
      });
    }
  }
  ~StopSignals() {
    for (const int number : {SIGINT, SIGTERM}) {
      if (!is_ignored(number)) std::signal(number, SIG_DFL);
    }
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  /// The number of the signal that came, or 0.
  static inline std::atomic<int> received = 0;
  static_assert(std::atomic<int>::is_always_lock_free, "a signal handler sets it");

 private:
  static bool is_ignored(int number) {
    struct sigaction action {};
    ::sigaction(number, nullptr, &action);
    return action.sa_handler == SIG_IGN;
  }
};

}  // namespace clino::app
