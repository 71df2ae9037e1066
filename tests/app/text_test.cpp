#include <limits>

#include "app/layer_table.hpp"
#include "app/number_format.hpp"
#include "app/progress_line.hpp"
#include "tests/catch.hpp"

namespace clino::app {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST_CASE("rates are readable from single samples to millions") {
  CHECK(rate_text(0) == "0/s");
  CHECK(rate_text(950) == "950/s");
  CHECK(rate_text(999.6) == "1.00k/s");
  CHECK(rate_text(94.96e3) == "95k/s");
  CHECK(rate_text(999.6e3) == "1.00M/s");
  CHECK(rate_text(1.62e6) == "1.62M/s");
  CHECK(rate_text(250e6) == "250M/s");
}

TEST_CASE("what is no number has no sign") {
  for (const double value : {kNan, -kNan}) {
    CHECK(number_text("{:.2e}", value) == "nan");
    CHECK(rate_text(value) == "nan/s");
  }
  CHECK(number_text("{:.4g}", -std::numeric_limits<double>::infinity()) == "-inf");
}

TEST_CASE("a progress line leaves out whole fields, the loss last") {
  const Progress progress{.epoch = 11,
                          .epochs = 50,
                          .step = 300,
                          .total_steps = 1250,
                          .train = {.loss = 0.12345, .accuracy = std::nullopt},
                          .validation = Metrics{.loss = 0.2, .accuracy = 0.975, .samples = 9},
                          .samples_per_second = 1.62e6,
                          .seconds_left = 3};
  const std::string whole = "epoch 12/50  step 300/1250  loss 0.1235  val 97.5%  1.62M/s  3 s left";
  CHECK(progress_text(progress, 79) == whole);
  CHECK(progress_text(progress, whole.size()) == whole);
  CHECK(progress_text(progress, whole.size() - 1) ==
        "epoch 12/50  step 300/1250  loss 0.1235  val 97.5%  3 s left");
  CHECK(progress_text(progress, 50) == "epoch 12/50  loss 0.1235  val 97.5%  3 s left");
  CHECK(progress_text(progress, 25) == "loss 0.1235  3 s left");
  CHECK(progress_text(progress, 11) == "loss 0.1235");
  CHECK(progress_text(progress, 10).empty());
}

TEST_CASE("columns of the layer table never touch") {
  TrainResult result;
  result.logged_step = 7;
  LayerSummary layer{.name = "10.12.3",
                     .type = "hard_sigmoid",
                     .inputs = 12345,
                     .outputs = 54321,
                     .parameters = 670592745,
                     .learned = true,
                     .elementwise = true,
                     .record = {}};
  layer.record.delta_norm = -kNan;
  layer.record.weight_grad_norm = 1.234e-200;
  layer.record.update_ratio = std::numeric_limits<double>::infinity();
  layer.record.below_threshold_fraction = 1;
  layer.record.dead_fraction = 1;
  layer.type = "dense";
  result.layers.push_back(layer);
  layer.type = "hard_sigmoid";
  result.layers.push_back(layer);
  std::ostringstream out;
  print_layer_table(out, result);
  CHECK(out.str().find("\n10... dense       12345->54321 670592745      nan 1.2e-200      inf    "
                       "100% 100%\n") != std::string::npos);
  CHECK(out.str().find("\n10... hard_sig..         54321 ") != std::string::npos);
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

}  // namespace
}  // namespace clino::app
