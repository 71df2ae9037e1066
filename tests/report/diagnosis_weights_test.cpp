// What weights are pushed by, and where they went.

#include "tests/catch.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

}  // namespace

TEST_CASE("weights that have to zig-zag are a note where learning is slow") {
  RunLog run = stuck_run();
  set(run, 4, &LayerPoint::same_sign_fraction, 0.949);
  CHECK_FALSE(says(run, "zig-zag"));
  set(run, 4, &LayerPoint::same_sign_fraction, 0.96);
  set(run, 6, &LayerPoint::same_sign_fraction, 1);
  const std::vector<Diagnosis> findings = diagnose(run);
  const Diagnosis* finding = saying(findings, "zig-zag");
  REQUIRE(finding != nullptr);
  CHECK(finding->severity == Severity::note);
  CHECK(finding->text ==
        "The weights of dense layers 4 and 6 have to zig-zag: what comes in is not zero-centred, "
        "and 96 % or more of the single samples' gradients push all weights of a unit the same "
        "way");
  set_losses(run, falling);
  CHECK_FALSE(says(run, "zig-zag"));
  // With one input there is nothing to agree on.
  RunLog one = stuck_run();
  one.inputs = 1;
  set(one, 0, &LayerPoint::same_sign_fraction, 1);
  CHECK_FALSE(says(one, "zig-zag"));
}

TEST_CASE("weights that have left the range of their histograms are a note") {
  RunLog run = healthy_run();
  HistogramPoint point{.step = 900, .quantity = "weight", .low = -2, .high = 2, .bins = {40, 11}};
  point.underflow = 20;
  point.overflow = 30;
  run.layers[2].histograms = {point};
  CHECK(diagnose(run)[0].text.starts_with("Nothing"));
  run.layers[2].histograms[0].bins = {40, 10};
  CHECK(diagnose(run)[0].text ==
        "The weights of dense layer 2 have outgrown where they began: 50 % of them lie beyond ±2, "
        "four times their first root mean square or more (step 900)");
}

TEST_CASE("clipping is told where it acts in most steps") {
  const auto clipped = [](RunLog run, std::size_t steps, double scale) {
    run.config.training.clip_norm = 1;
    for (std::size_t i = 0; i < steps; ++i) run.steps[i].clipped_grad_norm = scale;
    return run;
  };
  CHECK_FALSE(says(clipped(healthy_run(), 49, 0.5), "Clipping"));
  CHECK(says(clipped(healthy_run(), 51, 0.5), "Clipping"));
  RunLog young = clipped(healthy_run(), 100, 0.5);
  young.steps.resize(9);
  CHECK_FALSE(says(young, "Clipping"));
  young.steps.push_back(young.steps.back());
  CHECK(says(young, "Clipping"));
  std::vector<Diagnosis> findings = diagnose(clipped(healthy_run(), 83, 0.0123));
  CHECK(findings[0].severity == Severity::note);
  CHECK(
      findings[0].text ==
      "Clipping acts in 83 % of the logged steps and leaves 1.23 % of the gradient in the median");
  // Under sgd it sets the pace.
  RunLog run = clipped(stuck_run(), 100, 0.0123);
  run.config.optimizer.method = {.type = "sgd"};
  CHECK(diagnose(run)[0].severity == Severity::severe);
  CHECK(diagnose(run)[0].text.starts_with("Clipping"));
  const auto severity = [&](double scale) {
    const std::vector<Diagnosis> all = diagnose(clipped(run, 100, scale));
    return saying(all, "Clipping")->severity;
  };
  CHECK(severity(0.099) == Severity::severe);
  CHECK(severity(0.101) == Severity::warning);
  // What rounds differently is not clipped.
  CHECK_FALSE(says(clipped(healthy_run(), 100, 1 - 1e-7), "Clipping"));
}

}  // namespace clino::test
