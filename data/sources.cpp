#include "data/sources.hpp"

#include <filesystem>
#include <system_error>

#include "data/generators.hpp"
#include "data/packages.hpp"

namespace clino {

namespace {

constexpr Range kColumnIndex{.minimum = -9007199254740992.0, .maximum = 9007199254740992.0};

Option file_option(std::string name, std::string description, bool required = false) {
  return {.name = std::move(name),
          .types = required ? unsigned{kText} : unsigned{kNull} | kText,
          .default_value = std::monostate{},
          .description = std::move(description),
          .required = required,
          .path = true};
}

Option input_target() {
  return {.name = "target",
          .types = kNull | kText,
          .default_value = std::monostate{},
          .description = "\"input\" makes the inputs the targets, for autoencoders",
          .choices = {"input"}};
}

Option choice_option(std::string name, std::string description, std::vector<std::string> choices) {
  return {.name = std::move(name),
          .types = kText,
          .default_value = choices.front(),
          .description = std::move(description),
          .choices = choices};
}

CatalogueEntry csv_entry() {
  return {
      .name = "csv",
      .summary = "text in columns, plain or .gz",
      .options = {
          file_option("path", "the file; .gz is read too", true),
          file_option("test_path", "a file like it that is the test part"),
          {.name = "delimiter",
           .types = kText,
           .default_value = std::string(","),
           .description = "the character between fields"},
          {.name = "header",
           .types = kBoolean,
           .default_value = true,
           .description = "whether the first line names the columns"},
          {.name = "skip_rows",
           .types = kInteger,
           .default_value = std::int64_t{0},
           .description = "lines to skip before the header or the first row",
           .range = kWhole},
          {.name = "target",
           .types = kInteger | kText | kNumbers | kTexts,
           .default_value = std::int64_t{-1},
           .description = "the column that is learned: a name, an index from 0 (-1 is the last), a "
                          "list of either for several outputs, or \"input\" for autoencoders",
           .range = kColumnIndex},
          {.name = "weight",
           .types = kNull | kInteger | kText,
           .default_value = std::monostate{},
           .description = "a column of sample weights: a name or an index",
           .range = kColumnIndex},
          {.name = "ignore",
           .types = kNull | kInteger | kText | kNumbers | kTexts,
           .default_value = std::monostate{},
           .description = "columns that are not used: a name, an index, or a list of either",
           .range = kColumnIndex},
          choice_option("missing",
                        "missing features (empty, ?, NA, N/A, nan, null): refuse them, or take "
                        "the training part's mean",
                        {"refuse", "mean"}),
          choice_option("text",
                        "columns of text among the features: refuse them, or make one input for "
                        "each text",
                        {"refuse", "one_hot"})}};
}

Option memory_option() {
  return choice_option("memory",
                       "where the inputs are during training: read into memory (\"load\"), left in "
                       "their file, which is mapped (\"map\"), or by their size: mapped where they "
                       "need more than half of the machine's memory",
                       {"auto", "load", "map"});
}

CatalogueEntry idx_entry() {
  return {
      .name = "idx",
      .summary = "images as bytes, the format of MNIST, plain or .gz; pixels become 0..1",
      .options = {file_option("train.images", "images to train on", true),
                  file_option("train.labels", "their classes"),
                  file_option("test.images", "images of the test part"),
                  file_option("test.labels", "their classes"), input_target(), memory_option()}};
}

CatalogueEntry npy_entry() {
  return {
      .name = "npy",
      .summary = "NumPy arrays of one or two dimensions, a row for each sample",
      .options = {file_option("inputs", "array of the inputs", true),
                  file_option("targets", "array of the targets"), input_target(), memory_option()}};
}

}  // namespace

const Catalogue& data_source_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue entries;
    for (const Generator& generator : generators()) entries.push_back(generator.entry);
    entries.insert(entries.end(), {csv_entry(), idx_entry(), npy_entry()});
    return entries;
  }();
  return catalogue;
}

std::optional<std::string> missing_data(const Choice& source) {
  std::string message;
  for (const Option& option :
       find_entry(data_source_catalogue(), source.type, "data source").options) {
    if (!option.path || !source.has(option.name)) continue;
    const auto path = source.get<std::string>(option.name);
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) continue;
    const std::string hint = package_hint(path);
    message +=
        (message.empty() ? "" : "; ") + path + " is missing" + (hint.empty() ? "" : ": " + hint);
  }
  if (message.empty()) return std::nullopt;
  return message;
}

}  // namespace clino
