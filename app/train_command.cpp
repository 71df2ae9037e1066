#include <algorithm>
#include <cctype>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "app/command.hpp"
#include "app/finding_lines.hpp"
#include "app/layer_table.hpp"
#include "app/live_server.hpp"
#include "app/number_format.hpp"
#include "app/progress_line.hpp"
#include "app/stop_signals.hpp"
#include "core/errors.hpp"
#include "report/report.hpp"
#include "report/run_log.hpp"
#include "train/atomic_file.hpp"
#include "train/trainer.hpp"

namespace clino::app {

namespace {

struct TrainArguments {
  std::string config;
  std::vector<std::string> overrides;
  std::string out;
  bool resume = false;
  bool overwrite = false;
  bool print_config = false;
  bool live = false;
};

std::string metrics_text(const char* part, const Metrics& metrics) {
  std::string text = part + number_text(" loss {:.4g}", metrics.loss);
  if (metrics.accuracy) text += number_text(", accuracy {:.4f}", *metrics.accuracy);
  return text;
}

void print_result(const TrainRequest& request, const TrainResult& result, const RunLog& log) {
  print_layer_table(std::cout, result);
  if (result.train) std::cout << metrics_text("train     ", *result.train) << '\n';
  if (result.validation) std::cout << metrics_text("validation", *result.validation) << '\n';
  if (result.test) std::cout << metrics_text("test      ", *result.test) << '\n';
  std::cout << fmt::format("{} epochs, {} steps, {} parameters, {:.3g} s, {:.0f} samples/s\n",
                           result.epochs, result.steps, result.parameters, result.seconds,
                           result.samples_per_second);
  std::cout << finding_lines(diagnose(log));
  std::cout << "run directory: " << request.directory.string() << '\n';
}

/// A word of a command line as a shell reads it.
std::string shell_word(const std::string& word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./=,:@%+").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? "'\\''" : std::string(1, c);
  return quoted + "'";
}

/// What to type to go on with an interrupted run.
std::string resume_command(const TrainArguments& arguments, const TrainRequest& request) {
  std::string command = "clino train " + shell_word(arguments.config);
  for (const std::string& text : arguments.overrides) command += " " + shell_word(text);
  return command + " --resume --out " + shell_word(request.directory.string());
}

/// `log` is null where nobody wants to look.
int report(const TrainArguments& arguments, const TrainRequest& request, const TrainResult& result,
           const RunLog* log, const CommonOptions& common) {
  for (const std::string& remark : result.remarks) {
    if (!common.quiet) spdlog::info("{}", remark);
  }
  if (common.json) {
    std::cout << read_file((request.directory / run_files::kSummary).string());
  } else if (!common.quiet && log != nullptr) {
    print_result(request, result, *log);
  }
  if (result.already_finished) {
    if (!common.quiet) {
      spdlog::info("the run in {} is finished: nothing to resume", request.directory.string());
    }
    return kDone;
  }
  switch (result.status) {
    case RunStatus::failed:
      spdlog::error("{}", result.message);
      return kFailed;
    case RunStatus::interrupted:
      spdlog::warn("interrupted at step {}; go on with: {}", result.steps,
                   resume_command(arguments, request));
      return 128 + StopSignals::received;
    default:
      if (!result.message.empty() && !common.quiet) spdlog::info("{}", result.message);
      return kDone;
  }
}

/// What --resume cannot go on with.
bool has_run_without_checkpoint(const std::filesystem::path& directory) {
  return std::filesystem::exists(directory / run_files::kConfig) &&
         !std::filesystem::exists(directory / run_files::kCheckpoint);
}

int run_train(const TrainArguments& arguments, const CommonOptions& common) {
  if (arguments.resume && arguments.overwrite) {
    throw UsageError("--resume goes on with a run and --overwrite replaces it: give one of them");
  }
  TrainRequest request;
  request.config = load_config(arguments.config, arguments.overrides);
  if (arguments.print_config) {
    std::cout << resolved_json(request.config);
    return kDone;
  }
  request.directory = arguments.out.empty() ? default_run_directory(request.config)
                                            : std::filesystem::path(arguments.out);
  if (arguments.resume) request.occupied = Occupied::resume;
  if (arguments.overwrite) request.occupied = Occupied::overwrite;

  if (arguments.resume && has_run_without_checkpoint(request.directory)) {
    spdlog::warn("there is no checkpoint in {}: the run starts afresh, and its log is replaced",
                 request.directory.string());
  }
  if (arguments.live) LiveServer::require();

  request.threads = common.threads;
  const StopSignals signals;
  request.stop = &StopSignals::received;
  ProgressLine line;
  if (line.visible() && !common.quiet) {
    request.progress = [&](const Progress& progress) { line.show(progress); };
  }
  std::optional<LiveServer> server;
  if (arguments.live) {
    request.started = [&] {
      server.emplace(request.directory);
      spdlog::info("the page of this run, as long as it trains: {}", server->url());
    };
  }
  const TrainResult result = train(request);
  line.clear();
  server.reset();
  // A log may be long: it is read once for all.
  const bool printed = !common.quiet && !common.json;
  std::optional<RunLog> log;
  if ((printed || request.config.report) && !result.already_finished) {
    log = read_run_log(request.directory);
  }
  const int exit_code = report(arguments, request, result, log ? &*log : nullptr, common);
  if (request.config.report && log) {
    const std::filesystem::path page = request.directory / run_files::kReport;
    write_atomically(page.string(), report_html(std::span(&*log, 1)));
    if (printed) std::cout << "report: " << page.string() << '\n';
  }
  return exit_code;
}

}  // namespace

void add_train(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<TrainArguments>();
  CLI::App* verb = program.add_subcommand("train", "Train a network and write a run directory");
  verb->add_option("config", arguments->config, "Config file (JSON)")
      ->required()
      ->type_name("CONFIG");
  verb->add_option("overrides", arguments->overrides, "Config values: model.activation=relu")
      ->type_name("key=value");
  verb->add_option("--out", arguments->out, "Run directory; default runs/NAME-SEED")
      ->check(CLI::Validator(
          [](const std::string& name) {
            return name.empty() ? std::string("expected the name of a directory") : std::string();
          },
          ""))
      ->type_name("DIR");
  verb->add_flag("--resume", arguments->resume, "Go on with the run in the directory");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace the run in the directory");
  verb->add_flag("--live", arguments->live, "Serve the run's page on 127.0.0.1 while it trains");
  verb->add_flag("--print-config", arguments->print_config,
                 "Print the resolved config and do nothing else");
  verb->callback([=, &common, &exit_code] { exit_code = run_train(*arguments, common); });
}

}  // namespace clino::app
