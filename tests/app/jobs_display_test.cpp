#include "app/jobs_display.hpp"

#include <sstream>

#include "report/text_fields.hpp"
#include "tests/catch.hpp"

namespace clino::app {
namespace {

compare::Plan plan_of(std::vector<std::string> labels) {
  compare::Plan plan;
  for (std::string& label : labels) plan.variations.push_back({std::move(label), {}});
  return plan;
}

}  // namespace

TEST_CASE("The display of jobs has a line for all and one for each that runs") {
  compare::Plan plan = plan_of({"relu", std::string(100, 'x') + "\033[2J"});
  plan.tune = {compare::parse_grid("optimizer.learning_rate=0.1,0.2")};
  std::vector<compare::Job> jobs(2);
  jobs[1].variation = 1;
  jobs[0].seed = 7;
  jobs[1].fold = 3;
  jobs[0].grid_point = 1;
  compare::RunnerProgress progress;
  progress.done = 3;
  progress.all = 60;
  progress.failed = 1;
  progress.found = 2;
  progress.seconds_left = 75;
  progress.active = {{0, 0.5}, {1, 1}};
  const std::string text = jobs_text(plan, "comparing", jobs, progress, 79, 23);
  std::istringstream lines(text);
  std::string all, first, second, rest;
  std::getline(lines, all);
  std::getline(lines, first);
  std::getline(lines, second);
  CHECK(all.starts_with("comparing: 3 of 60 runs, 2 found, 1 failed, 1 min 15 s left"));
  CHECK(first.starts_with("  [##########----------]  50% relu, seed 7, 0.2"));
  CHECK(second.starts_with("  [####################] 100% xxx"));
  CHECK_FALSE(std::getline(lines, rest));
  for (const std::string& line : {all, first, second}) {
    CHECK(report::columns_of(line) <= 79);
    CHECK(line.find('\033') == std::string::npos);
  }
  CHECK(jobs_text(plan, "tuning", jobs, progress, 79, 2).find("xxx") == std::string::npos);
}

}  // namespace clino::app
