#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "train/config.hpp"

namespace config_test {

/// What is wrong with a config, each as `where: pointer: message`; empty where nothing is.
inline std::vector<std::string> findings_of(const std::string& text,
                                            const std::vector<std::string>& overrides = {}) {
  std::vector<std::string> result;
  try {
    clino::parse_config(text, "f.json", "/base", overrides);
  } catch (const clino::ConfigError& error) {
    for (const clino::Finding& finding : error.findings()) result.push_back(to_text(finding));
  }
  return result;
}

/// The one thing that is wrong.
inline std::string finding_of(const std::string& text,
                              const std::vector<std::string>& overrides = {}) {
  const std::vector<std::string> findings = findings_of(text, overrides);
  CAPTURE(text, overrides, findings);
  CHECK(findings.size() == 1);
  return findings.empty() ? "(no finding)" : findings[0];
}

/// Whether something is wrong at a pointer or below it.
inline bool refused_at(const std::string& text, const std::string& pointer) {
  try {
    clino::parse_config(text, "f.json", "/base");
  } catch (const clino::ConfigError& error) {
    return std::any_of(error.findings().begin(), error.findings().end(), [&](const auto& finding) {
      return finding.pointer == pointer || finding.pointer.rfind(pointer + "/", 0) == 0;
    });
  }
  return false;
}

/// A short config. Overrides make all others from it.
inline const std::string kMinimal =
    R"({"data": {"source": "moons"}, "model": {"hidden": [4]}, "loss": "softmax_cross_entropy"})";

inline clino::Config parse(const std::vector<std::string>& overrides = {},
                           const std::string& text = kMinimal) {
  return clino::parse_config(text, "f.json", "/base", overrides);
}

}  // namespace config_test
