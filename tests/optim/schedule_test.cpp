#include "optim/schedule.hpp"

#include <cmath>
#include <vector>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/golden.hpp"

namespace clino::test {
namespace {

constexpr double kBase = 0.1;

ScheduleContext at(std::uint64_t step, std::uint64_t total, std::uint64_t per_epoch) {
  return {.step = step, .epoch = step / per_epoch, .total_steps = total};
}

Approx near(double expected) { return Approx(expected).epsilon(1e-12).margin(1e-16); }

TEST_CASE("schedules give PyTorch's rates") {
  int checked = 0;
  for (const GoldenCase& golden : read_golden("optim/schedules.golden")) {
    if (golden.choice.type == "reduce_on_plateau") continue;
    INFO(golden.title);
    const auto schedule = make_schedule(golden.choice, kBase);
    const auto total = static_cast<std::uint64_t>(golden.rows.at(0).at(0));
    const auto per_epoch = static_cast<std::uint64_t>(golden.rows.at(0).at(1));
    REQUIRE(golden.rows.at(1).size() == total);
    for (std::uint64_t step = 0; step < total; ++step) {
      INFO("step " << step);
      CHECK(schedule->learning_rate(at(step, total, per_epoch)) == near(golden.rows[1][step]));
    }
    ++checked;
  }
  CHECK(checked == 12);
}

TEST_CASE("reduce_on_plateau follows PyTorch, also when it is restored at each epoch") {
  int checked = 0;
  for (const GoldenCase& golden : read_golden("optim/schedules.golden")) {
    if (golden.choice.type != "reduce_on_plateau") continue;
    INFO(golden.title);
    auto schedule = make_schedule(golden.choice, kBase);
    const auto& losses = golden.rows.at(0);
    REQUIRE(losses.size() == golden.rows.at(1).size());
    for (std::size_t epoch = 0; epoch < losses.size(); ++epoch) {
      INFO("epoch " << epoch);
      const ScheduleState saved = schedule->state();
      schedule = make_schedule(golden.choice, kBase);
      schedule->restore(saved);
      schedule->observe(losses[epoch]);
      CHECK(schedule->learning_rate(at(epoch, 100, 1)) == near(golden.rows[1][epoch]));
    }
    ++checked;
  }
  CHECK(checked == 3);
}

TEST_CASE("a loss that is not a number counts as no improvement") {
  const auto schedule =
      make_schedule({.type = "reduce_on_plateau", .options = {{"patience", 0.0}}}, kBase);
  schedule->observe(1.0);
  CHECK(schedule->learning_rate({}) == kBase);
  schedule->observe(std::nan(""));
  CHECK(schedule->learning_rate({}) == near(kBase / 10));
  CHECK(schedule->state().best == 1.0);
}

TEST_CASE("warm-up rises in equal steps to the schedule's rate") {
  for (const CatalogueEntry& entry : schedule_catalogue()) {
    INFO(entry.name);
    Choice choice{.type = entry.name};
    if (entry.name == "step") choice.options["step_size"] = std::int64_t{100};
    if (entry.name == "exponential") choice.options["gamma"] = 0.5;
    const auto plain = make_schedule(choice, kBase);
    choice.options["warmup_steps"] = std::int64_t{8};
    const auto warm = make_schedule(choice, kBase);
    const double start = plain->learning_rate(at(0, 100, 1000));
    for (std::uint64_t step = 0; step < 8; ++step) {
      const double part = static_cast<double>(step + 1) / 8;
      CHECK(warm->learning_rate(at(step, 108, 1000)) == near(start * part));
    }
    for (std::uint64_t step = 0; step < 100; ++step) {
      CHECK(warm->learning_rate(at(step + 8, 108, 1000)) ==
            plain->learning_rate(at(step, 100, 1000)));
    }
  }
}

TEST_CASE("rates stay finite and within their bounds on runs of any length") {
  for (const std::uint64_t total : {1U, 2U, 3U, 4U, 10U, 1000U}) {
    for (const char* type : {"cosine", "one_cycle"}) {
      for (const std::int64_t warmup : {0, 3, 2000}) {
        INFO(type << " " << total << " " << warmup);
        const auto schedule =
            make_schedule({.type = type, .options = {{"warmup_steps", warmup}}}, kBase);
        for (std::uint64_t step = 0; step < total + 3; ++step) {
          const double rate = schedule->learning_rate(at(step, total, 1));
          CHECK(rate >= 0);
          CHECK(rate <= kBase);
        }
      }
    }
  }
}

TEST_CASE("one cycle without a way up or a way down stays within its bounds") {
  for (const double pct_start : {0.0, 1.0}) {
    for (const std::uint64_t total : {1U, 2U, 3U, 1000U}) {
      for (const std::int64_t warmup : {0, 1, 3, 2000}) {
        INFO(pct_start << " of " << total << ", warm-up " << warmup);
        const auto schedule = make_schedule(
            {.type = "one_cycle", .options = {{"pct_start", pct_start}, {"warmup_steps", warmup}}},
            kBase);
        for (std::uint64_t step = 0; step < total + 3; ++step) {
          const double rate = schedule->learning_rate(at(step, total, 1));
          CHECK((rate >= 0 && rate <= kBase));
        }
      }
    }
  }
  const auto up = make_schedule({.type = "one_cycle", .options = {{"pct_start", 1.0}}}, kBase);
  CHECK(up->learning_rate(at(0, 1, 1)) == kBase);  // the way up, of one step
  CHECK(up->learning_rate(at(0, 10, 1)) == near(kBase / 25));
  CHECK(up->learning_rate(at(9, 10, 1)) == near(kBase));
}

TEST_CASE("schedules refuse what they cannot do") {
  CHECK_THROWS_AS(make_schedule({.type = "cosin"}, kBase), UsageError);
  CHECK_THROWS_AS(make_schedule({.type = "step"}, kBase), UsageError);  // no step_size
  CHECK_THROWS_AS(
      make_schedule({.type = "step", .options = {{"step_size", std::int64_t{0}}}}, kBase),
      UsageError);
  CHECK_THROWS_AS(make_schedule({.type = "exponential", .options = {{"gamma", 0.0}}}, kBase),
                  UsageError);
  CHECK_THROWS_AS(make_schedule({.type = "one_cycle", .options = {{"pct_start", 1.5}}}, kBase),
                  UsageError);
}

}  // namespace
}  // namespace clino::test
