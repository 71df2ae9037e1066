#include "train/catalogue_text.hpp"

#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "core/options.hpp"
#include "data/sources.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "layers/layer_catalogue.hpp"
#include "layers/losses.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"
#include "train/json_value.hpp"

namespace clino {

namespace {

using CatalogueFunction = const Catalogue& (*)();

const std::vector<std::pair<std::string, CatalogueFunction>>& catalogues() {
  static const std::vector<std::pair<std::string, CatalogueFunction>> all{
      {"activations", activation_catalogue},
      {"initializers", initializer_catalogue},
      {"losses", loss_catalogue},
      {"layers", layer_catalogue},
      {"optimizers", optimizer_catalogue},
      {"schedules", schedule_catalogue},
      {"datasets", data_source_catalogue}};
  return all;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string option_line(const Option& option, std::size_t width) {
  const std::string standard =
      option.required ? "required" : "default " + to_text(option.default_value);
  return "  " + padded(option.name, width) + "  " + option.description + " (" + describe(option) +
         "; " + standard + ")\n";
}

template <class Named>
std::size_t widest(const std::vector<Named>& list) {
  std::size_t width = 0;
  for (const Named& each : list) width = std::max(width, each.name.size());
  return width;
}

JsonValue option_json(const Option& option) {
  JsonValue object = json_object({{"name", json_of(option.name)},
                                  {"expected", json_of(describe(option))},
                                  {"required", json_of(option.required)}});
  if (!option.required) object.add("default", json_of(option.default_value));
  object.add("description", json_of(option.description));
  return object;
}

}  // namespace

const std::vector<std::string>& catalogue_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const auto& catalogue : catalogues()) result.push_back(catalogue.first);
    return result;
  }();
  return names;
}

const Catalogue& find_catalogue(std::string_view name) {
  for (const auto& [known, catalogue] : catalogues()) {
    if (known == name) return catalogue();
  }
  throw UsageError("unknown list \"" + std::string(name) + "\"" +
                   suggestion(name, catalogue_names()));
}

std::string catalogue_text(const Catalogue& catalogue) {
  const std::size_t width = widest(catalogue);
  std::string text;
  for (const CatalogueEntry& entry : catalogue) {
    text += padded(entry.name, width) + "  " + entry.summary + "\n";
    for (const Option& option : entry.options) text += option_line(option, widest(entry.options));
  }
  return text;
}

std::string catalogue_json(const Catalogue& catalogue) {
  std::vector<JsonValue> entries;
  for (const CatalogueEntry& entry : catalogue) {
    std::vector<JsonValue> options;
    for (const Option& option : entry.options) options.push_back(option_json(option));
    entries.push_back(json_object({{"name", json_of(entry.name)},
                                   {"summary", json_of(entry.summary)},
                                   {"options", json_list(std::move(options))}}));
  }
  return write_json(json_list(std::move(entries))) + "\n";
}

}  // namespace clino
