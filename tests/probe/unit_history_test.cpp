#include "probe/unit_history.hpp"

#include <algorithm>
#include <vector>

#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/layers/model_helpers.hpp"
#include "tests/probe/unit_helpers.hpp"

namespace clino::test {

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

}  // namespace clino::test
