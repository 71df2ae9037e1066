#include "report/calibration_text.hpp"

#include <cmath>

#include "report/number_text.hpp"

namespace clino::report {

namespace {

std::string verdict(const TemperatureFit& fit) {
  if (fit.low > 1) return "the net is surer of its answers than it should be";
  if (fit.high < 1) return "the net is less sure of its answers than it could be";
  return "not told apart from 1, which leaves the probabilities as they are";
}

}  // namespace

std::string calibration_sentence(const Calibration& calibration) {
  const TemperatureFit& fit = calibration.fit;
  const CalibratedPart& part = calibration.parts.front();
  const std::string on = " on the " + count_text(static_cast<std::uint64_t>(part.samples)) +
                         (part.samples == 1 ? " sample" : " samples") + " of the " + part.name +
                         " part";
  if (!fit.found()) {
    return "No temperature fits" + on + ": " + std::string(to_text(fit.outcome)) + ".";
  }
  return "Temperature " + number_text(fit.temperature) + ", 95 % interval " + number_text(fit.low) +
         " to " + number_text(fit.high) + ", fitted" + on + ": " + verdict(fit) + ".";
}

std::string total_temperature_sentence(const Calibration& calibration) {
  if (calibration.loss_temperature == 1 || !calibration.fit.found()) return "";
  const double total = calibration.loss_temperature * calibration.fit.temperature;
  return "It comes on top of the temperature " + number_text(calibration.loss_temperature) +
         " of the loss: the logits are divided by " + number_text(total) + ".";
}

std::string missing_test_sentence(const Calibration& calibration) {
  if (calibration.parts.size() > 1 || !calibration.fit.found()) return "";
  return "There is no test part: \"after\" is measured on the samples that the temperature was "
         "fitted on, and is no test of it.";
}

}  // namespace clino::report
