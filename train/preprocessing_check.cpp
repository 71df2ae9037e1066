#include "train/preprocessing_check.hpp"

#include <algorithm>
#include <vector>

#include "data/numbers.hpp"

namespace clino {

namespace {

using Contradiction = std::optional<std::string>;

std::string wrong_size(const char* key, std::size_t size, const std::string& expected) {
  return std::string(key) + ": expected " + expected + ", found " + std::to_string(size);
}

/// Searches in a list rely on its order.
template <class Value>
bool ascending(const std::vector<Value>& values) {
  return std::ranges::adjacent_find(values, std::ranges::greater_equal()) == values.end();
}

Contradiction check_columns(const Preprocessing& p) {
  if (p.delimiter.size() != 1) return "delimiter: expected one character";
  if (p.skip_rows < 0) return "skip_rows: expected a number >= 0";
  if (p.columns.empty()) return "columns: expected at least one";
  for (const SourceColumn& column : p.columns) {
    if (column.position < 0 || column.position >= p.file_columns) {
      return "columns: position " + std::to_string(column.position) + " of \"" + column.name +
             "\" is not within the " + std::to_string(p.file_columns) + " of file_columns";
    }
    if (!ascending(column.categories)) {
      return "columns: the categories of \"" + column.name + "\" are not in ascending order";
    }
  }
  return std::nullopt;
}

Contradiction check_features(const Preprocessing& p) {
  std::size_t width = 0;
  for (const SourceColumn& column : p.columns) width += static_cast<std::size_t>(column.width());
  const std::string expected = std::to_string(width) + " entries, the inputs that columns make";
  if (p.feature_names.size() != width) {
    return wrong_size("feature_names", p.feature_names.size(), expected);
  }
  if (p.means.size() != width) return wrong_size("means", p.means.size(), expected);
  if (p.scales.size() != width) return wrong_size("scales", p.scales.size(), expected);
  if (!p.replacements.empty() && p.replacements.size() != width) {
    return wrong_size("replacements", p.replacements.size(), "none or " + expected);
  }
  const auto zero = std::ranges::find(p.scales, 0.0);
  if (zero == p.scales.end()) return std::nullopt;
  return "scales: entry " + std::to_string(zero - p.scales.begin()) + " is 0";
}

Contradiction check_class_names(const Preprocessing& p) {
  if (!p.integer_classes) {
    if (ascending(p.class_names)) return std::nullopt;
    return "class_names: not in ascending order";
  }
  std::vector<std::int64_t> numbers;
  for (const std::string& name : p.class_names) {
    const auto number = parse_whole(name);
    if (!number) return "class_names: \"" + name + "\" is no whole number as integer_classes says";
    numbers.push_back(*number);
  }
  if (ascending(numbers)) return std::nullopt;
  return "class_names: not in ascending order";
}

Contradiction check_targets(const Preprocessing& p) {
  const std::size_t classes = p.class_names.size(), targets = p.target_names.size();
  if (p.target_kind == TargetKind::numbers) {
    if (classes > 0) return wrong_size("class_names", classes, "none where targets are numbers");
    if (targets == 0) return wrong_size("target_names", targets, "at least one");
    if (p.target_is_input && p.target_names != p.feature_names) {
      return "target_names: expected feature_names, as target_is_input says";
    }
    return std::nullopt;
  }
  if (p.target_is_input) return "target_is_input: expected false where targets are classes";
  if (targets != 1) return wrong_size("target_names", targets, "one where targets are classes");
  if (p.target_kind == TargetKind::binary && classes != 2) {
    return wrong_size("class_names", classes, "two for the target_kind binary");
  }
  if (classes < 2) return wrong_size("class_names", classes, "at least two");
  return check_class_names(p);
}

}  // namespace

std::optional<std::string> find_contradiction(const Preprocessing& preprocessing) {
  for (const auto& check : {check_columns, check_features, check_targets}) {
    if (auto finding = check(preprocessing)) return finding;
  }
  return std::nullopt;
}

}  // namespace clino
