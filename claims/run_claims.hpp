#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "claims/claim.hpp"

/// \file
/// Claims by name, run one after the other.

namespace clino::claims {

/// A claim that was put to the test.
struct Result {
  const Claim* claim = nullptr;
  Outcome outcome = {};
  double seconds = 0;
};

/// The claims of these names or rows (`vanishing`, `A4`), in the order of the list, each once; all
/// where there are no names. Throws `UsageError` naming the nearest known one.
std::vector<const Claim*> select_claims(std::span<const std::string> names);

/// Runs them. `ended` is called after each, and may be empty. Throws `Interrupted` when the setting
/// says stop.
std::vector<Result> run_claims(std::span<const Claim* const> claims, const Setting& setting,
                               const std::function<void(const Result&)>& ended = {});

/// Whether all hold.
bool all_hold(std::span<const Result> results);

/// Names in the directory of `write_claims`.
namespace claim_files {
inline constexpr const char* kPage = "claims.html";
inline constexpr const char* kJson = "claims.json";
inline constexpr const char* kConfigs = "configs";
}  // namespace claim_files

/// Writes the article, the figures as JSON, and the configs of the claims, ready for `clino train`.
/// Makes the directory with its parents. Throws `UsageError` where it is not empty, unless
/// `overwrite`, and `InputError` where something cannot be written.
void write_claims(std::span<const Result> results, const Setting& setting,
                  const std::filesystem::path& directory, bool overwrite);

/// Throws as `write_claims` would before it writes anything.
void check_claims_directory(const std::filesystem::path& directory, bool overwrite);

}  // namespace clino::claims
