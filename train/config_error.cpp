#include "train/config_error.hpp"

#include <utility>

namespace clino {

namespace {

std::string lines_of(const std::vector<Finding>& findings) {
  std::string lines;
  for (const Finding& finding : findings) lines += (lines.empty() ? "" : "\n") + to_text(finding);
  return lines;
}

}  // namespace

std::string to_text(const Finding& finding) {
  std::string text;
  for (const std::string& part : {finding.where, finding.pointer}) {
    if (!part.empty()) text += part + ": ";
  }
  return text + finding.message;
}

ConfigError::ConfigError(std::vector<Finding> findings)
    : UsageError(lines_of(findings)), findings_(std::move(findings)) {}

}  // namespace clino
