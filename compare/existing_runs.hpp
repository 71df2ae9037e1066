#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include "compare/comparison.hpp"

namespace clino::compare {

/// Runs that are there already, whoever trained them. Those whose configs differ in nothing but the
/// seed (and the fold) are the runs of one variation; its label is what it differs in from the
/// others. Paired where all variations have the same seeds and each seed the same data. Throws
/// `UsageError` for fewer than two variations and `InputError` for what is no run that has ended.
Comparison compare_runs(std::span<const std::filesystem::path> runs,
                        const std::optional<Target>& target, const std::string& measure,
                        const std::vector<Assertion>& assertions);

/// What tells such a comparison from another: the directories.
std::string plan_of_runs(std::span<const std::filesystem::path> runs);

}  // namespace clino::compare
