#include <array>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "report/read_records.hpp"
#include "train/json_syntax_words.hpp"

namespace clino::report {

namespace {

using Json = nlohmann::ordered_json;

/// What else is shown, under these names.
constexpr std::array<const char*, 8> kEnvironment{
    "version",     "compiler",  "instruction_set", "gemm",
    "config_hash", "data_hash", "weights_hash",    "peak_memory_bytes"};

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

FirstNonfinite read_first_nonfinite(const JsonRecord& record) {
  const auto index = [&](std::string_view key) -> std::optional<Index> {
    if (const auto value = record.optional_count(key)) return static_cast<Index>(*value);
    return std::nullopt;
  };
  return {.step = record.count("step"),
          .node = record.text("node"),
          .direction = record.text("direction"),
          .operation = record.text_or_empty("operation"),
          .layer_name = record.text_or_empty("name"),
          .value = record.text("value"),
          .layer = index("layer"),
          .unit = index("unit"),
          .sample = index("sample"),
          .largest_before = record.number_or_nan("largest_before")};
}

}  // namespace

RunSummary read_summary(const std::string& text, const std::string& file) {
  JsonRecord record;
  record.read(text, file, 0);
  RunSummary summary;
  summary.status = record.text("status");
  summary.epochs = record.count("epochs");
  summary.steps = record.count("steps");
  summary.seconds = record.number("seconds");
  summary.samples_per_second = record.number_or_nan("samples_per_second");
  summary.parameters = static_cast<Index>(record.count_or_zero("parameters"));
  summary.findings = record.texts_or_none("findings");

  // The record has no objects within the object: these two are taken from the tree. That the text
  // is JSON has been seen.
  const Json json = Json::parse(text);
  for (const char* key : kEnvironment) {
    if (json.contains(key)) summary.environment.emplace_back(key, as_text(json[key]));
  }
  const auto object = [&](const char* key) { return json.contains(key) && json[key].is_object(); };
  if (object("samples")) {
    const std::string samples = json["samples"].dump();
    record.read(samples, file, 0);
    summary.train_samples = static_cast<Index>(record.count_or_zero("train"));
    summary.validation_samples = static_cast<Index>(record.count_or_zero("validation"));
  }
  if (object("best")) {
    const std::string best = json["best"].dump();
    record.read(best, file, 0);
    summary.best_epoch = record.optional_count("epoch");
  }
  if (object("first_nonfinite")) {
    const std::string origin = json["first_nonfinite"].dump();
    record.read(origin, file, 0);
    summary.first_nonfinite = read_first_nonfinite(record);
  }
  return summary;
}

}  // namespace clino::report
