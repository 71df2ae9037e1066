#include "compare/comparison_csv.hpp"

#include "report/csv_field.hpp"

namespace clino::compare {

using report::csv_field;

std::string comparison_csv(const Comparison& comparison) {
  std::string text = "variation,seed,fold,status,reason,epochs,steps";
  for (const Measure& measure : measures()) text += "," + std::string(measure.name);
  text += "\n";
  for (const RunResult& run : comparison.runs) {
    const RunOutcome& outcome = run.outcome;
    text += csv_field(comparison.variations[run.variation].label) + "," + std::to_string(run.seed) +
            "," + (run.fold ? std::to_string(*run.fold) : "") + "," + outcome.status + "," +
            csv_field(outcome.reason) + "," + std::to_string(outcome.epochs) + "," +
            std::to_string(outcome.steps);
    for (const Measure& measure : measures()) {
      text += "," + csv_field(outcome.figure(measure.name));
    }
    text += "\n";
  }
  return text;
}

}  // namespace clino::compare
