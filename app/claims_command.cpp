#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <spdlog/spdlog.h>
#include <thread>

#include "app/command.hpp"
#include "app/stop_signals.hpp"
#include "app/terminal.hpp"
#include "claims/claims_json.hpp"
#include "claims/claims_table.hpp"
#include "claims/run_claims.hpp"
#include "core/errors.hpp"

namespace clino::app {

namespace {

struct ClaimsArguments {
  std::vector<std::string> names;
  bool list = false, thorough = false, overwrite = false;
  std::uint64_t seed = 1;
  std::string dtype = "float32", out;
};

int list_claims(std::span<const claims::Claim* const> selected, const CommonOptions& common) {
  std::cout << (common.json ? claims::claim_list_json(selected)
                            : claims::claim_list(selected, screen_options()));
  return kDone;
}

claims::Setting setting_of(const ClaimsArguments& arguments, const CommonOptions& common) {
  return {.seed = arguments.seed,
          .dtype = arguments.dtype == "float64" ? DType::float64 : DType::float32,
          .thorough = arguments.thorough,
          .workers = common.threads > 0 ? common.threads
                                        : std::max(std::thread::hardware_concurrency(), 1U),
          .stop = &StopSignals::received};
}

int run_claims(const ClaimsArguments& arguments, const CommonOptions& common) {
  const std::vector<const claims::Claim*> selected = claims::select_claims(arguments.names);
  if (arguments.list && !arguments.out.empty()) {
    throw UsageError("--list runs nothing that --out could write");
  }
  if (arguments.overwrite && arguments.out.empty()) {
    throw UsageError("--overwrite goes with --out");
  }
  if (arguments.list) return list_claims(selected, common);
  if (!arguments.out.empty()) claims::check_claims_directory(arguments.out, arguments.overwrite);
  const StopSignals signals;
  const claims::Setting setting = setting_of(arguments, common);
  const ScreenOptions screen = screen_options();
  const bool shows = !common.quiet && !common.json;
  if (shows) std::cout << claims::table_head(screen) << std::flush;
  std::vector<claims::Result> results;
  try {
    results = claims::run_claims(selected, setting, [&](const claims::Result& result) {
      if (!shows) return;
      std::cout << claims::table_row(result, screen, !arguments.names.empty()) << std::flush;
    });
  } catch (const claims::Interrupted&) {
    spdlog::warn("interrupted; the claims that are not shown were not put to the test");
    return 128 + StopSignals::received;
  }
  if (!arguments.out.empty()) {
    claims::write_claims(results, setting, arguments.out, arguments.overwrite);
  }
  if (common.json) std::cout << claims::claims_json(results, setting);
  if (shows) {
    std::cout << claims::table_foot(results);
    if (!arguments.out.empty()) {
      std::cout << "page: "
                << (std::filesystem::path(arguments.out) / claims::claim_files::kPage).string()
                << '\n';
    }
  }
  return claims::all_hold(results) ? kDone : kFailed;
}

}  // namespace

void add_claims(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<ClaimsArguments>();
  CLI::App* verb =
      program.add_subcommand("claims", "Put what is said of activation functions to the test");
  verb->add_option("names", arguments->names, "Claims by name or row; default: all")
      ->type_name("NAME");
  verb->add_flag("--list", arguments->list, "Say what there is, run nothing");
  verb->add_flag("--thorough", arguments->thorough, "Longer runs where a claim has such");
  verb->add_option("--seed", arguments->seed, "Seed of all draws; default: 1")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1'000'000'000}))
      ->type_name("N");
  verb->add_option("--dtype", arguments->dtype, "Type of the networks' numbers; default: float32")
      ->check(CLI::IsMember({"float32", "float64"}))
      ->option_text("float32 or float64");
  verb->add_option("--out", arguments->out,
                   "Directory for the article, its figures as JSON, and the configs")
      ->type_name("DIR");
  verb->add_flag("--overwrite", arguments->overwrite, "Write into a directory that is not empty");
  verb->footer("The exit code is 1 where a claim does not hold, or is inconclusive.");
  verb->callback([=, &common, &exit_code] { exit_code = run_claims(*arguments, common); });
}

}  // namespace clino::app
