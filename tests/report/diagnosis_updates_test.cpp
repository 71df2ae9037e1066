// Updates, losses and what is not finite.

#include "tests/catch.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

}  // namespace

TEST_CASE("an update as large as the weights is told with layer and step") {
  RunLog run = healthy_run();
  run.layers[2].points[3].update_ratio = 0.999;
  CHECK_FALSE(says(run, "larger than the weights"));
  run.layers[2].points[3].update_ratio = 1.5;
  run.layers[4].points[7].update_ratio = 253993;
  std::vector<Diagnosis> findings = diagnose(run);
  CHECK(findings[0].text ==
        "Updates were larger than the weights: 1.5 times |W| at dense layer 2 in step 30, 254,000 "
        "times at dense layer 4 in step 70; 0.001 is usual, the learning rate is 0.01");
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].layer == 2);
  // Where the net does not learn, it is why.
  set_losses(run, [](double) { return 0.7; });
  findings = diagnose(run);
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].text.starts_with("Updates were larger"));
  CHECK(findings[1].text.starts_with("The net does not learn"));
}

TEST_CASE("weights that start at zero and single slopes may change by more than they are") {
  RunLog run = healthy_run();
  run.layers[8].points[0].weight_norm = 0;
  run.layers[8].points[0].update_ratio = INFINITY;
  run.layers[8].points[1].update_ratio = 1.2;
  run.layers[3].learned = true;
  run.layers[3].type = "prelu";
  set(run, 3, &LayerPoint::weight_norm, 0.25);
  run.layers[3].points[9].update_ratio = 5;
  CHECK_FALSE(says(run, "larger than the weights"));
}

TEST_CASE("large updates are told where they last, not where they begin a run") {
  RunLog run = healthy_run();
  for (std::size_t i = 0; i < 40; ++i) run.layers[2].points[i].update_ratio = 0.3;
  CHECK_FALSE(says(run, "updates are large"));
  set(run, 2, &LayerPoint::update_ratio, 0.099);
  CHECK_FALSE(says(run, "updates are large"));
  set(run, 2, &LayerPoint::update_ratio, 0.101);
  CHECK(says(run, "updates are large"));
  RunLog young = run;
  for (LayerLog& layer : young.layers) layer.points.resize(9);
  CHECK_FALSE(says(young, "updates are large"));
  young.layers[2].points = run.layers[2].points;
  young.layers[2].points.resize(10);
  CHECK(says(young, "updates are large"));
  set(run, 2, &LayerPoint::update_ratio, 0.213);
  CHECK(text_of(run, "updates are large") ==
        "The updates are large: half of those of dense layer 2 changed its weights by 21.3 % or "
        "more; 0.1 % is usual, the learning rate is 0.01");
}

TEST_CASE("weights that hardly move are why a net does not learn, and only then") {
  const auto with_updates = [](RunLog run, double ratio) {
    for (std::size_t l = 0; l < run.layers.size(); l += 2) {
      set(run, l, &LayerPoint::update_ratio, ratio);
    }
    return run;
  };
  // 1,000 steps in all: a tenth of the weights at 1e-4 a step (991 are known of).
  CHECK_FALSE(says(with_updates(stuck_run(), 1.01e-4), "hardly move"));
  CHECK_FALSE(says(with_updates(healthy_run(), 1e-6), "hardly move"));
  const std::vector<Diagnosis> findings = diagnose(with_updates(stuck_run(), 9.9e-5));
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].text ==
        "The weights hardly move: no update is larger than 9.9e-5 of |W| (dense layer 8), and all "
        "1,000 in one direction would change no layer by more than 9.9 %; the learning rate is "
        "0.001");
  CHECK(text_of(with_updates(stuck_run(), 5e-8), "hardly move") ==
        "The weights hardly move: every update is below the rounding of float32 (5.96e-8 of |W|); "
        "the learning rate is 0.001");
  // double has digits left.
  RunLog fine = with_updates(stuck_run(), 5e-8);
  fine.config.dtype = DType::float64;
  CHECK_FALSE(says(fine, "rounding"));
}

TEST_CASE("updates against each other are told where most are") {
  RunLog run = stuck_run();
  for (StepPoint& point : run.steps) point.update_cosine = -0.49;
  CHECK_FALSE(says(run, "undoes"));
  for (StepPoint& point : run.steps) point.update_cosine = -0.51;
  CHECK(says(run, "undoes"));
  for (StepPoint& point : run.steps) point.update_cosine = -0.87;
  CHECK(text_of(run, "undoes") ==
        "Each update undoes much of the one before: their cosine is -0.87 in the median of 100 "
        "logged steps, as where a learning rate is too large for a narrow valley");
}

TEST_CASE("a loss that explodes is told with its steps") {
  const auto with_peak = [](RunLog run, double peak) {
    run.steps[6].loss = peak;
    return run;
  };
  CHECK_FALSE(says(with_peak(stuck_run(), 9.9 * kLn2), "exploded"));
  CHECK(says(with_peak(stuck_run(), 10.1 * kLn2), "exploded"));
  const std::vector<Diagnosis> findings = diagnose(with_peak(stuck_run(), 7.4e12));
  CHECK(findings[0].text ==
        "The loss exploded: it was 0.693 at step 0 and 7.4e12 at step 60; at the end it is 0.693");
  CHECK(findings[0].severity == Severity::severe);
  // What a run has got over is a note.
  const std::vector<Diagnosis> over = diagnose(with_peak(healthy_run(), 100));
  CHECK(over[0].severity == Severity::note);
  CHECK(over[0].text.starts_with("The loss rose for a while: it was 0.693 at step 0 and 100"));
}

TEST_CASE("a jump of the loss is one after calm") {
  RunLog run = healthy_run();
  run.steps[0].loss = 1.9 * kLn2;
  run.steps[80].loss = 3.7 * kLn2;
  CHECK_FALSE(says(run, "jumps"));
  run.steps[80].loss = 3.9 * kLn2;
  CHECK(text_of(run, "jumps") ==
        "The loss jumps: at 1 logged step it was above 2.63 after it had been below 0.658, the "
        "highest 2.7 at step 800");
  // Nine records tell what was before.
  RunLog early = healthy_run();
  set_losses(early, [](double) { return 0.3; });
  early.steps[8].loss = 3;
  CHECK_FALSE(says(early, "jumps"));
  std::swap(early.steps[8], early.steps[9]);
  CHECK(says(early, "jumps"));
  // The noise of a net that has learned nothing is no jump.
  RunLog stuck = stuck_run();
  stuck.steps[80].loss = 3 * kLn2;
  CHECK_FALSE(says(stuck, "jumps"));
}

TEST_CASE("the origin of what is not finite is told in full") {
  RunLog run = healthy_run();
  run.summary->status = "failed";
  run.summary->findings = {"training stopped at step 7"};
  FirstNonfinite& first = run.summary->first_nonfinite.emplace();
  first = {.step = 7,
           .node = "2",
           .direction = "forward",
           .operation = "affine",
           .layer_name = "2",
           .value = "inf",
           .layer = 2,
           .unit = 5,
           .sample = 12,
           .largest_before = 8.49e23};
  std::vector<Diagnosis> findings = diagnose(run);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text ==
        "The first number that is not finite is inf in layer 2 (affine), unit 5, sample 12 of the "
        "batch, in the forward pass of step 7, where training stopped; the largest before it was "
        "8.49e23");
  CHECK(findings[0].layer == 2);
  CHECK(findings[0].since_step == 7);
  first.direction = "backward";
  first.node = "2.weight";
  first.operation = "";
  first.value = "nan";
  first.sample.reset();
  first.largest_before = 0;
  CHECK(diagnose(run)[0].text ==
        "The first number that is not finite is nan in the gradient of 2.weight, unit 5, in the "
        "backward pass of step 7, where training stopped");
  // Where the summary does not say, the layers do; where they do not either, the program's word.
  run.summary->first_nonfinite.reset();
  CHECK(diagnose(run)[0].text == "Training stopped at step 7");
  run.summary.reset();
  run.layers[6].points[31].nonfinite = 1;
  run.layers[4].points[31].nonfinite = 240;
  findings = diagnose(run);
  CHECK(findings[0].text == "Dense layer 4 put out 240 numbers that are not finite at step 310");
  CHECK(findings[0].severity == Severity::severe);
}

}  // namespace clino::test
