#include "app/calibration_output.hpp"

namespace clino::app {

namespace {

JsonValue count(Index value) { return json_of(std::int64_t{value}); }

JsonValue bin_json(const ReliabilityBin& bin) {
  const bool any = bin.samples > 0;
  return json_object({{"low", json_of(bin.low)},
                      {"high", json_of(bin.high)},
                      {"samples", count(bin.samples)},
                      {"confidence", any ? json_of(bin.confidence) : JsonValue{}},
                      {"accuracy", any ? json_of(bin.accuracy) : JsonValue{}}});
}

JsonValue reliability_json(const Reliability& reliability) {
  std::vector<JsonValue> bins;
  bins.reserve(reliability.bins.size());
  for (const ReliabilityBin& bin : reliability.bins) bins.push_back(bin_json(bin));
  return json_object({{"nll", json_of(reliability.nll)},
                      {"ece", json_of(reliability.ece)},
                      {"brier", json_of(reliability.brier)},
                      {"accuracy", json_of(reliability.accuracy)},
                      {"confidence", json_of(reliability.confidence)},
                      {"bins", json_list(std::move(bins))}});
}

const char* outcome_name(TemperatureOutcome outcome) {
  switch (outcome) {
    case TemperatureOutcome::zero:
      return "zero";
    case TemperatureOutcome::infinite:
      return "infinite";
    case TemperatureOutcome::any:
      return "any";
    case TemperatureOutcome::found:
      break;
  }
  return "found";
}

}  // namespace

JsonValue calibration_json(const Calibration& calibration) {
  const TemperatureFit& fit = calibration.fit;
  JsonValue json = json_object({{"outcome", json_of(std::string(outcome_name(fit.outcome)))},
                                {"temperature", JsonValue{}},
                                {"log_error", JsonValue{}},
                                {"interval", JsonValue{}},
                                {"loss_temperature", json_of(calibration.loss_temperature)},
                                {"fitted_on", json_of(calibration.parts.front().name)}});
  if (fit.found()) {
    *json.find("temperature") = json_of(fit.temperature);
    *json.find("log_error") = json_of(fit.log_error);
    *json.find("interval") = json_list({json_of(fit.low), json_of(fit.high)});
  }
  for (const CalibratedPart& part : calibration.parts) {
    json.add(part.name,
             json_object({{"samples", count(part.samples)},
                          {"before", reliability_json(part.before)},
                          {"after", part.after ? reliability_json(*part.after) : JsonValue{}}}));
  }
  return json;
}

}  // namespace clino::app
