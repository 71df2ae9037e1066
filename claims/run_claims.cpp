#include "claims/run_claims.hpp"

#include <algorithm>
#include <chrono>

#include "claims/article.hpp"
#include "claims/claims_json.hpp"
#include "core/errors.hpp"
#include "core/options.hpp"
#include "train/atomic_file.hpp"

namespace clino::claims {

namespace {

namespace fs = std::filesystem;

Catalogue catalogue_of_claims() {
  Catalogue entries;
  for (const Claim& claim : all_claims()) {
    entries.push_back({std::string(claim.name), std::string(claim.title), {}});
  }
  return entries;
}

std::string file_name(std::string_view name) {
  std::string file(name);
  std::ranges::replace(file, '-', '_');
  return file + ".json";
}

}  // namespace

std::vector<const Claim*> select_claims(std::span<const std::string> names) {
  std::vector<bool> wanted(all_claims().size(), names.empty());
  for (const std::string& name : names) {
    const auto found = std::ranges::find_if(
        all_claims(), [&](const Claim& claim) { return claim.name == name || claim.row == name; });
    if (found == all_claims().end()) find_entry(catalogue_of_claims(), name, "claim");  // throws
    wanted[static_cast<std::size_t>(found - all_claims().begin())] = true;
  }
  std::vector<const Claim*> selected;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) selected.push_back(&all_claims()[i]);
  }
  return selected;
}

std::vector<Result> run_claims(std::span<const Claim* const> claims, const Setting& setting,
                               const std::function<void(const Result&)>& ended) {
  using Clock = std::chrono::steady_clock;
  std::vector<Result> results;
  results.reserve(claims.size());
  for (const Claim* claim : claims) {
    if (setting.stop != nullptr && *setting.stop != 0) throw Interrupted{};
    const Clock::time_point start = Clock::now();
    Result result{.claim = claim, .outcome = claim->run(setting)};
    result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (ended) ended(result);
    results.push_back(std::move(result));
  }
  return results;
}

bool all_hold(std::span<const Result> results) {
  return std::ranges::all_of(
      results, [](const Result& result) { return result.outcome.verdict() == Verdict::holds; });
}

void check_claims_directory(const fs::path& directory, bool overwrite) {
  if (!fs::exists(directory)) return;
  if (!fs::is_directory(directory)) {
    throw UsageError("a file is in the place of the directory " + directory.string());
  }
  if (overwrite) return;
  if (fs::is_empty(directory)) return;
  throw UsageError("the directory " + directory.string() +
                   " is not empty: give --out for another one, or --overwrite");
}

void write_claims(std::span<const Result> results, const Setting& setting,
                  const fs::path& directory, bool overwrite) {
  check_claims_directory(directory, overwrite);
  std::error_code error;
  fs::create_directories(directory / claim_files::kConfigs, error);
  if (error) {
    throw InputError("cannot make the directory " + directory.string() + ": " + error.message());
  }
  for (const Result& result : results) {
    if (result.claim->config.empty()) continue;
    write_atomically((directory / claim_files::kConfigs / file_name(result.claim->name)).string(),
                     result.claim->config);
  }
  write_atomically((directory / claim_files::kPage).string(), article_html(results, setting));
  write_atomically((directory / claim_files::kJson).string(), claims_json(results, setting));
}

}  // namespace clino::claims
