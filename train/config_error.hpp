#pragma once

#include <string>
#include <vector>

#include "core/errors.hpp"

/// \file
/// What is wrong with a config, each thing with its place.

namespace clino {

/// One thing that is wrong with a config.
struct Finding {
  std::string where;    ///< `file:line:column`, or `override "key=value"`
  std::string pointer;  ///< JSON pointer, such as /model/layers/0/units; "" is the whole config
  std::string message;  ///< what is wrong; what was expected; the nearest known name

  bool operator==(const Finding&) const = default;
};

/// `where: pointer: message`, without the parts that are empty; always one line.
std::string to_text(const Finding& finding);

/// A config that was refused, with everything that is wrong with it. `what()` has a line for each
/// finding.
class ConfigError : public UsageError {
 public:
  explicit ConfigError(std::vector<Finding> findings);

  const std::vector<Finding>& findings() const { return findings_; }

 private:
  std::vector<Finding> findings_;
};

}  // namespace clino
