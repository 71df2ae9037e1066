// Signals that fade or explode, on their way back and on their way up.

#include "tests/catch.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

/// |d| of the last dense layer is 0.1 and changes by a factor from each dense layer to the one
/// below.
void set_delta(RunLog& run, double factor, std::size_t from = 0) {
  double value = 0.1;
  for (std::size_t l = run.layers.size(); l-- > 0;) {
    set(run, l, &LayerPoint::delta_norm, value, from);
    if (l % 2 == 0) value *= factor;
  }
}

}  // namespace

TEST_CASE("a vanishing signal is told with its factor, both ends and the layers that are lost") {
  RunLog run = stuck_run(10);
  set_delta(run, 0.25);
  for (const std::size_t l : {0U, 2U, 4U}) set(run, l, &LayerPoint::update_ratio, 5e-8);
  const std::vector<Diagnosis> findings = diagnose(run);
  CHECK(findings[0].text ==
        "The signal vanishes on its way back, by a factor of 0.25 a dense layer: |d| is 0.1 at "
        "dense layer 20 and 9.54e-8 at dense layer 0 (step 0; at step 990 the factor is 0.25); 3 "
        "dense layers (0 to 4) do not move, most updates are below the rounding of float32 "
        "(5.96e-8 of |W|)");
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].layer == 4);
  CHECK(findings[0].since_step == 0);
  // double has digits left for such updates.
  run.config.dtype = DType::float64;
  CHECK(text_of(run, "vanishes").ends_with("factor is 0.25)"));
}

TEST_CASE("a signal is fitted, not read off its ends") {
  RunLog run = stuck_run(5);
  for (std::size_t i = 0; i < 6; ++i) {
    // log2 |d|: the middle step is flat.
    const double exponents[] = {-24, -18, -12, -12, -6, 0};
    set(run, 2 * i, &LayerPoint::delta_norm, std::exp2(exponents[i]));
  }
  // sum x y = 60 + 27 + 6 - 6 - 9 = 78 for x = -2.5 ... 2.5, sum x^2 = 17.5: 2^(-78 / 17.5). The
  // ends alone would say 2^(-24 / 5) = 0.0359.
  CHECK(text_of(run, "vanishes").find("by a factor of 0.0455 a dense layer") != std::string::npos);
}

TEST_CASE("how far a signal may fall or grow over a net") {
  // Four steps between five dense layers.
  const auto spoilt = [](double ratio) {
    RunLog run = stuck_run(4);
    set_delta(run, std::pow(ratio, 0.25));
    return run;
  };
  CHECK_FALSE(says(spoilt(1.01e-3), "The signal"));
  CHECK(says(spoilt(0.99e-3), "The signal vanishes"));
  CHECK_FALSE(says(spoilt(99), "The signal"));
  CHECK(says(spoilt(101), "The signal explodes on its way back, by a factor of 3.17 a dense"));
}

TEST_CASE("a signal that recovers is told so; one that is lost late is told by its step") {
  RunLog run = healthy_run();
  set_delta(run, 0.1);
  set_delta(run, 0.9, 50);
  const std::vector<Diagnosis> findings = diagnose(run);
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].text.ends_with("(step 0; at step 990 it is better, with a factor of 0.9)"));
  CHECK_FALSE(findings[0].since_step);

  RunLog late = stuck_run();
  set_delta(late, 0.1, 50);
  CHECK(text_of(late, "vanishes").ends_with("1e-5 at dense layer 0 (step 990)"));
  // Five records at the end are not most of the last ten, six are.
  RunLog blip = stuck_run();
  set_delta(blip, 0.1, 95);
  CHECK_FALSE(says(blip, "vanishes"));
  set_delta(blip, 0.1, 94);
  CHECK(says(blip, "vanishes"));
  // Of eleven, of which six are, the last ten hold five.
  RunLog longer = stuck_run();
  set_delta(longer, 0.1, 89);
  set_delta(longer, 1, 90);
  set_delta(longer, 0.1, 95);
  CHECK_FALSE(says(longer, "vanishes"));
}

TEST_CASE("flat weight gradients that hide a vanishing signal are pointed at") {
  RunLog run = stuck_run();
  set_delta(run, 0.1);
  CHECK(says(run, "hide"));
  set(run, 2, &LayerPoint::weight_grad_norm, 2.9);
  CHECK(text_of(run, "hide") ==
        "The weight gradients hide that the signal vanishes: |dL/dW| of all dense layers lies "
        "between 0.1 and 2.9 (step 0), because the outputs shrink on the way up as the signal does "
        "on the way back");
  set(run, 2, &LayerPoint::weight_grad_norm, 3.1);
  CHECK_FALSE(says(run, "hide"));
  CHECK(says(run, "vanishes"));
}

TEST_CASE("layers that no signal reaches are told, and the others still measured") {
  RunLog run = stuck_run(6);
  set_delta(run, 0.1);
  set(run, 0, &LayerPoint::delta_norm, 0);
  set(run, 2, &LayerPoint::delta_norm, 0, 30);
  const std::vector<Diagnosis> findings = diagnose(run);
  CHECK(saying(findings, "vanishes")->text.find("and 1e-5 at dense layer 4") != std::string::npos);
  const Diagnosis* lost = saying(findings, "No signal");
  REQUIRE(lost != nullptr);
  CHECK(lost->text ==
        "No signal comes back to dense layers 0 and 2: |d| is exactly 0 since step 300, so nothing "
        "can be learned there");
  CHECK(lost->severity == Severity::severe);
  CHECK(lost->since_step == 300);
  // A net that is right on everything has no gradient left.
  set_losses(run, falling);
  CHECK_FALSE(says(run, "No signal"));
}

TEST_CASE("outputs that fade or explode on their way up are told") {
  const auto spoilt = [](RunLog run, double factor, std::size_t to = kRecords) {
    double value = 1;
    for (std::size_t l = 0; l + 1 < run.layers.size(); l += 2) {
      for (std::size_t i = 0; i < to; ++i) run.layers[l].points[i].output_std = value;
      value *= factor;
    }
    return run;
  };
  // Three steps between four hidden dense layers.
  CHECK_FALSE(says(spoilt(stuck_run(), 0.101), "The outputs"));
  CHECK_FALSE(says(spoilt(stuck_run(), 9.9), "The outputs"));
  CHECK(text_of(spoilt(stuck_run(), 0.05), "The outputs") ==
        "The outputs fade on their way up, by a factor of 0.05 a dense layer: their root mean "
        "square is 1 at dense layer 0 and 0.000125 at dense layer 6 (step 0; at step 990 the "
        "factor is 0.05)");
  CHECK(says(spoilt(stuck_run(), 0.099), "The outputs fade"));
  CHECK(says(spoilt(stuck_run(), 10.1), "The outputs explode"));
  // Overcome: a warning where nothing is learned, no word where it is.
  const std::vector<Diagnosis> findings = diagnose(spoilt(stuck_run(), 0.05, 30));
  CHECK(saying(findings, "The outputs fade")->severity == Severity::warning);
  CHECK_FALSE(says(spoilt(healthy_run(), 0.05, 30), "The outputs"));
}

TEST_CASE("samples that become alike are told with the layers") {
  RunLog run = stuck_run();
  for (std::size_t l = 3; l < run.layers.size(); ++l) {
    run.layers[l].signal.back().cosine_similarity = 0.9989;
  }
  CHECK_FALSE(says(run, "alike"));
  for (std::size_t l = 3; l < run.layers.size(); ++l) {
    run.layers[l].signal.back().cosine_similarity = 0.9991;
    run.layers[l].signal.back().effective_rank = 1 + 0.01 * static_cast<double>(l);
  }
  // The output layer, 8, may say the same of all samples.
  CHECK(text_of(run, "alike") ==
        "All samples look alike to 3 tanh layers (3 to 7): the cosine between the outputs of two "
        "samples is above 0.999 in the mean, their effective rank as low as 1.03 (step 990)");
  // A layer of one unit has no directions.
  RunLog narrow = stuck_run(2);
  narrow.config.model.layers = hidden_layers(std::vector<Index>{8, 1}, {.type = "tanh"});
  narrow.layers[3].signal.back().cosine_similarity = 1;
  CHECK_FALSE(says(narrow, "alike"));
}

}  // namespace clino::test
