#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "compare/runner.hpp"

namespace clino::app {

/// Some lines on standard error that are written over again and again, one for all jobs and one for
/// each that runs; only for a terminal.
class JobsDisplay {
 public:
  explicit JobsDisplay(const compare::Plan& plan);
  ~JobsDisplay() { clear(); }
  JobsDisplay(const JobsDisplay&) = delete;
  JobsDisplay& operator=(const JobsDisplay&) = delete;

  bool visible() const { return visible_; }
  void show(const std::string& phase, std::span<const compare::Job> jobs,
            const compare::RunnerProgress& progress);
  /// Takes the lines away, so that other output begins on a clean one.
  void clear();

 private:
  const compare::Plan& plan_;
  bool visible_ = false;
  std::size_t lines_ = 0;
};

/// The lines, each in at most `width` columns and ended by a line break; at most `rows` of them.
std::string jobs_text(const compare::Plan& plan, const std::string& phase,
                      std::span<const compare::Job> jobs, const compare::RunnerProgress& progress,
                      std::size_t width, std::size_t rows);

}  // namespace clino::app
