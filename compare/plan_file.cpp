#include <fstream>
#include <iterator>

#include "compare/plan.hpp"
#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/json_reader.hpp"
#include "train/schema.hpp"

namespace clino::compare {

namespace {

using Kind = SchemaNode::Kind;

constexpr Range kSeeds{.minimum = 1, .maximum = 100000};
constexpr Range kTuneSeeds{.minimum = 1, .maximum = 1000};

SchemaNode value(std::string name, unsigned types, OptionValue default_value,
                 std::string description, Range range = {}) {
  return {.kind = Kind::value,
          .option = {.name = std::move(name),
                     .types = types,
                     .default_value = std::move(default_value),
                     .description = std::move(description),
                     .range = range}};
}

SchemaNode structure(Kind kind, std::string name, std::string description,
                     std::vector<SchemaNode> fields = {}) {
  return {.kind = kind,
          .option = {.name = std::move(name),
                     .types = 0,
                     .default_value = {},
                     .description = std::move(description)},
          .fields = std::move(fields)};
}

SchemaNode settings_node(std::string description) {
  return structure(Kind::map, "overrides", std::move(description),
                   {structure(Kind::any, "value", "")});
}

SchemaNode root_node() {
  const Plan defaults;
  SchemaNode config = value("config", kText, {}, "file with the config that all variations share");
  config.option.required = true;
  config.option.path = true;
  SchemaNode label = value("label", kText, {}, "what it is called");
  label.option.required = true;
  return structure(
      Kind::object, "", "",
      {value("$schema", kText, {}, "the JSON Schema, for editors; not read"),
       value("name", kText, {}, "of the comparison; the file's name where none is given"),
       std::move(config), settings_node("keys of the config with values for all variations"),
       structure(Kind::map, "vary", "keys of the config with the values to combine",
                 {structure(Kind::list, "values", "", {structure(Kind::any, "value", "")})}),
       structure(Kind::list, "variations", "what is compared, by name",
                 {structure(Kind::object, "variation", "",
                            {std::move(label), settings_node("keys with its values")})}),
       value("within", kText | kNull, {},
             "a varied key: only variations with the same value of it are compared"),
       value("seeds", kInteger, std::int64_t{defaults.seeds}, "runs of each variation", kSeeds),
       value("paired", kBoolean, defaults.paired, "the same seeds for all variations"),
       structure(Kind::map, "tune",
                 "keys with a grid of values, of which every variation gets the best",
                 {structure(Kind::any, "grid", "")}),
       value("tune_seeds", kInteger, std::int64_t{defaults.tune_seeds},
             "runs of each value of the grid", kTuneSeeds),
       value("target", kText | kNull, {}, "accuracy=0.95, loss=0.1, train.loss=0.1"),
       value("measure", kText | kNull, {}, "what ranks the variations"),
       value("folds", kInteger | kNull, {}, "cross-validation with so many folds",
             {.minimum = 2, .maximum = kCount.maximum}),
       value("assert", kTexts, {}, "what has to hold: \"relu.final_accuracy > 0.98\"")});
}

std::vector<Setting> settings_of(const JsonValue* object) {
  std::vector<Setting> settings;
  if (object == nullptr) return settings;
  for (const JsonMember& member : object->members) {
    settings.push_back({member.key, setting_text(member.value)});
  }
  return settings;
}

template <class V>
std::optional<V> scalar(const JsonValue& document, std::string_view key) {
  const JsonValue* given = document.find(key);
  if (given == nullptr) return std::nullopt;
  const V* found = std::get_if<V>(&given->scalar);
  return found == nullptr ? std::nullopt : std::optional<V>(*found);
}

std::vector<Axis> axes_of(const JsonValue* object) {
  std::vector<Axis> axes;
  if (object == nullptr) return axes;
  for (const JsonMember& member : object->members) {
    Axis axis{.key = member.key, .values = {}};
    for (const JsonValue& item : member.value.items) axis.values.push_back(setting_text(item));
    if (axis.values.empty()) {
      throw UsageError(member.value.where + ": no values for \"" + member.key + "\"");
    }
    axes.push_back(std::move(axis));
  }
  return axes;
}

/// A grid is a text, as on the command line, or a list of values.
std::vector<Axis> grids_of(const JsonValue* object) {
  std::vector<Axis> grids;
  if (object == nullptr) return grids;
  for (const JsonMember& member : object->members) {
    if (member.value.text() != nullptr) {
      grids.push_back(parse_grid(member.key + "=" + *member.value.text()));
    } else {
      const JsonValue one = json_object({member});
      grids.push_back(axes_of(&one).front());
    }
  }
  return grids;
}

std::vector<Variation> variations_of(const JsonValue& document) {
  std::vector<Variation> variations(1);
  if (const JsonValue* named = document.find("variations")) {
    std::vector<Variation> by_name;
    for (const JsonValue& item : named->items) {
      by_name.push_back({*item.find("label")->text(), settings_of(item.find("overrides"))});
    }
    variations = combined(variations, by_name);
  }
  const std::vector<Axis> axes = axes_of(document.find("vary"));
  return axes.empty() ? variations : combined(variations, all_combinations(axes));
}

}  // namespace

const Schema& comparison_schema() {
  static const Schema schema{root_node(), {}};
  return schema;
}

bool is_comparison_file(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored)) return false;
  const JsonReading reading = read_json(read_file(file.string()), file.string());
  if (!reading.root) return false;
  for (const char* key : {"config", "vary", "variations"}) {
    if (reading.root->find(key) != nullptr) return true;
  }
  return false;
}

Plan load_plan(const std::filesystem::path& file) {
  JsonReading reading = read_json(read_file(file.string()), file.string());
  std::vector<Finding> findings = std::move(reading.findings);
  if (reading.root) {
    for (Finding& finding : check(comparison_schema(), *reading.root)) {
      findings.push_back(std::move(finding));
    }
  }
  if (!findings.empty()) throw ConfigError(std::move(findings));
  const JsonValue& document = *reading.root;

  Plan plan;
  plan.name = scalar<std::string>(document, "name").value_or(file.stem().string());
  plan.config = file.parent_path() / *scalar<std::string>(document, "config");
  for (const Setting& setting : settings_of(document.find("overrides"))) {
    plan.overrides.push_back(setting.override_text());
  }
  plan.variations = variations_of(document);
  plan.within = scalar<std::string>(document, "within").value_or("");
  plan.seeds = scalar<std::int64_t>(document, "seeds").value_or(plan.seeds);
  plan.paired = scalar<bool>(document, "paired").value_or(plan.paired);
  plan.tune = grids_of(document.find("tune"));
  plan.tune_seeds = scalar<std::int64_t>(document, "tune_seeds").value_or(plan.tune_seeds);
  if (const auto text = scalar<std::string>(document, "target")) plan.target = parse_target(*text);
  plan.measure = scalar<std::string>(document, "measure").value_or("");
  if (const auto folds = scalar<std::int64_t>(document, "folds")) plan.folds = *folds;
  if (const JsonValue* assertions = document.find("assert")) {
    for (const JsonValue& item : assertions->items) {
      plan.assertions.push_back(parse_assertion(*item.text()));
    }
  }
  return plan;
}

}  // namespace clino::compare
