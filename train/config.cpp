#include "train/config.hpp"

#include <fstream>
#include <iterator>
#include <utility>

#include "data/sources.hpp"
#include "train/config_builder.hpp"
#include "train/config_overrides.hpp"
#include "train/config_rules.hpp"
#include "train/json_reader.hpp"
#include "train/schema.hpp"

namespace clino {

namespace {

void append(std::vector<Finding>& findings, std::vector<Finding> more) {
  findings.insert(findings.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
}

std::string read_config_file(const std::filesystem::path& file) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file, ignored)) {
    throw InputError(file.string() + ": cannot be read; expected a config, a JSON file");
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

Config load_config(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  return parse_config(read_config_file(file), file.string(), file.parent_path(), overrides);
}

Config parse_config(std::string_view text, const std::string& origin,
                    const std::filesystem::path& base_directory,
                    const std::vector<std::string>& overrides) {
  JsonReading reading = read_json(text, origin);
  std::vector<Finding>& findings = reading.findings;
  if (!reading.root) throw ConfigError(std::move(findings));
  JsonValue& document = *reading.root;
  for (const std::string& text_of_override : overrides) {
    apply_override(config_schema(), document, text_of_override, findings);
  }
  std::vector<Finding> of_schema = check(config_schema(), document);
  append(findings, find_impossible(document, of_schema));
  append(findings, std::move(of_schema));
  if (!findings.empty()) throw ConfigError(std::move(findings));
  return build_config(document, std::filesystem::path(origin).stem().string(), base_directory);
}

std::optional<std::string> missing_files(const Config& config) {
  std::optional<std::string> missing = missing_data(config.data.source);
  const auto look_for = [&](const std::string& path) {
    std::error_code ignored;
    if (path.empty() || std::filesystem::exists(path, ignored)) return;
    missing = (missing ? *missing + "; " : "") + path + " is missing";
  };
  look_for(config.model.weights);
  if (config.teacher) look_for(config.teacher->run);
  return missing;
}

}  // namespace clino
