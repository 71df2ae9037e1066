#include "probe/unit_history.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "core/errors.hpp"
#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {
namespace {

/// A net all of whose units are active, in layers 1 and 3, on every batch.
template <class T>
struct HealthyNet : FollowedNet<T> {
  explicit HealthyNet(const std::string& activation = "relu")
      : FollowedNet<T>(hidden_spec({6, 5}, {.type = activation}), 300) {
    if (activation == "relu") revive_all();
  }
  void revive_all() {
    std::ranges::fill(this->bias(0).elements(), T{10});
    std::ranges::fill(this->bias(2).elements(), T{1000});
  }
};

}  // namespace

TEST_CASE("a unit may be born dead") {
  HealthyNet<double> f;
  f.bias(0)(4, 0) = -1e6;
  const auto scans = f.scan(0);
  REQUIRE(scans.size() == 2);
  CHECK(scans[0] ==
        UnitScan{.step = 0, .epoch = 0, .layer = 1, .units = 6, .dead = 1, .samples = 300});
  CHECK(scans[1] ==
        UnitScan{.step = 0, .epoch = 0, .layer = 3, .units = 5, .dead = 0, .samples = 300});
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0] == UnitEvent{.kind = UnitEventKind::born_dead,
                               .step = 0,
                               .epoch = 0,
                               .layer = 1,
                               .unit = 4,
                               .first_inactive_step = 0});
  f.step(0);
  f.scan(300);
  CHECK(f.history.events().empty());  // it is dead still: nothing new
}

TEST_CASE("a planted bias kills its unit between two logged steps") {
  HealthyNet<double> f;
  f.scan(0);
  for (const std::uint64_t step : {0, 10, 20}) f.step(step);
  const double before = f.bias(2)(3, 0);
  f.bias(2)(3, 0) = -1e6;  // at step 25, say
  for (const std::uint64_t step : {30, 40}) f.step(step);
  CHECK(f.history.events().empty());  // silent on two batches: no proof yet
  CHECK(f.scan(45)[1].dead == 1);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  const UnitEvent& event = events[0];
  CHECK(event.kind == UnitEventKind::died);
  CHECK(event.step == 45);
  CHECK(event.layer == 3);
  CHECK(event.unit == 3);
  CHECK(event.last_active_step == 20);
  CHECK(event.first_inactive_step == 30);
  CHECK(event.cause == UnitCause::bias_drift);
  CHECK(*event.bias_change == -1e6 - before);
  CHECK(*event.weight_change == 0);
  CHECK(*event.input_change == 0);
  CHECK(*event.learning_rate_ratio == 1);
}

TEST_CASE("weights that grow saturate a unit, on whichever side") {
  for (const double sign : {1.0, -1.0}) {
    HealthyNet<double> f("tanh");
    f.scan(0);
    f.step(0);
    for (double& x : f.inputs) x = std::abs(x) + 0.1;  // so that no input is near 0
    for (Index i = 0; i < 3; ++i) f.weight(0)(2, i) = 0.1;
    f.bias(0)(2, 0) = 0;
    f.scan(1);
    f.step(1);
    for (Index i = 0; i < 3; ++i) f.weight(0)(2, i) *= sign * 1000;
    f.step(2);
    f.scan(3);
    const auto events = f.take_events();
    const auto found = std::ranges::find(events, Index{1}, &UnitEvent::layer);
    REQUIRE(found != events.end());
    CHECK(found->unit == 2);
    CHECK(found->last_active_step == 1);
    CHECK(found->first_inactive_step == 2);
    CHECK(found->cause == UnitCause::weight_growth);
    CHECK(*found->weight_change * sign > 100);
    CHECK(*found->bias_change == 0);
    CHECK(*found->input_change == 0);
  }
}

TEST_CASE("a shift of the layer below kills by its inputs") {
  HealthyNet<double> f;
  for (Index i = 0; i < 6; ++i) f.weight(2)(1, i) = -0.01;
  f.bias(2)(1, 0) = 10;
  f.scan(0);
  f.step(0);
  std::ranges::fill(f.bias(0).elements(), 1000.0);
  f.step(1);
  f.scan(2);
  const auto events = f.take_events();
  const auto found = std::ranges::find(events, Index{1}, &UnitEvent::unit);
  REQUIRE(found != events.end());
  CHECK(found->layer == 3);
  CHECK(found->cause == UnitCause::input_shift);
  CHECK(*found->input_change < -50);
  CHECK(*found->bias_change == 0);
  CHECK(*found->weight_change == 0);
}

TEST_CASE("a learning rate that stood out is named first") {
  HealthyNet<double> f;
  f.scan(0);
  for (std::uint64_t step = 0; step < 5; ++step) f.step(step, 0.01);
  f.step(5, 0.05);  // active on this step's batch: its update is what kills
  f.bias(0)(0, 0) = -1e6;
  f.step(6, 0.01);
  f.scan(7);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].last_active_step == 5);
  CHECK(events[0].cause == UnitCause::learning_rate_spike);
  CHECK(*events[0].learning_rate_ratio == Approx(5));
  CHECK(*events[0].bias_change < -1e5);
}

TEST_CASE("a death without a logged step between two scans lies between the scans") {
  HealthyNet<double> f;
  f.step(0);
  f.scan(40);
  f.bias(0)(0, 0) = -1e6;
  f.scan(80);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].last_active_step == 40);
  CHECK(events[0].first_inactive_step == 80);
  CHECK_FALSE(events[0].learning_rate_ratio.has_value());
}

TEST_CASE("a scan that sees a unit alive outweighs a silent batch of the same weights") {
  FollowedNet<double> f(one_hidden(1, "relu", 1), 300);
  for (double& x : f.inputs) x = std::clamp(x, -4.0, 4.0);
  f.inputs[200] = 6;
  f.weight(0)(0, 0) = 1;
  f.bias(0)(0, 0) = -5;
  f.step(0);  // its batch does not reach sample 200
  f.scan(50);
  f.step(50);
  f.step(60);
  f.bias(0)(0, 0) = -7;
  f.step(70);
  f.scan(100);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].last_active_step == 50);
  CHECK(events[0].first_inactive_step == 60);
}

TEST_CASE("a revival is noticed at the logged step, or else by a scan") {
  HealthyNet<double> f;
  f.bias(0)(1, 0) = -1e6;
  f.bias(0)(2, 0) = -1e6;
  f.scan(0);
  f.step(0);
  f.history.clear_events();
  f.bias(0)(1, 0) = 1;
  f.step(10);
  auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0] == UnitEvent{.kind = UnitEventKind::revived,
                               .step = 10,
                               .epoch = 0,
                               .layer = 1,
                               .unit = 1,
                               .last_active_step = 10});
  f.step(20);
  CHECK(f.history.events().empty());
  f.bias(0)(2, 0) = 1;
  CHECK(f.scan(25)[0].dead == 0);
  events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == UnitEventKind::revived);
  CHECK(events[0].unit == 2);
  CHECK(events[0].step == 25);
  CHECK(events[0].last_active_step == 25);
  CHECK_FALSE(events[0].first_inactive_step.has_value());
}

TEST_CASE("what died, revived and died again is measured from when a scan saw it alive") {
  HealthyNet<double> f;
  const auto change_all = [&](std::uint32_t round, double bias) {
    Random random(1, stream_id("again"), round);
    for (double& p : f.parameters.values()) p += 0.2 * random.normal();
    f.bias(2)(1, 0) = bias;
  };
  f.scan(1);
  const double alive = f.mean_pre_activation(3, 1);
  change_all(0, -1e4);
  f.step(2);
  f.scan(3);  // what it keeps of the others is not what this unit is measured against
  change_all(1, 1e4);
  f.step(4);  // alive, and no scan sees it
  change_all(2, -2e4);
  f.step(5);
  f.scan(6);
  const auto events = f.take_events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].kind == UnitEventKind::died);
  CHECK(events[1].kind == UnitEventKind::revived);
  CHECK(events[1].step == 4);
  const UnitEvent& again = events[2];
  CHECK(again.kind == UnitEventKind::died);
  CHECK(again.last_active_step == 4);
  CHECK(again.first_inactive_step == 5);
  CHECK(*again.bias_change == -2e4 - 1000);
  CHECK(*again.bias_change + *again.weight_change + *again.input_change ==
        Approx(f.mean_pre_activation(3, 1) - alive).epsilon(1e-12));
  // No scan has ever seen this one alive: there is nothing to measure from.
  HealthyNet<double> g;
  g.bias(0)(1, 0) = -1e6;
  g.scan(0);
  g.revive_all();
  g.step(1);
  g.bias(0)(1, 0) = -1e6;
  g.scan(2);
  CHECK(g.history.events().back().kind == UnitEventKind::died);
  CHECK_FALSE(g.history.events().back().bias_change.has_value());
  CHECK_FALSE(g.history.events().back().cause.has_value());
}

TEST_CASE("behind dropout only a scan says that a unit has revived") {
  FollowedNet<double> f(
      {.inputs = 3, .layers = {layer("dropout", {{"rate", 0.5}}), dense(8), layer("relu")}});
  // Alive where the third input is missing, and only there: never in evaluation.
  for (double& x : f.inputs) x = 1;
  std::ranges::fill(f.weight(1).elements(), 0.0);
  for (Index unit = 0; unit < 8; ++unit) f.weight(1)(unit, 2) = -1;
  std::ranges::fill(f.bias(1).elements(), 0.5);
  CHECK(f.scan(0)[0].dead == 8);
  f.history.clear_events();
  f.step(0);
  CHECK(std::ranges::count(f.probe.active_units(), 1) == 8);  // so the batch says
  CHECK(f.history.events().empty());
  CHECK(f.scan(1)[0].dead == 8);
  CHECK(f.history.events().empty());
  std::ranges::fill(f.bias(1).elements(), 2.0);
  f.scan(2);
  CHECK(f.history.events().size() == 8);
}

TEST_CASE("a history that begins in the middle claims no birth") {
  HealthyNet<double> f;
  f.bias(0)(1, 0) = -1e6;
  f.step(500);
  f.scan(510);
  const auto events = f.take_events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].kind == UnitEventKind::died);
  CHECK_FALSE(events[0].last_active_step.has_value());
  CHECK(events[0].first_inactive_step == 500);
  CHECK_FALSE(events[0].learning_rate_ratio.has_value());
}

TEST_CASE("following a step allocates nothing, whatever happens in it") {
  HealthyNet<float> f;
  f.scan(0);
  for (std::uint64_t round = 1; round <= 50; ++round) {  // nobody clears the events
    std::ranges::fill(f.bias(0).elements(), -1e6F);
    std::ranges::fill(f.bias(2).elements(), -1e6F);
    f.scan(10 * round);
    f.revive_all();
    f.training.forward({});
    f.training.backward(f.model.loss);
    f.probe.observe(f.training, f.parameters);
    const AllocationCount count;
    f.history.observe_step(10 * round + 1, 0, 0.1, f.probe);
    f.history.observe_step(10 * round + 2, 0, 0.1, f.probe);
    CHECK(count.since_start() == 0);
    CHECK(f.history.events().size() == 22 * round);
  }
}

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

TEST_CASE("a run that was resumed has the same events as one that was not") {
  const auto play = [](FollowedNet<float>& f, std::uint64_t from, std::uint64_t to,
                       std::vector<UnitEvent>& events) {
    for (std::uint64_t step = from; step < to; ++step) {
      if (step % 10 == 0) f.scan(step);
      if (step % 2 == 0) f.step(step, 0.01 * double(1 + step % 7 * (step % 3)), Index(step) * 5);
      for (const UnitEvent& event : f.take_events()) events.push_back(event);
      Random random(3, stream_id("play"), std::uint32_t(step));
      for (float& w : f.weight(0).elements()) w = 0.8F * w + float(random.normal());
      for (float& w : f.weight(2).elements()) w = 0.8F * w + float(0.3 * random.normal());
      for (float& b : f.bias(0).elements()) b = 0.8F * b + float(4 * random.normal());
      for (float& b : f.bias(2).elements()) b = 0.8F * b + float(4 * random.normal());
    }
  };
  const ModelSpec spec = hidden_spec({12, 8}, {.type = "relu"});
  FollowedNet<float> whole(spec);
  std::vector<UnitEvent> expected;
  play(whole, 0, 400, expected);
  REQUIRE(expected.size() > 100);

  for (const std::uint64_t stop : {1, 10, 11, 123, 250}) {
    FollowedNet<float> first(spec);
    std::vector<UnitEvent> events;
    play(first, 0, stop, events);
    // Every field by its bytes, as a file would hold them.
    UnitHistoryState<float> state = first.history.state();
    UnitHistoryState<float> read;
    std::vector<std::string> files;
    visit_fields(state, [&](const char*, const auto& field) {
      using Field = std::decay_t<decltype(field)>;
      if constexpr (std::is_same_v<Field, std::uint64_t>) {
        files.emplace_back(reinterpret_cast<const char*>(&field), sizeof field);
      } else {
        files.emplace_back(reinterpret_cast<const char*>(field.data()),
                           field.size() * sizeof field[0]);
      }
    });
    std::size_t number = 0;
    visit_fields(read, [&](const char*, auto& field) {
      const std::string& bytes = files[number++];
      if constexpr (std::is_same_v<std::decay_t<decltype(field)>, std::uint64_t>) {
        std::memcpy(&field, bytes.data(), sizeof field);
      } else {
        field.resize(bytes.size() / sizeof field[0]);
        if (!bytes.empty()) std::memcpy(field.data(), bytes.data(), bytes.size());
      }
    });
    CHECK(read == state);

    FollowedNet<float> second(spec);
    std::ranges::copy(first.parameters.values(), second.parameters.values().begin());
    second.history.restore(read);
    play(second, stop, 400, events);
    CAPTURE(stop);
    CHECK(events == expected);
    CHECK(second.history.state() == whole.history.state());
  }
}

TEST_CASE("a state that does not fit is refused, and one that would lose events") {
  HealthyNet<double> f;
  const auto good = f.history.state();
  auto bad = good;
  bad.dead.pop_back();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  bad = good;
  bad.learning_rates.steps.clear();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  bad = good;
  bad.references.weights.clear();
  CHECK_THROWS_AS(f.history.restore(bad), InputError);
  CHECK(f.history.state() == good);
  f.bias(0)(0, 0) = -1e6;
  f.scan(0);
  CHECK_THROWS_AS(f.history.state(), UsageError);
  f.history.clear_events();
  CHECK_NOTHROW(f.history.state());
  FollowedNet<double> other(one_hidden(3, "relu"));
  CHECK_THROWS_AS(other.history.observe_step(0, 0, 0.1, f.probe), UsageError);
}

}  // namespace clino::test
