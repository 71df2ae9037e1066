#include "claims/gate_training.hpp"

#include <limits>

#include "claims/net.hpp"
#include "claims/parallel.hpp"
#include "train/evaluator.hpp"

namespace clino::claims {

namespace {

constexpr std::size_t kSeeds = 32;

/// Losses by epoch.
struct Course {
  std::vector<double> train, validation;
};

template <class T>
Course train_course(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Session<T> session(config, experiment);
  Evaluator<T> evaluator(experiment.model, experiment.parameters, session.kind(), {});
  Course course;
  train_session<T>(session, setting, [&](Session<T>& at) {
    if (at.state().batch == 0) {
      course.validation.push_back(at.last_validation()->loss);
      // Without gates or dropout: what the net has learned, not what it said on the way.
      course.train.push_back(evaluator.evaluate(experiment.data.train).loss);
    }
    return true;
  });
  return course;
}

constexpr std::string_view kPlain = R"(model={"hidden": [32, 32], "activation": "gelu"})";
constexpr std::string_view kDropout =
    R"(model={"layers": [{"type": "dense", "units": 32}, "gelu", {"type": "dropout", "rate": 0.5},
       {"type": "dense", "units": 32}, "gelu", {"type": "dropout", "rate": 0.5}]})";

std::vector<Course> courses(const Setting& setting, const std::vector<std::string>& overrides) {
  const Config config = claim_config(setting, claim_configs::gelu_gate, overrides);
  return for_each_index(setting, kSeeds, [&](std::size_t i) {
    Config own = config;
    own.seed = seed_of(setting, i);
    return with_dtype(setting,
                      [&](auto zero) { return train_course<decltype(zero)>(own, setting); });
  });
}

double gap(const Course& course) { return course.validation.back() - course.train.back(); }

report::FigureLine draw(const std::vector<Course>& all, std::string label, std::string color) {
  report::FigureLine line{.label = std::move(label), .style = {std::move(color), 0}};
  for (std::size_t epoch = 0; epoch < all.front().validation.size(); ++epoch) {
    double sum = 0;
    for (const Course& each : all) sum += each.validation[epoch];
    line.x.push_back(static_cast<double>(epoch + 1));
    line.y.push_back(sum / static_cast<double>(all.size()));
  }
  return line;
}

}  // namespace

void check_gate_training(Checks& checks, const Setting& setting, report::Figure& figure) {
  const std::vector<Course> gate = courses(setting, {}),
                            plain = courses(setting, {std::string(kPlain)}),
                            dropout = courses(setting, {std::string(kDropout)});
  const auto compare = [&](const std::string& quantity, const std::vector<Course>& other) {
    std::vector<double> differences;
    for (std::size_t i = 0; i < kSeeds; ++i) differences.push_back(gap(plain[i]) - gap(other[i]));
    double mean = 0;
    const Interval interval = Checks::interval_of(differences, mean);
    checks.within(quantity, {0, std::numeric_limits<double>::infinity()}, mean, interval,
                  std::to_string(kSeeds) + " pairs of runs");
  };
  compare("validation less training loss, plain less gate", gate);
  compare("the same, plain less dropout .5", dropout);
  figure.lines = {draw(plain, "GELU", "c0"), draw(gate, "with its random gate", "c1"),
                  draw(dropout, "with dropout .5", "c2")};
}

}  // namespace clino::claims
