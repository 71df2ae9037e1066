#include "train/config_error.hpp"

#include <utility>

#include "core/options.hpp"

namespace clino {

namespace {

std::string lines_of(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += (lines.empty() ? "" : "\n") + to_text(finding);
  return lines;
}

// Keys and overrides are quoted as they were given, but a finding has one line: control characters
// are written as JSON writes them.
std::string without_control_characters(const std::string& text) {
  std::string line;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20) {
      line += c;
    } else {
      const std::string quoted = to_text(OptionValue(std::string(1, c)));
      line += quoted.substr(1, quoted.size() - 2);
    }
  }
  return line;
}

}  // namespace

std::string to_text(const Finding& finding) {
  std::string text;
  for (const std::string& part : {finding.where, finding.pointer}) {
    if (!part.empty()) text += part + ": ";
  }
  return without_control_characters(text + finding.message);
}

ConfigError::ConfigError(std::vector<Finding> findings)
    : UsageError(lines_of(findings)), findings_(std::move(findings)) {}

}  // namespace clino
