#include <atomic>
#include <csignal>
#include <iostream>
#include <memory>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "app/command.hpp"
#include "app/layer_table.hpp"
#include "app/progress_line.hpp"
#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/trainer.hpp"

namespace clino::app {

namespace {

std::atomic<int> received_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler sets it");

/// While it lives, SIGINT and SIGTERM ask the run to stop instead of ending the program. A second
/// signal of the same kind ends it at once.
class StopSignals {
 public:
  StopSignals() {
    received_signal = 0;
    for (const int number : {SIGINT, SIGTERM}) {
      std::signal(number, [](int received) {
        received_signal = received;
        std::signal(received, SIG_DFL);
      });
    }
  }
  ~StopSignals() {
    for (const int number : {SIGINT, SIGTERM}) std::signal(number, SIG_DFL);
  }
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
};

struct TrainArguments {
  std::string config;
  std::vector<std::string> overrides;
  std::string out;
  bool resume = false;
  bool overwrite = false;
  bool print_config = false;
};

std::string metrics_text(const char* part, const Metrics& metrics) {
  std::string text = fmt::format("{} loss {:.4g}", part, metrics.loss);
  if (metrics.accuracy) text += fmt::format(", accuracy {:.4f}", *metrics.accuracy);
  return text;
}

void print_result(const TrainRequest& request, const TrainResult& result) {
  print_layer_table(std::cout, result);
  if (result.train) std::cout << metrics_text("train     ", *result.train) << '\n';
  if (result.validation) std::cout << metrics_text("validation", *result.validation) << '\n';
  if (result.test) std::cout << metrics_text("test      ", *result.test) << '\n';
  std::cout << fmt::format("{} epochs, {} steps, {} parameters, {:.3g} s, {:.0f} samples/s\n",
                           result.epochs, result.steps, result.parameters, result.seconds,
                           result.samples_per_second);
  std::cout << "run directory: " << request.directory.string() << '\n';
}

int report(const TrainRequest& request, const TrainResult& result, const CommonOptions& common) {
  for (const std::string& remark : result.remarks) {
    if (!common.quiet) spdlog::info("{}", remark);
  }
  if (result.already_finished) {
    if (!common.quiet) {
      spdlog::info("the run in {} is finished: nothing to resume", request.directory.string());
    }
    return kDone;
  }
  if (common.json) {
    std::cout << read_file((request.directory / run_files::kSummary).string());
  } else if (!common.quiet) {
    print_result(request, result);
  }
  switch (result.status) {
    case RunStatus::failed:
      spdlog::error("{}", result.message);
      return kFailed;
    case RunStatus::interrupted:
      spdlog::warn("interrupted at step {}; go on with --resume --out {}", result.steps,
                   request.directory.string());
      return 128 + received_signal;
    default:
      if (!result.message.empty() && !common.quiet) spdlog::info("{}", result.message);
      return kDone;
  }
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

  const StopSignals signals;
  request.stop = &received_signal;
  ProgressLine line;
  if (line.visible() && !common.quiet) {
    request.progress = [&](const Progress& progress) { line.show(progress); };
  }
  const TrainResult result = train(request);
  line.clear();
  return report(request, result, common);
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
      ->type_name("DIR");
  verb->add_flag("--resume", arguments->resume, "Go on with the run in the directory");
  verb->add_flag("--overwrite", arguments->overwrite, "Replace the run in the directory");
  verb->add_flag("--print-config", arguments->print_config,
                 "Print the resolved config and do nothing else");
  verb->callback([=, &common, &exit_code] { exit_code = run_train(*arguments, common); });
}

}  // namespace clino::app
