#include "data/division.hpp"

#include <algorithm>
#include <string>

#include "core/errors.hpp"
#include "data/numbers.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

void check_folds(const DataRequest& request) {
  if (!request.folds) {
    if (request.fold == 0) return;
    throw UsageError("fold: means nothing without folds; expected 0, found " +
                     std::to_string(request.fold));
  }
  const Index folds = *request.folds;
  if (folds < 2) {
    throw UsageError("folds: expected a whole number >= 2, found " + std::to_string(folds));
  }
  if (request.fold < 0 || request.fold >= folds) {
    throw UsageError("fold: expected one of the folds 0 to " + std::to_string(folds - 1) +
                     ", found " + std::to_string(request.fold));
  }
  if (request.validation_fraction != 0) {
    throw UsageError("validation_fraction: the folds make the validation part; expected 0, found " +
                     number_text(request.validation_fraction));
  }
}

void check_part(const std::vector<Index>& part, const std::string& name, double fraction,
                Index rows) {
  if (!part.empty() || fraction == 0) return;
  throw UsageError(name + "_fraction " + number_text(fraction) + " of " + std::to_string(rows) +
                   " samples leaves the " + name + " part without a sample");
}

// Each fold needs a unit: a group where rows are grouped, else a row.
void check_fold_count(const RawData& raw, Index folds, const Parts& parts) {
  const Index units = (raw.rows - static_cast<Index>(parts.test.size())) / raw.group;
  if (folds <= units) return;
  const std::string what =
      raw.group == 1 ? "samples" : "groups of " + std::to_string(raw.group) + " samples";
  throw UsageError(raw.name + ": folds: expected at most as many as there are " + what +
                   " outside of the test part, " + std::to_string(units) + ", found " +
                   std::to_string(folds));
}

void check_classes(const RawData& raw, const DataRequest& request, const Parts& parts,
                   const Preprocessing& preprocessing) {
  if (preprocessing.classes() == 0) return;
  std::vector<bool> trained(preprocessing.class_names.size(), false);
  for (const Index row : parts.train) {
    trained[static_cast<std::size_t>(raw.targets[static_cast<std::size_t>(row)])] = true;
  }
  const auto lost = std::find(trained.begin(), trained.end(), false);
  if (lost == trained.end()) return;
  const auto number = static_cast<std::size_t>(lost - trained.begin());
  // More than one unit would have been dealt to more than one fold.
  throw UsageError(raw.name + ": class " + in_quotes(preprocessing.class_names[number]) +
                   " has no sample to train on: the only one outside of the test part is in fold " +
                   std::to_string(request.fold) + ", the validation part; expected at least 2");
}

}  // namespace

void check_division(const DataRequest& request, bool has_test_file) {
  check_folds(request);
  const double validation = request.validation_fraction, test = request.test_fraction;
  if (!(validation >= 0 && test >= 0 && validation + test < 1)) {
    throw UsageError(
        "validation_fraction and test_fraction: expected numbers >= 0 that sum to less than 1, "
        "found " +
        number_text(validation) + " and " + number_text(test));
  }
  if (test > 0 && has_test_file) {
    throw UsageError("test_fraction: expected 0, as the data source has a test file; found " +
                     number_text(test));
  }
}

Parts divide(const RawData& raw, const DataRequest& request, const Preprocessing& preprocessing) {
  std::vector<Index> strata(static_cast<std::size_t>(raw.rows / raw.group), 0);
  if (request.target != TargetKind::numbers && raw.group == 1) {
    std::transform(raw.targets.begin(), raw.targets.end(), strata.begin(),
                   [](double label) { return static_cast<Index>(label); });
  }
  Random random(request.seed, stream_id("split"));
  Parts parts;
  if (request.folds) {
    parts = split_into_folds(strata, raw.group, *request.folds, request.fold, request.test_fraction,
                             random);
    check_fold_count(raw, *request.folds, parts);
    check_classes(raw, request, parts, preprocessing);
  } else {
    parts = split(strata, raw.group, request.validation_fraction, request.test_fraction, random);
    check_part(parts.validation, "validation", request.validation_fraction, raw.rows);
  }
  check_part(parts.test, "test", request.test_fraction, raw.rows);
  return parts;
}

}  // namespace clino
