#include "train/calibration.hpp"

#include <fstream>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"
#include "tests/train/calibration_helpers.hpp"
#include "train/calibration_file.hpp"
#include "train/class_probabilities.hpp"
#include "train/trainer.hpp"
#include "train/weights.hpp"

namespace clino::test {
namespace {

/// Two classes; each sample says class 1 with this probability, and is right or wrong.
ClassScores with_confidences(const std::vector<std::pair<double, bool>>& wanted) {
  ClassScores samples{.classes = 2, .scores = {}, .labels = {}};
  for (const auto& [confidence, right] : wanted) {
    samples.scores.insert(samples.scores.end(), {0, std::log(confidence / (1 - confidence))});
    samples.labels.push_back(Index{right});
  }
  return samples;
}

TEST_CASE("the calibration error is that of bins made by hand") {
  const ClassScores samples = with_confidences(
      {{.65, true}, {.7, true}, {.75, true}, {.7, false}, {.85, true}, {.95, false}});
  const Reliability found = reliability(samples, 1, 5);
  REQUIRE(found.bins.size() == 5);
  for (const std::size_t empty : {0, 1, 2}) CHECK(found.bins[empty].samples == 0);
  CHECK(found.bins[3].samples == 4);
  CHECK(found.bins[3].low == 0.6);
  CHECK(found.bins[3].confidence == Approx(.7));
  CHECK(found.bins[3].accuracy == .75);
  CHECK(found.bins[4].samples == 2);
  CHECK(found.bins[4].confidence == Approx(.9));
  CHECK(found.bins[4].accuracy == .5);
  CHECK(found.ece == Approx(4. / 6 * .05 + 2. / 6 * .4));
  CHECK(found.accuracy == Approx(4. / 6));
  CHECK(found.confidence == Approx(4.6 / 6));
  CHECK(found.nll == Approx(-(std::log(.65) + std::log(.7) + std::log(.75) + std::log(.3) +
                              std::log(.85) + std::log(.05)) /
                            6));
  // Both classes count: twice the square of what one of them is off by.
  CHECK(found.brier ==
        Approx(2 * (.35 * .35 + .3 * .3 + .25 * .25 + .7 * .7 + .15 * .15 + .95 * .95) / 6));
  const Reliability one = reliability(samples, 1, 1);
  CHECK(one.ece == Approx(4.6 / 6 - 4. / 6));
}

TEST_CASE("a confidence on an edge belongs to the bin below it") {
  for (Index classes = 2; classes <= 40; ++classes) {
    // Equal scores: the confidence is 1 / classes, the upper edge of the first of as many bins.
    ClassScores samples{.classes = classes, .scores = {}, .labels = {0}};
    samples.scores.assign(static_cast<std::size_t>(classes), 2.5);
    CHECK(reliability(samples, 1, classes).bins[0].samples == 1);
    CHECK(reliability(samples, 1, 3 * classes).bins[2].samples == 1);
  }
  const ClassScores sure{.classes = 2, .scores = {0, 800}, .labels = {1}};
  CHECK(reliability(sure, 1).bins.back().samples == 1);
  CHECK(reliability(sure, 1).ece == 0);
}

TEST_CASE("bins hold every sample once, at every temperature") {
  const ClassScores samples = drawn_scores(700, 4, 3, 5);
  for (const double temperature : {1e-3, 0.5, 1.0, 3.0, 1e3}) {
    for (const Index bins : {1, 7, 15, 1000}) {
      const Reliability found = reliability(samples, temperature, bins);
      Index count = 0;
      double confidence = 0, correct = 0;
      for (const ReliabilityBin& bin : found.bins) {
        const auto n = static_cast<double>(bin.samples);
        count += bin.samples;
        confidence += n * bin.confidence / 700;
        correct += n * bin.accuracy;
        if (bin.samples == 0) continue;
        // The mean of numbers in a bin is in it, to rounding.
        CHECK(bin.confidence > bin.low - 1e-12);
        CHECK(bin.confidence <= bin.high + 1e-12);
      }
      CHECK(count == 700);
      CHECK(confidence == Approx(found.confidence).epsilon(1e-12));
      CHECK(correct == Approx(700 * found.accuracy).epsilon(1e-12));
      CHECK(found.nll == Approx(mean_nll(samples, temperature)).epsilon(1e-9));
      CHECK(found.accuracy == reliability(samples, 1).accuracy);
      CHECK(found.ece >= 0);
      CHECK(found.ece <= 1);
    }
  }
}

TEST_CASE("ties are predicted alike at every temperature") {
  const ClassScores samples{.classes = 3, .scores = {1, 1, 0, 0, 2, 2}, .labels = {0, 2}};
  for (const double temperature : {1e-3, 1.0, 1e3}) {
    CHECK(reliability(samples, temperature).accuracy == 0.5);
  }
}

TEST_CASE("nothing can be measured without bins or samples") {
  CHECK_THROWS_AS(reliability(drawn_scores(5, 2, 1, 1), 1, 0), UsageError);
  CHECK_THROWS_AS(reliability({.classes = 2, .scores = {}, .labels = {}}, 1), UsageError);
}

/// A finished run: few noisy samples, so that it is surer than right.
struct Run {
  explicit Run(const std::vector<std::string>& overrides = {}) {
    const char* const config = R"({
      "name": "t", "dtype": "float64",
      "data": {"source": "moons", "samples": 300, "noise": 0.45, "test_fraction": 0.3,
               "validation_fraction": 0.3},
      "model": {"hidden": [32]},
      "loss": {"type": "softmax_cross_entropy", "temperature": 2},
      "optimizer": {"type": "adam", "learning_rate": 0.05},
      "training": {"epochs": 40}, "report": false})";
    train({.config = parse_config(config, "t.json", folder.path(), overrides),
           .directory = folder.path() / "run"});
    description = describe_run(folder.path() / "run", WeightsChoice::last);
  }

  TemporaryFolder folder;
  RunDescription description;
};

TEST_CASE("a calibration is relative to what is predicted, and leaves the classes alone") {
  const bool binary = GENERATE(true, false);
  const Run run(binary ? std::vector<std::string>{"loss=binary_cross_entropy"}
                       : std::vector<std::string>{});
  const RunDescription& description = run.description;
  const Data<double> data = load_own_data<double>(description);
  TrainedRun<double> net = load_run<double>(description);
  const Calibration found = calibrate(net, description.config.loss, data);
  REQUIRE(found.fit.found());
  CHECK(found.loss_temperature == (binary ? 1 : 2));
  CHECK(found.fit.low > 1);
  REQUIRE(found.parts.size() == 2);
  CHECK(found.parts[0].name == "validation");
  CHECK(found.parts[0].samples == 90);
  CHECK(found.parts[1].name == "test");

  // Each part's likelihood from the probabilities that `predict` writes, before and after.
  Evaluator<double> evaluator = net.evaluator();
  const double of_loss = temperature_of(description.config.loss);
  const Dataset<double>* const sets[] = {&data.validation, &data.test};
  for (std::size_t p = 0; p < 2; ++p) {
    double before = 0, after = 0;
    evaluator.evaluate(
        *sets[p], [&](Matrix<const double> logits, Matrix<const double> target, Index) {
          for (Index j = 0; j < logits.columns; ++j) {
            std::vector<double> probabilities(2);
            const auto likelihood = [&](double temperature) {
              class_probabilities<double>(net.preprocessing.target_kind, logits.column(j),
                                          temperature, probabilities);
              return -std::log(probabilities[static_cast<std::size_t>(target(0, j))]);
            };
            before += likelihood(of_loss);
            after += likelihood(of_loss * found.fit.temperature);
          }
        });
    const CalibratedPart& part = found.parts[p];
    const auto n = static_cast<double>(part.samples);
    REQUIRE(part.after.has_value());
    CHECK(part.before.nll == Approx(before / n).epsilon(1e-10));
    CHECK(part.after->nll == Approx(after / n).epsilon(1e-10));
    CHECK(part.before.accuracy == part.after->accuracy);
  }
  CHECK(found.parts[0].after->nll < found.parts[0].before.nll);
}

TEST_CASE("class weights and weights of samples do not count") {
  const Run weighted({R"(loss={"type": "softmax_cross_entropy", "temperature": 2,
                                      "class_weights": [1, 5]})",
                      "training.epochs=1"});
  const RunDescription& description = weighted.description;
  const Data<double> data = load_own_data<double>(description);
  TrainedRun<double> with = load_run<double>(description, {1, 5});
  TrainedRun<double> without = load_run<double>(description);
  const Calibration a = calibrate(with, description.config.loss, data);
  const Calibration b = calibrate(without, description.config.loss, data);
  CHECK(a.fit.temperature == b.fit.temperature);
  CHECK(a.parts[0].before.nll == b.parts[0].before.nll);
}

TEST_CASE("runs that cannot be calibrated say what is missing") {
  const Run without({"data.validation_fraction=0"});
  const Data<double> data = load_own_data<double>(without.description);
  TrainedRun<double> net = load_run<double>(without.description);
  const Choice& loss = without.description.config.loss;
  CHECK(message_of<UsageError>([&] { calibrate(net, loss, data); }).find("validation_fraction") !=
        std::string::npos);
  CHECK(message_of<UsageError>([&] {
          require_classes({.type = "mse"}, TargetKind::numbers);
        }).find("mse") != std::string::npos);
}

TEST_CASE("a saved calibration is found again, for the weights it was fitted for") {
  const Run run;
  const RunDescription& description = run.description;
  TrainedRun<double> net = load_run<double>(description);
  const std::string hash = weights_hash(net.parameters);
  CHECK_FALSE(load_calibration(description, hash).has_value());
  const Calibration found =
      calibrate(net, description.config.loss, load_own_data<double>(description));
  save_calibration(description, hash, found);
  const auto saved = load_calibration(description, hash);
  REQUIRE(saved.has_value());
  CHECK(saved->temperature == found.fit.temperature);
  CHECK(saved->weights == "model.safetensors");

  net.parameters.values()[0] += 1;
  const std::string other = weights_hash(net.parameters);
  CHECK(other != hash);
  CHECK(message_of<InputError>([&] {
          load_calibration(description, other);
        }).find("fitted for other weights (model.safetensors") != std::string::npos);

  const std::string path = (description.directory / "calibration.json").string();
  for (const char* const damaged :
       {"", "{", "[]", "{}", R"({"temperature": 0, "weights": "a", "weights_hash": "b"})",
        R"({"temperature": -1, "weights": "a", "weights_hash": "b"})",
        R"({"temperature": "2", "weights": "a", "weights_hash": "b"})",
        R"({"temperature": 2, "weights": 1, "weights_hash": "b"})",
        R"({"temperature": 2, "weights": "a"})"}) {
    INFO(damaged);
    std::ofstream(path) << damaged;
    CHECK(message_of<InputError>([&] {
            load_calibration(description, hash);
          }).find("calibration.json") != std::string::npos);
  }
  Calibration none = found;
  none.fit.outcome = TemperatureOutcome::zero;
  CHECK_THROWS_AS(save_calibration(description, hash, none), UsageError);
}

}  // namespace
}  // namespace clino::test
