#include "claims/final_metrics.hpp"

#include <limits>

#include "claims/net.hpp"

namespace clino::claims {

namespace {

template <class T>
Metrics train_and_evaluate(const Config& config, const Setting& setting) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Session<T> session(config, experiment);
  if (!train_session(session, setting).empty()) {
    Metrics unknown;
    unknown.loss = std::numeric_limits<double>::quiet_NaN();
    return unknown;
  }
  Evaluator<T> evaluator(experiment.model, experiment.parameters, session.kind(),
                         experiment.class_weights);
  return evaluator.evaluate(experiment.data.train);
}

}  // namespace

Metrics final_metrics(const Config& config, const Setting& setting) {
  return with_dtype(setting,
                    [&](auto zero) { return train_and_evaluate<decltype(zero)>(config, setting); });
}

}  // namespace clino::claims
