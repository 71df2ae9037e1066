#include "data/classes.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "core/errors.hpp"
#include "data/numbers.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

[[noreturn]] void refuse_fraction(const RawData& raw, std::size_t row, const std::string& text) {
  throw UsageError(raw.target_place(static_cast<Index>(row)) +
                   ": expected a class (text, or a whole number of at most 2^53), found " +
                   clipped(text) + "; numbers are learned with a loss such as \"mse\"");
}

/// The first label that is a number but not a whole one; `labels.size()` for none.
std::size_t first_fraction(const std::vector<std::string>& labels) {
  const auto found = std::find_if(labels.begin(), labels.end(), [](const std::string& label) {
    return parse_number(label) && !parse_whole(label);
  });
  return static_cast<std::size_t>(found - labels.begin());
}

void check_count(const RawData& raw, const Preprocessing& preprocessing) {
  const bool two = preprocessing.target_kind == TargetKind::binary;
  const Index count = preprocessing.classes();
  if (two ? count == 2 : count >= 2) return;
  throw UsageError(raw.targets_in() + ": expected " + (two ? "exactly" : "at least") +
                   " two classes, found " + std::to_string(count) + ": " +
                   first_names(preprocessing.class_names));
}

}  // namespace

void targets_to_labels(RawData& raw) {
  if (raw.outputs != 1) {
    throw UsageError("the loss needs one column of classes, found " + std::to_string(raw.outputs) +
                     " columns in " + raw.targets_in());
  }
  if (!raw.labels.empty()) return;
  raw.labels.reserve(raw.targets.size());
  for (std::size_t row = 0; row < raw.targets.size(); ++row) {
    const auto number = whole(raw.targets[row]);
    if (!number) refuse_fraction(raw, row, number_text(raw.targets[row]));
    raw.labels.push_back(std::to_string(*number));
  }
}

void learn_classes(const RawData& raw, Preprocessing& preprocessing) {
  const std::set<std::string_view> texts(raw.labels.begin(), raw.labels.end());
  const bool numbers = std::all_of(texts.begin(), texts.end(), [](std::string_view text) {
    return parse_number(text).has_value();
  });
  preprocessing.integer_classes = numbers;
  if (numbers) {
    const std::size_t fraction = first_fraction(raw.labels);
    if (fraction < raw.labels.size()) refuse_fraction(raw, fraction, raw.labels[fraction]);
    std::set<std::int64_t> values;
    for (const std::string_view text : texts) values.insert(*parse_whole(text));
    for (const std::int64_t value : values) {
      preprocessing.class_names.push_back(std::to_string(value));
    }
  } else {
    preprocessing.class_names.assign(texts.begin(), texts.end());
  }
  check_count(raw, preprocessing);
}

void number_classes(RawData& raw, const Preprocessing& preprocessing) {
  raw.targets.resize(raw.labels.size());
  for (std::size_t row = 0; row < raw.labels.size(); ++row) {
    const auto number = preprocessing.class_number(raw.labels[row]);
    if (!number) {
      throw InputError(raw.target_place(static_cast<Index>(row)) + ": unknown class " +
                       in_quotes(raw.labels[row]) + ", expected one of " +
                       first_names(preprocessing.class_names));
    }
    raw.targets[row] = static_cast<double>(*number);
  }
  raw.labels.clear();
}

}  // namespace clino
