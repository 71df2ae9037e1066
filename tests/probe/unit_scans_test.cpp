// How many samples a scan for dead units may run, and what it may say then.

#include <cstdint>
#include <limits>
#include <vector>

#include "tests/catch.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {

TEST_CASE("scans of a small net are free at both ends and earned between") {
  const ScanBudget small{.training = 1000, .sample_cost = 1e5};
  CHECK(scan_allowance(ScanMoment::start, small) == kWholeScan);
  CHECK(scan_allowance(ScanMoment::run_end, small) == kWholeScan);
  // A net with a dead unit: each scan runs the whole set, and the bound holds after each.
  ScanBudget budget = small;
  Index scans = 0;
  for (budget.trained = 1000; budget.trained <= 200'000; budget.trained += 1000) {
    if (scan_allowance(ScanMoment::epoch_end, budget) == kNoScan) continue;
    budget.scanned += 1000;
    ++scans;
    CHECK(double(budget.scanned) / 3 <= kScanShare * double(budget.trained));
  }
  CHECK(scans == 6);  // 3 * .01 * 200
}

TEST_CASE("scans of a large net share what the run earns, and the last is paid for first") {
  ScanBudget budget{.planned = 200'000, .training = 1000, .sample_cost = 1e9};
  CHECK(scan_allowance(ScanMoment::start, budget) == 1500);  // a quarter of 3 * .01 * 200,000
  budget.scanned = 1000;
  Index scans = 0;
  for (budget.trained = 1000; budget.trained < 200'000; budget.trained += 1000) {
    const std::uint64_t allowed = scan_allowance(ScanMoment::epoch_end, budget);
    CHECK((allowed == kNoScan || allowed == kWholeScan));
    if (allowed == kWholeScan) {
      budget.scanned += 1000;
      ++scans;
    }
    // Whatever was taken, a whole scan is left for the end from then on.
    if (scans > 0) CHECK(scan_allowance(ScanMoment::run_end, budget) >= 1000);
  }
  CHECK(scans == 3);
  // A run of three epochs has not earned a whole scan: it may look at some samples.
  budget = {.trained = 3000, .planned = 3000, .training = 1000, .sample_cost = 1e9};
  CHECK(scan_allowance(ScanMoment::start, budget) == 22);
  CHECK(scan_allowance(ScanMoment::epoch_end, budget) == kNoScan);
  CHECK(scan_allowance(ScanMoment::run_end, budget) == 90);
  budget.scanned = 500;
  CHECK(scan_allowance(ScanMoment::run_end, budget) == 1);
  budget.planned = std::numeric_limits<std::uint64_t>::max();
  CHECK(scan_allowance(ScanMoment::start, budget) > 1'000'000);
}

TEST_CASE("a scan that may not run all samples says nothing of units it has not seen active") {
  FollowedNet<double> f(one_hidden(6, "relu"), 5000);
  f.bias(0)(2, 0) = -1e6;
  f.scan(0);
  CHECK(f.take_events().size() == 1);
  f.bias(0)(4, 0) = -1e6;
  f.bias(0)(2, 0) = 1e6;
  const auto scans = f.history.scan(100, 1, f.net(), 600);
  CHECK_FALSE(scans[0].complete);
  CHECK(scans[0].dead == 1);  // at most
  CHECK(scans[0].samples >= 600);
  CHECK(scans[0].samples < 800);
  // What it has seen is true: one unit is back.
  const std::vector<UnitEvent> events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == UnitEventKind::revived);
  CHECK(events[0].unit == 2);
  // A whole scan then tells of the other one, and where it has been seen active last.
  const auto whole = f.scan(200);
  CHECK(whole[0].complete);
  CHECK(whole[0].samples == 5000);
  const std::vector<UnitEvent> deaths = f.take_events();
  REQUIRE(deaths.size() == 1);
  CHECK(deaths[0].unit == 4);
  CHECK(deaths[0].last_active_step == 0);
  // Without a dead unit few samples are enough for a whole answer.
  f.bias(0)(4, 0) = 0;
  CHECK(f.history.scan(300, 3, f.net(), 600)[0].complete);
}

TEST_CASE("a scan is due once for the same weights") {
  HealthyNet<double> f;
  const ScanBudget early{.trained = 300, .training = 300}, late{.trained = 30'000, .training = 300};
  CHECK(f.history.allowance(ScanMoment::start, 0, early) == kWholeScan);
  f.scan(0);
  CHECK(f.history.allowance(ScanMoment::start, 0, early) == kNoScan);
  CHECK(f.history.allowance(ScanMoment::epoch_end, 20, early) == kNoScan);
  CHECK(f.history.allowance(ScanMoment::epoch_end, 2000, late) == kWholeScan);
  f.scan(2000);
  CHECK(f.history.allowance(ScanMoment::run_end, 2000, late) == kNoScan);
  CHECK(f.history.allowance(ScanMoment::run_end, 2001, late) == kWholeScan);
}

}  // namespace clino::test
