#pragma once

#include <string>

#include "train/trainer.hpp"

namespace clino::app {

/// One line on standard error that is written over again and again; only for a terminal.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Whether standard error is a terminal.
  bool visible() const { return visible_; }
  void show(const Progress& progress);
  /// Takes the line away, so that other output begins on a clean one.
  void clear();

 private:
  bool visible_ = false;
  bool shown_ = false;
};

/// `epoch 12/50  step 300/1250  loss 0.1234  validation 0.975  123456 samples/s  3 s left`
std::string progress_text(const Progress& progress);

/// `3 s`, `2 min 5 s`, `1 h 3 min`.
std::string duration_text(double seconds);

}  // namespace clino::app
