#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <thread>
#include <unistd.h>

#include "app/command.hpp"
#include "app/stop_signals.hpp"
#include "app/terminal.hpp"
#include "core/errors.hpp"
#include "report/follow.hpp"
#include "report/inspection.hpp"
#include "report/screen.hpp"

namespace clino::app {

namespace {

constexpr auto kBetweenLooks = std::chrono::milliseconds(500);

struct InspectArguments {
  std::string run;
  bool follow = false;
  bool csv = false;
  std::string color = "auto";
};

ScreenOptions options_for(const InspectArguments& arguments) {
  ScreenOptions options = screen_options();
  if (arguments.color == "always") {
    const ScreenColor here = color_by_environment();
    options.color = here == ScreenColor::none ? ScreenColor::palette : here;
  } else if (arguments.color == "never") {
    options.color = ScreenColor::none;
  }
  return options;
}

/// In place of what was shown before, on a terminal; below it elsewhere.
void show_screen(const RunLog& log, const InspectArguments& arguments,
                 const std::optional<TerminalSize>& terminal, bool first) {
  ScreenOptions options = options_for(arguments);
  if (terminal) {
    if (terminal->rows > 1) options.rows = terminal->rows - 1;  // the last one is the cursor's
    // Home, and clear from there: a screen that is cleared first would flicker.
    std::cout << (first ? "\033[2J\033[H" : "\033[H");
    for (const char c : screen_text(log, options)) {
      if (c == '\n') std::cout << "\033[K";
      std::cout << c;
    }
    std::cout << "\033[J";
  } else {
    std::cout << (first ? "" : "\n") << screen_text(log, options);
  }
  std::cout.flush();
}

/// Until the run has ended.
int follow(const InspectArguments& arguments) {
  const StopSignals signals;
  RunFollower follower(arguments.run);
  std::optional<TerminalSize> shown_on;
  bool changed = true;
  for (bool first = true;; first = false) {
    const std::optional<TerminalSize> terminal = terminal_size(STDOUT_FILENO);
    if (changed || terminal != shown_on) show_screen(follower.log(), arguments, terminal, first);
    shown_on = terminal;
    if (!follower.log().running || !std::cout) return kDone;
    if (StopSignals::received != 0) return 128 + StopSignals::received;
    std::this_thread::sleep_for(kBetweenLooks);
    changed = follower.refresh();
  }
}

int run_inspect(const InspectArguments& arguments, const CommonOptions& common) {
  if (arguments.csv && common.json) {
    throw UsageError("--csv and --json are two forms of the same figures: give one of them");
  }
  if (arguments.follow) {
    if (arguments.csv || common.json) {
      throw UsageError("--follow refreshes a screen: it does not go with --csv or --json");
    }
    return follow(arguments);
  }
  const RunLog log = read_run_log(arguments.run);
  if (common.json) {
    std::cout << inspection_json(log);
  } else if (arguments.csv) {
    std::cout << inspection_csv(log);
    const bool logged = std::ranges::any_of(
        log.layers, [](const LayerLog& layer) { return !layer.points.empty(); });
    if (!logged && !common.quiet) {
      std::cerr << "no layer of this run was logged: log.every is null in its config, or it has "
                   "not got that far\n";
    }
  } else if (!common.quiet) {
    std::cout << screen_text(log, options_for(arguments));
  }
  return kDone;
}

}  // namespace

void add_inspect(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* verb = program.add_subcommand(
      "inspect", "Show a run in the terminal: layers, signal, units, findings");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  verb->add_flag("--follow", arguments->follow, "Refresh while the run trains, until it has ended");
  verb->add_flag("--csv", arguments->csv, "Print the latest figures of each layer as CSV");
  verb->add_option("--color", arguments->color, "auto, always or never; auto: on a terminal")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->type_name("WHEN");
  verb->callback([=, &common, &exit_code] { exit_code = run_inspect(*arguments, common); });
}

}  // namespace clino::app
