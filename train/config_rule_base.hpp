#pragma once

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "train/config_error.hpp"
#include "train/json_value.hpp"

namespace clino {

/// A document whose schema has been checked, what that check found, and what rules add to it.
class RuleBase {
 public:
  RuleBase(const JsonValue& document, const std::vector<Finding>& known)
      : document_(document), known_(known) {}

 protected:
  using Path = std::initializer_list<std::string_view>;

  // What is given at a path: neither absent nor null.
  const JsonValue* at(Path path) const {
    const JsonValue* value = &document_;
    for (const std::string_view key : path) {
      value = value->find(key);
      if (value == nullptr || value->is_null()) return nullptr;
    }
    return value;
  }

  double number_at(Path path, double fallback) const {
    const JsonValue* value = at(path);
    if (value == nullptr) return fallback;
    return number_of(*value).value_or(fallback);
  }

  // JSON has one type of number.
  static std::optional<double> number_of(const JsonValue& value) {
    if (const auto* whole = std::get_if<std::int64_t>(&value.scalar)) {
      return static_cast<double>(*whole);
    }
    const auto* number = std::get_if<double>(&value.scalar);
    return number == nullptr ? std::nullopt : std::optional(*number);
  }

  void report(const JsonValue& value, std::string pointer, std::string message) {
    findings_.push_back({value.where, std::move(pointer), std::move(message)});
  }

  // Whether the check of the schema found nothing at or below a pointer.
  bool sound(const std::string& pointer) const {
    return std::none_of(known_.begin(), known_.end(), [&](const Finding& finding) {
      return finding.pointer == pointer || finding.pointer.rfind(pointer + "/", 0) == 0;
    });
  }

  std::vector<Finding> take() { return std::move(findings_); }

 private:
  const JsonValue& document_;
  const std::vector<Finding>& known_;
  std::vector<Finding> findings_;
};

}  // namespace clino
