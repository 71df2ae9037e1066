#include <algorithm>
#include <iostream>
#include <memory>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "app/command.hpp"
#include "compare/measures.hpp"
#include "compare/plan.hpp"
#include "core/errors.hpp"
#include "train/catalogue_text.hpp"
#include "train/config.hpp"
#include "train/config_template.hpp"
#include "train/json_reader.hpp"
#include "train/json_value.hpp"
#include "train/schema.hpp"

/// \file
/// The verbs that train nothing and read no data: validate, init, schema, list.

namespace clino::app {

namespace {

struct ValidateArguments {
  std::string config;
  std::vector<std::string> overrides;
};

void print_findings(const std::vector<Finding>& findings,
                    const std::optional<std::string>& missing) {
  std::vector<JsonValue> list;
  list.reserve(findings.size());
  for (const Finding& finding : findings) {
    list.push_back(json_object({{"where", json_of(finding.where)},
                                {"pointer", json_of(finding.pointer)},
                                {"message", json_of(finding.message)}}));
  }
  std::vector<JsonValue> remarks;
  if (missing) remarks.push_back(json_of(*missing));
  std::cout << write_json(json_object({{"valid", json_of(findings.empty())},
                                       {"findings", json_list(std::move(list))},
                                       {"remarks", json_list(std::move(remarks))}}))
            << '\n';
}

std::string summary(const Config& config) {
  return fmt::format("{}: {}, {} layers and the output layer, {}, {}", config.name,
                     config.data.source.type, config.model.layers.size(), config.loss.type,
                     config.optimizer.method.type);
}

/// What was validated, and which files it misses.
struct Validated {
  std::string summary;
  std::optional<std::string> missing;
};

Validated validate_config(const ValidateArguments& arguments) {
  const Config config = load_config(arguments.config, arguments.overrides);
  return {summary(config), missing_files(config)};
}

Validated validate_comparison(const ValidateArguments& arguments) {
  compare::Plan plan = compare::load_plan(arguments.config);
  plan.overrides.insert(plan.overrides.end(), arguments.overrides.begin(),
                        arguments.overrides.end());
  compare::name_the_only_variation(plan);
  compare::check_plan(plan);
  Validated result;
  for (const compare::Variation& variation : plan.variations) {
    const auto missing = missing_files(compare::config_of(plan, variation));
    if (missing) result.missing = missing;
  }
  result.summary = fmt::format("{}: a comparison of {} variations, {} seeds each", plan.name,
                               plan.variations.size(), plan.seeds);
  return result;
}

int run_validate(const ValidateArguments& arguments, const CommonOptions& common) {
  try {
    const auto [what, missing] = compare::is_comparison_file(arguments.config)
                                     ? validate_comparison(arguments)
                                     : validate_config(arguments);
    if (missing && !common.quiet) spdlog::warn("{}", *missing);
    if (common.json) {
      print_findings({}, missing);
    } else if (!common.quiet) {
      std::cout << "valid: " << what << '\n';
    }
  } catch (const ConfigError& error) {
    if (common.json) print_findings(error.findings(), std::nullopt);
    throw;
  } catch (const InputError& error) {
    if (common.json)
      print_findings({{.where = arguments.config, .pointer = "", .message = error.what()}}, {});
    throw;
  }
  return kDone;
}

/// The same config as plain JSON.
std::string without_comments(const std::string& config) {
  return write_json(*read_json(config, "").root) + "\n";
}

std::string comma_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

void add_validate(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<ValidateArguments>();
  CLI::App* verb =
      program.add_subcommand("validate", "Check a config or a comparison file without training");
  verb->add_option("config", arguments->config, "Config file (JSON)")
      ->required()
      ->type_name("CONFIG");
  verb->add_option("overrides", arguments->overrides, "Config values: model.activation=relu")
      ->type_name("key=value");
  verb->callback([=, &common, &exit_code] { exit_code = run_validate(*arguments, common); });
}

void add_init(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto kind = std::make_shared<std::string>(config_template_kinds().front());
  CLI::App* verb = program.add_subcommand("init", "Print a commented config to start from");
  verb->add_option("kind", *kind, "What to learn: " + comma_list(config_template_kinds()))
      ->type_name("KIND")
      ->capture_default_str();
  verb->callback([=, &common, &exit_code] {
    std::cout << (common.json ? without_comments(config_template(*kind)) : config_template(*kind));
    exit_code = kDone;
  });
}

void add_schema(CLI::App& program, CommonOptions& /*common*/, int& exit_code) {
  auto markdown = std::make_shared<bool>(false), comparison = std::make_shared<bool>(false);
  CLI::App* verb = program.add_subcommand("schema", "Print the JSON Schema of a config");
  verb->add_flag("--markdown", *markdown, "Print the reference of all keys instead");
  verb->add_flag("--comparison", *comparison, "Print the JSON Schema of a comparison file instead");
  verb->callback([=, &exit_code] {
    if (*markdown && *comparison)
      throw UsageError("the reference of all keys is for configs alone");
    if (*comparison) {
      std::cout << json_schema(compare::comparison_schema(), "Clino comparison");
    } else {
      std::cout << (*markdown ? markdown_reference(config_schema()) : json_schema(config_schema()));
    }
    exit_code = kDone;
  });
}

namespace {

constexpr const char* kMeasures = "measures";

/// What a config can name, and what a comparison can measure.
std::vector<std::string> list_names() {
  std::vector<std::string> names = catalogue_names();
  names.emplace_back(kMeasures);
  return names;
}

Catalogue catalogue_of(const std::string& name) {
  if (name == kMeasures) return compare::measure_catalogue();
  if (std::ranges::count(catalogue_names(), name) > 0) return find_catalogue(name);
  throw UsageError("unknown list \"" + name + "\"" + suggestion(name, list_names()));
}

}  // namespace

void add_list(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto name = std::make_shared<std::string>();
  CLI::App* verb = program.add_subcommand(
      "list", "Print what a config or a comparison can name, with all options");
  verb->add_option("what", *name, comma_list(list_names()))->required()->type_name("WHAT");
  verb->callback([=, &common, &exit_code] {
    const Catalogue catalogue = catalogue_of(*name);
    std::cout << (common.json ? catalogue_json(catalogue) : catalogue_text(catalogue));
    exit_code = kDone;
  });
}

}  // namespace clino::app
