#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>
#include <unistd.h>

#include "app/command.hpp"
#include "app/terminal.hpp"
#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "report/analysis.hpp"
#include "train/atomic_file.hpp"
#include "train/json_reader.hpp"
#include "train/json_value.hpp"

namespace clino::app {

namespace {

struct AnalyzeArguments {
  std::string activation;
  std::vector<std::string> options;
  std::optional<double> sigma_w;
  double sigma_b = 0;
  bool no_cost = false;
  std::string page;
};

/// `alpha=0.5` into the choice; a value that is not JSON is a string, as in overrides.
void add_option(Choice& choice, const CatalogueEntry& entry, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("option \"" + text + "\": expected option=value");
  }
  const std::string name = text.substr(0, equals), where = "option \"" + text + "\"";
  const auto option = std::ranges::find(entry.options, name, &Option::name);
  if (option == entry.options.end()) {
    std::vector<std::string> known;
    for (const Option& each : entry.options) known.push_back(each.name);
    throw UsageError(
        where + ": " + entry.name +
        (known.empty() ? " has no options" : " has no \"" + name + "\"" + suggestion(name, known)));
  }
  if (choice.options.contains(name)) throw UsageError(where + ": " + name + " is given twice");
  JsonReading reading = read_json_argument(text.substr(equals + 1), where);
  if (reading.root && !reading.findings.empty()) throw ConfigError(std::move(reading.findings));
  const JsonValue value =
      reading.root ? std::move(*reading.root) : json_of(text.substr(equals + 1));
  const std::optional<OptionValue> given = option_value(value, *option);
  const std::string problem =
      given ? mismatch(*option, *given)
            : "expected " + describe(*option) + ", found " + brief_text(value);
  if (!problem.empty()) throw UsageError(where + ": " + problem);
  choice.options[name] = *given;
}

AnalysisReport analysis_of(const AnalyzeArguments& arguments) {
  const CatalogueEntry& entry =
      find_entry(activation_catalogue(), arguments.activation, "activation");
  Choice choice{.type = arguments.activation, .options = {}};
  for (const std::string& option : arguments.options) add_option(choice, entry, option);
  const auto activation = make_activation(choice);
  if (!activation->elementwise()) {
    throw UsageError(activation->name() +
                     " mixes the units of a sample: no value belongs to one number alone, so that "
                     "there is no curve, no slope and no moments to analyze");
  }
  theory::Variances variances{.weight = 1, .bias = arguments.sigma_b * arguments.sigma_b};
  variances.weight = arguments.sigma_w ? *arguments.sigma_w * *arguments.sigma_w
                                       : theory::default_variances(*activation).weight;
  AnalysisReport report{.analysis = theory::analyze(*activation, variances),
                        .summary = entry.summary,
                        .default_variances = !arguments.sigma_w};
  if (!arguments.no_cost) report.costs = cost_beside_relu(activation);
  return report;
}

int run_analyze(const AnalyzeArguments& arguments, const CommonOptions& common) {
  const AnalysisReport report = analysis_of(arguments);
  if (!arguments.page.empty()) write_atomically(arguments.page, analysis_html(report));
  if (common.json) {
    std::cout << analysis_json(report);
  } else if (!common.quiet) {
    std::cout << analysis_screen(report, screen_options());
    if (!arguments.page.empty()) std::cout << "\npage: " << arguments.page << '\n';
  }
  return kDone;
}

}  // namespace

void add_analyze(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<AnalyzeArguments>();
  CLI::App* verb = program.add_subcommand(
      "analyze", "Tell what an activation does: curve, moments, signals in deep nets, cost");
  verb->add_option("activation", arguments->activation, "A name of `clino list activations`")
      ->required()
      ->type_name("ACTIVATION");
  verb->add_option("options", arguments->options, "Its options: alpha=0.5")
      ->type_name("option=value");
  const CLI::Range sigmas(1e-6, 1e6);
  verb->add_option("--sigma-w", arguments->sigma_w,
                   "Weights of variance sigma_w^2 / fan_in; default: the gain, which keeps q = 1")
      ->check(sigmas)
      ->type_name("X");
  verb->add_option("--sigma-b", arguments->sigma_b, "Biases of variance sigma_b^2; default: 0")
      ->check(CLI::Range(0.0, 1e6))
      ->type_name("X");
  verb->add_flag("--no-cost", arguments->no_cost, "Do not time anything");
  verb->add_option("-o,--output,--report", arguments->page, "Write a page with the figures, too")
      ->type_name("FILE");
  verb->callback([=, &common, &exit_code] { exit_code = run_analyze(*arguments, common); });
}

}  // namespace clino::app
