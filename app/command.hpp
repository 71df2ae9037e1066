#pragma once

#include <CLI/CLI.hpp>

namespace clino::app {

/// What every verb understands.
struct CommonOptions {
  bool quiet = false;    ///< no progress, no tables: messages of trouble alone
  bool json = false;     ///< results as JSON on standard output
  unsigned threads = 0;  ///< at most so many threads; 0: as many as pay
};

/// Exit codes of the contract.
enum ExitCode : int {
  kDone = 0,
  kFailed = 1,       ///< the run failed: something was not finite, a claim not met
  kUsage = 2,        ///< the command line or the config
  kInputOutput = 3,  ///< a file is missing, damaged or cannot be written
};

/// Each adds its verb to the program. `exit_code` is what the program returns when the verb ran.
void add_train(CLI::App& program, CommonOptions& common, int& exit_code);
void add_evaluate(CLI::App& program, CommonOptions& common, int& exit_code);
void add_predict(CLI::App& program, CommonOptions& common, int& exit_code);
void add_linear(CLI::App& program, CommonOptions& common, int& exit_code);
void add_pieces(CLI::App& program, CommonOptions& common, int& exit_code);
void add_calibrate(CLI::App& program, CommonOptions& common, int& exit_code);
void add_inspect(CLI::App& program, CommonOptions& common, int& exit_code);
void add_compare(CLI::App& program, CommonOptions& common, int& exit_code);
void add_claims(CLI::App& program, CommonOptions& common, int& exit_code);
void add_report(CLI::App& program, CommonOptions& common, int& exit_code);
void add_analyze(CLI::App& program, CommonOptions& common, int& exit_code);
void add_validate(CLI::App& program, CommonOptions& common, int& exit_code);
void add_init(CLI::App& program, CommonOptions& common, int& exit_code);
void add_schema(CLI::App& program, CommonOptions& common, int& exit_code);
void add_list(CLI::App& program, CommonOptions& common, int& exit_code);

}  // namespace clino::app
