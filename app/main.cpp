#include <exception>
#include <filesystem>
#include <iostream>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include "app/command.hpp"
#include "app/usage_message.hpp"
#include "core/errors.hpp"
#include "core/instruction_set.hpp"
#include "core/kernels/gemm.hpp"
#include "train/config_error.hpp"
#include "train/json_value.hpp"
#include "train/run_summary.hpp"

namespace {

using clino::app::CommonOptions;

void set_up_messages() {
  auto logger = spdlog::stderr_color_mt("clino");
  logger->set_pattern("%^%l%$: %v");
  spdlog::set_default_logger(logger);
}

std::string version(bool json) {
  using clino::json_of, clino::json_object, clino::write_json;
  const std::string number = clino::version_text(), compiler = clino::compiler_text(),
                    instruction_set = clino::instruction_set_text();
  if (!json) return "clino " + number + " (" + compiler + ", " + instruction_set + ")";
  return write_json(json_object({{"version", json_of(number)},
                                 {"compiler", json_of(compiler)},
                                 {"instruction_set", json_of(instruction_set)},
                                 {"gemm", json_of(std::string(clino::kernels::gemm_backend()))}}));
}

/// The options that stand before or after any verb.
void add_common(CLI::App& program, CommonOptions& common) {
  // For all verbs: a value given to a flag is a mistake.
  program.option_defaults()->disable_flag_override();
  program.add_flag("--quiet", common.quiet, "Print no progress and no tables");
  program.add_flag("--json", common.json, "Print results as JSON on standard output");
  program.add_option("--threads", common.threads, "Use at most this many threads")
      ->check(CLI::Range(1U, 4096U))
      ->option_text("N");
  program.set_version_flag("--version", [&common] { return version(common.json); });
  program.fallthrough();
  program.require_subcommand(1);
}

/// Runs the command line and turns whatever is thrown into an exit code of the contract.
int run(CLI::App& program, int argc, char** argv, const int& exit_code) {
  try {
    program.parse(argc, argv);
    if (!std::cout.flush()) throw clino::InputError("cannot write to standard output");
    return exit_code;
  } catch (const CLI::ParseError& error) {
    // Help and version are "errors" with code 0; any other is wrong usage.
    if (error.get_exit_code() == 0) return program.exit(error);
    spdlog::error("{}", clino::app::usage_message(program, error));
    return clino::app::kUsage;
  } catch (const clino::ConfigError& error) {
    for (const clino::Finding& finding : error.findings()) spdlog::error("{}", to_text(finding));
    return clino::app::kUsage;
  } catch (const clino::UsageError& error) {
    spdlog::error("{}", error.what());
    return clino::app::kUsage;
  } catch (const clino::ShapeError& error) {
    spdlog::error("{}", error.what());
    return clino::app::kUsage;
  } catch (const clino::InputError& error) {
    spdlog::error("{}", error.what());
    return clino::app::kInputOutput;
  } catch (const std::filesystem::filesystem_error& error) {
    spdlog::error("cannot use {}: {}", error.path1().string(), error.code().message());
    return clino::app::kInputOutput;
  } catch (const std::exception& error) {
    spdlog::error("{}", error.what());
    return clino::app::kFailed;
  }
}

}  // namespace

int main(int argc, char** argv) {
  set_up_messages();
  CLI::App program("Trains small neural networks and shows what happens inside them", "clino");
  CommonOptions common;
  int exit_code = clino::app::kDone;
  add_common(program, common);
  clino::app::add_train(program, common, exit_code);
  clino::app::add_evaluate(program, common, exit_code);
  clino::app::add_predict(program, common, exit_code);
  clino::app::add_linear(program, common, exit_code);
  clino::app::add_pieces(program, common, exit_code);
  clino::app::add_calibrate(program, common, exit_code);
  clino::app::add_inspect(program, common, exit_code);
  clino::app::add_report(program, common, exit_code);
  clino::app::add_compare(program, common, exit_code);
  clino::app::add_claims(program, common, exit_code);
  clino::app::add_analyze(program, common, exit_code);
  clino::app::add_validate(program, common, exit_code);
  clino::app::add_init(program, common, exit_code);
  clino::app::add_schema(program, common, exit_code);
  clino::app::add_list(program, common, exit_code);
  return run(program, argc, argv, exit_code);
}
