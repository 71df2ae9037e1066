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

/// `epoch 12/50  step 300/1250  loss 0.1234  val 97.5%  123k/s  3 s left`, in at most `width`
/// columns: what does not fit is left out whole, first the rate and last the loss.
std::string progress_text(const Progress& progress, std::size_t width);

/// `3 s`, `2 min 5 s`, `1 h 3 min`.
std::string duration_text(double seconds);

}  // namespace clino::app
