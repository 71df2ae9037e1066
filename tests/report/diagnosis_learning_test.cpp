// Nets that do not learn, cannot, or learn by heart.

#include "tests/catch.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

RunLog ending_at(double share) {
  RunLog run = healthy_run();
  set_losses(run, [&](double t) { return t < 0.5 ? kLn2 : share * kLn2; });
  return run;
}

}  // namespace

TEST_CASE("a loss that stays at that of guessing is told with its figures") {
  CHECK_FALSE(says(ending_at(0.94), "does not learn"));
  const std::vector<Diagnosis> findings = diagnose(ending_at(0.96));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].text ==
        "The net does not learn: after 1,000 steps the training loss is 0.665, and guessing among "
        "2 classes gives 0.693 (accuracy 90 %); signals arrive and weights move, so look at data, "
        "labels and the size of the net");
}

TEST_CASE("how bad a hindrance is depends on what became of the loss") {
  const auto severity = [](double share) {
    RunLog run = ending_at(share);
    set(run, 3, &LayerPoint::below_threshold_fraction, 0.8, 50);
    const std::vector<Diagnosis> findings = diagnose(run);
    return saying(findings, "saturated")->severity;
  };
  CHECK(severity(0.24) == Severity::note);
  CHECK(severity(0.26) == Severity::warning);
  CHECK(severity(0.94) == Severity::warning);
  CHECK(severity(0.96) == Severity::severe);
}

TEST_CASE("what guessing gives follows from loss and classes") {
  RunLog run = stuck_run();
  run.outputs = 10;
  // ln 2 is no guessing among ten.
  CHECK_FALSE(says(run, "does not learn"));
  set_losses(run, [](double) { return 2.3; });
  CHECK(says(run, "guessing among 10 classes gives 2.3"));
  // With half of each label spread over two classes the loss cannot fall below .562: it is at .576
  // when 90 % of what can fall has fallen.
  RunLog smooth = ending_at(0.576 / kLn2);
  smooth.config.loss.options["label_smoothing"] = 0.5;
  CHECK(diagnose(smooth)[0].text.starts_with("Nothing"));
  set(smooth, 3, &LayerPoint::below_threshold_fraction, 0.8, 50);
  CHECK(diagnose(smooth)[0].severity == Severity::note);
  // Numbers are measured by the largest of the first losses: one batch may lie far below.
  RunLog numbers = ending_at(0.96);
  numbers.config.loss = {.type = "mse"};
  numbers.steps[0].loss = 0.01;
  CHECK(says(numbers, "the training loss is 0.665, and at the start it was 0.693"));
}

TEST_CASE("nothing is said of learning before there were steps enough") {
  RunLog run = stuck_run();
  run.summary.reset();
  run.metrics.clear();
  for (std::size_t i = 0; i < run.steps.size(); ++i) run.steps[i].step = i;
  run.steps.resize(99);
  CHECK_FALSE(says(run, "does not learn"));
  run.steps.push_back({.step = 99, .loss = kLn2});
  CHECK(says(run, "after 100 steps so far the training loss is 0.693"));
}

TEST_CASE("a cause that was found takes the place of advice") {
  RunLog run = stuck_run();
  set(run, 3, &LayerPoint::below_threshold_fraction, 0.9);
  CHECK_FALSE(says(run, "look at data"));
  CHECK(diagnose(run)[0].text.starts_with("Tanh layer 3 is saturated"));
}

TEST_CASE("a linear net is called one") {
  RunLog run = stuck_run();
  run.config.model.layers = hidden_layers(std::vector<Index>{8, 8, 8}, {.type = "identity"});
  std::vector<Diagnosis> findings = diagnose(run);
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].text ==
        "The net is linear: without activations between them its 4 dense layers are one matrix, "
        "which draws straight lines and borders only");
  set_losses(run, falling);
  CHECK(diagnose(run)[0].severity == Severity::note);
  // Something that bends, also within a block.
  LayerSpec block{.choice = {.type = "residual"}};
  block.layers = {{.choice = {.type = "relu"}}};
  run.config.model.layers.push_back(block);
  CHECK_FALSE(says(run, "linear"));
  // Of a net without hidden layers one hears it only where that matters.
  run.config.model.layers.clear();
  CHECK_FALSE(says(run, "linear"));
  set_losses(run, [](double) { return kLn2; });
  CHECK(says(run, "The net is linear: it has no hidden layer"));
}

TEST_CASE("overfitting is told with the epoch it begins in") {
  const auto spoilt = [](double rise) {
    RunLog run = healthy_run();
    for (MetricsPoint& point : run.metrics) {
      if (point.split != "validation" || point.epoch < 4) continue;
      point.loss = point.epoch == 4 ? 0.05 : 0.05 + rise;
    }
    return run;
  };
  // The measure is the first validation loss.
  const double measure = healthy_run().metrics[1].loss;
  CHECK_FALSE(says(spoilt(0.099 * measure), "overfits"));
  const std::vector<Diagnosis> findings = diagnose(spoilt(0.4));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].since_step == 500);
  CHECK(
      findings[0].text ==
      "The net overfits since epoch 4: from there the validation loss rose from 0.05 to 0.45 while "
      "the training loss fell from 0.0584 to 0.00841; best.safetensors has the weights of that "
      "epoch");
  CHECK(says(spoilt(0.101 * measure), "overfits"));
  // A loss that has learned within an epoch rises from almost nothing to little.
  RunLog tiny = healthy_run();
  const auto set_validation = [&](double low, double high) {
    for (MetricsPoint& point : tiny.metrics) {
      if (point.split == "validation") point.loss = point.epoch == 3 ? low : high;
      if (point.split == "train") point.loss = point.epoch < 4 ? 0.002 : 0.001;
    }
  };
  set_validation(0.001, 0.019 * kLn2);
  CHECK_FALSE(says(tiny, "overfits"));
  set_validation(0.001, 0.021 * kLn2);
  CHECK(says(tiny, "overfits"));
  // Five epochs are enough to tell.
  RunLog few = spoilt(0.4);
  std::erase_if(few.metrics, [](const MetricsPoint& point) { return point.epoch % 2 == 1; });
  CHECK(says(few, "overfits"));
  few.metrics.resize(8);
  CHECK_FALSE(says(few, "overfits"));
  // Where the training loss rises too, it is no overfitting.
  RunLog both = spoilt(0.4);
  for (MetricsPoint& point : both.metrics) {
    if (point.split == "train" && point.epoch > 4) point.loss = 0.6;
  }
  CHECK_FALSE(says(both, "overfits"));
}

TEST_CASE("a gap between the parts is a note") {
  const double measure = healthy_run().metrics[1].loss;
  const auto spoilt = [&](double gap) {
    RunLog run = healthy_run();
    for (std::size_t i = 0; i < run.metrics.size(); i += 2) {
      run.metrics[i + 1].loss = run.metrics[i].loss + gap * measure;
    }
    run.metrics[1].loss = measure;
    return run;
  };
  CHECK_FALSE(says(spoilt(0.24), "generalises"));
  CHECK(text_of(spoilt(0.26), "generalises") ==
        "The net knows its training part better than it generalises: loss 0.00841 there, 0.123 on "
        "the validation part");
}

}  // namespace clino::test
