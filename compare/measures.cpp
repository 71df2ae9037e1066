#include "compare/measures.hpp"

#include <array>

namespace clino::compare {

namespace {

using statistics::Scale;

double one_epoch(const RunOutcome&) { return 1; }
double steps_of_an_epoch(const RunOutcome& run) { return run.steps_per_epoch(); }
double one_sample(const RunOutcome& run) {
  const Index samples = run.validation_samples > 0 ? run.validation_samples : run.train_samples;
  return samples > 0 ? 1 / static_cast<double>(samples) : 0;
}

constexpr Measure time(std::string_view name, std::string_view title, bool clock,
                       double (*resolution)(const RunOutcome&)) {
  return {.name = name,
          .title = title,
          .better = Better::lower,
          .scale = Scale::ratio,
          .to_target = true,
          .clock = clock,
          .resolution = resolution};
}

constexpr Measure accuracy(std::string_view name, std::string_view title,
                           double (*resolution)(const RunOutcome&)) {
  return {.name = name,
          .title = title,
          .better = Better::higher,
          .share = true,
          .resolution = resolution};
}

constexpr Measure loss(std::string_view name, std::string_view title) {
  return {.name = name, .title = title, .better = Better::lower, .scale = Scale::ratio};
}

constexpr Measure share(std::string_view name, std::string_view title, Better better) {
  return {.name = name, .title = title, .better = better, .share = true};
}

constexpr std::array kMeasures = {
    time("epochs_to_target", "epochs to the target", false, one_epoch),
    time("steps_to_target", "steps to the target", false, steps_of_an_epoch),
    time("seconds_to_target", "seconds to the target", true, nullptr),
    accuracy("final_accuracy", "final accuracy", one_sample),
    loss("final_loss", "final loss"),
    accuracy("best_accuracy", "best accuracy", one_sample),
    loss("best_loss", "best loss"),
    accuracy("test_accuracy", "test accuracy", nullptr),
    loss("test_loss", "test loss"),
    loss("train_loss", "final training loss"),
    Measure{.name = "loss_gap",
            .title = "gap between validation and training loss",
            .better = Better::lower},
    loss("loss_area", "mean loss over the epochs"),
    share("dead_fraction", "share of dead units", Better::lower),
    share("saturated_fraction", "saturated share", Better::lower),
    Measure{.name = "delta_ratio",
            .title = "signal of the first layer over the last at the start",
            .scale = Scale::ratio},
    Measure{.name = "final_delta_ratio",
            .title = "signal of the first layer over the last at the end",
            .scale = Scale::ratio},
    share("same_sign_fraction", "share of weight gradients of one sign", Better::neither),
    Measure{.name = "update_cosine", .title = "cosine between updates"},
    Measure{.name = "seconds",
            .title = "seconds of training",
            .better = Better::lower,
            .scale = Scale::ratio,
            .clock = true},
};

}  // namespace

std::span<const Measure> measures() { return kMeasures; }

const Measure* find_measure(std::string_view name) {
  for (const Measure& measure : kMeasures) {
    if (measure.name == name) return &measure;
  }
  return nullptr;
}

std::vector<std::string> measure_names() {
  std::vector<std::string> names;
  names.reserve(kMeasures.size());
  for (const Measure& measure : kMeasures) names.emplace_back(measure.name);
  return names;
}

Catalogue measure_catalogue() {
  Catalogue catalogue;
  for (const Measure& measure : kMeasures) {
    std::string summary(measure.title);
    if (measure.better != Better::neither) {
      summary += measure.better == Better::lower ? "; lower is better" : "; higher is better";
    }
    catalogue.push_back({std::string(measure.name), std::move(summary), {}});
  }
  return catalogue;
}

}  // namespace clino::compare
