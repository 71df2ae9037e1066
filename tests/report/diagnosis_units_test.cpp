// Dead units and saturation.

#include "tests/catch.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

UnitEventPoint death(Index unit, std::uint64_t step, const std::string& cause, double change) {
  return {.event = "died",
          .step = step + 40,
          .unit = unit,
          .last_active_step = step - 10,
          .first_inactive_step = step,
          .cause = cause,
          .bias_change = change,
          .weight_change = change,
          .input_change = change,
          .learning_rate_ratio = change};
}

}  // namespace

TEST_CASE("dead units are named, with step and cause") {
  RunLog run = healthy_run(4, "relu");
  LayerLog& relu = run.layers[3];
  relu.scans = {{.step = 0, .units = 12, .dead = 0}, {.step = 990, .units = 12, .dead = 2}};
  relu.events = {death(8, 60, "bias_drift", -1000.4), death(5, 60, "bias_drift", -999.6)};
  std::vector<Diagnosis> findings = diagnose(run);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text ==
        "2 of 12 units of relu layer 3 are dead, off on every training sample: units 5 and 8, "
        "since step 60; the bias drifted (2 units, median -1,000)");
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].layer == 3);
  CHECK(findings[0].since_step == 60);
  // One of them came back and died again of something else.
  relu.events.push_back({.event = "revived", .step = 200, .unit = 5, .last_active_step = 200});
  relu.events.push_back(death(5, 700, "learning_rate_spike", 12));
  CHECK(diagnose(run)[0].text ==
        "2 of 12 units of relu layer 3 are dead, off on every training sample: units 5 and 8, "
        "since steps 60 to 700; the bias drifted (1 unit, -1,000) and the learning rate jumped (1 "
        "unit, ×12); 1 other death did not last");
  relu.scans.back().dead = 0;
  relu.events = {death(5, 60, "", 0), {.event = "revived", .step = 200, .unit = 5}};
  CHECK(diagnose(run)[0].text ==
        "Units of relu layer 3 died and came back: 1 death, of which none lasted");
}

TEST_CASE("a layer whose units are all dead is severe, half of them a warning unless it learns") {
  const auto with_dead = [](RunLog run, Index dead) {
    run.layers[3].scans = {{.step = 990, .units = 8, .dead = dead}};
    for (Index unit = 0; unit < dead; ++unit) {
      run.layers[3].events.push_back({.event = "born_dead", .unit = unit});
    }
    return run;
  };
  const auto severity = [&](const RunLog& run, Index dead) {
    const std::vector<Diagnosis> findings = diagnose(with_dead(run, dead));
    return saying(findings, "of relu layer 3")->severity;
  };
  CHECK(severity(stuck_run(4, "relu"), 3) == Severity::note);
  CHECK(severity(stuck_run(4, "relu"), 4) == Severity::warning);
  CHECK(severity(healthy_run(4, "relu"), 7) == Severity::note);
  CHECK(severity(healthy_run(4, "relu"), 8) == Severity::severe);
  CHECK(text_of(with_dead(healthy_run(4, "relu"), 7), "of relu") ==
        "7 of 8 units of relu layer 3 are dead, off on every training sample: units 0, 1, 2, 3, 4 "
        "and 2 more, from the start");
  CHECK(text_of(with_dead(healthy_run(4, "relu"), 8), "of relu") ==
        "All 8 units of relu layer 3 are dead, off on every training sample, from the start; no "
        "gradient passes there");
}

TEST_CASE("dead units of many layers are one sentence with the worst") {
  RunLog run = healthy_run(10, "relu");
  for (std::size_t l = 1; l < 20; l += 2) {
    run.layers[l].scans = {{.step = 990, .units = 8, .dead = l == 7 ? 3 : 1}};
  }
  const std::vector<Diagnosis> findings = diagnose(run);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text ==
        "12 of 80 units of 10 relu layers (1 to 19) are dead, off on every training sample, most "
        "of all relu layer 7 with 3 of 8");
  CHECK(findings[0].layer == 7);
}

TEST_CASE("without scans the batches tell what they can") {
  RunLog run = stuck_run(4, "relu");
  set(run, 3, &LayerPoint::dead_fraction, 0.39);
  CHECK_FALSE(says(run, "batches"));
  const auto severity = [&](double share) {
    set(run, 3, &LayerPoint::dead_fraction, share);
    const std::vector<Diagnosis> findings = diagnose(run);
    const Diagnosis* finding = saying(findings, "batches");
    REQUIRE(finding != nullptr);
    return finding->severity;
  };
  CHECK(severity(0.41) == Severity::note);
  CHECK(severity(0.59) == Severity::note);
  CHECK(severity(0.61) == Severity::warning);
  CHECK(severity(0.99) == Severity::warning);
  set(run, 3, &LayerPoint::dead_fraction, 0.75);
  run.layers[3].points[95].dead_fraction = 0.5;
  CHECK(text_of(run, "batches") ==
        "50 % or more of the units of relu layer 3 pass no gradient in any of the last 10 logged "
        "batches; other samples may wake them (units were not scanned)");
  set(run, 5, &LayerPoint::dead_fraction, 1);
  const std::vector<Diagnosis> findings = diagnose(run);
  const Diagnosis* finding = saying(findings, "batches");
  REQUIRE(finding != nullptr);
  CHECK(finding->severity == Severity::severe);
  CHECK(finding->layer == 5);
  // One batch that wakes all of them.
  run.layers[3].points[95].dead_fraction = run.layers[5].points[92].dead_fraction = 0;
  CHECK_FALSE(says(run, "batches"));
  run.layers[3].scans = {{.step = 990, .units = 8, .dead = 0}};
  set(run, 3, &LayerPoint::dead_fraction, 1);
  CHECK_FALSE(says(run, "batches"));
}

TEST_CASE("saturation is told with layer, share and the step since which it lasts") {
  RunLog run = stuck_run();
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.499);
  CHECK_FALSE(says(run, "saturated"));
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.501);
  CHECK(says(run, "saturated"));
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.1);
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.71, 20);
  std::vector<Diagnosis> findings = diagnose(run);
  const Diagnosis* finding = saying(findings, "saturated");
  REQUIRE(finding != nullptr);
  CHECK(finding->text ==
        "Tanh layer 3 is saturated: on 71 % of the outputs the slope is below 0.001 of its "
        "largest, since step 200");
  CHECK(finding->severity == Severity::severe);
  CHECK(finding->since_step == 200);
  // A record that stands out does not end it, nor does one make it.
  run.layers[3].points[60].below_threshold_fraction = 0;
  CHECK(text_of(run, "saturated").ends_with("since step 200"));
  run.layers[3].points[99].below_threshold_fraction = 0.2;
  CHECK_FALSE(says(run, "saturated"));
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.1);
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.9, 96);
  CHECK_FALSE(says(run, "saturated"));
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.9, 95);
  CHECK(text_of(run, "saturated").ends_with("since step 950"));
}

TEST_CASE("a net that saturates by its success is told so; one that starts so is warned of") {
  RunLog run = healthy_run();
  set(run, 1, &LayerPoint::below_threshold_fraction, 0.6, 50);
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.8, 40);
  std::vector<Diagnosis> findings = diagnose(run);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].text ==
        "Tanh layers 1 and 3 are saturated, most of all tanh layer 3: on 80 % of the outputs the "
        "slope is below 0.001 of its largest, since step 400; the loss fell to 0.00841 all the "
        "same");
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.8);
  findings = diagnose(run);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(
      findings[0].text.ends_with("from the start: the first weights or the inputs are too large"));
}

TEST_CASE("a ReLU layer is off half of the time; it is hardly active at nine tenths") {
  RunLog run = stuck_run(4, "relu");
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.89, 10);
  CHECK(diagnose(run).size() == 1);
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.93, 10);
  CHECK(text_of(run, "hardly active") ==
        "Relu layer 3 is hardly active: 93 % of the outputs lie on the flat piece since step 100");
  // Units that are dead explain it.
  run.layers[3].scans = {{.step = 990, .units = 8, .dead = 4}};
  CHECK_FALSE(says(run, "hardly active"));
}

}  // namespace clino::test
