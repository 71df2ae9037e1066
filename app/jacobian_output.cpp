#include "app/jacobian_output.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include "app/number_format.hpp"
#include "app/progress_line.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

using report::left_field, report::right_field;

/// Matrix products of one thread, operations a second: only to tell seconds from minutes.
constexpr double kOperationsPerSecond = 5e10;
constexpr double kWorthSaying = 10;

constexpr std::size_t kRecordNameWidth = 10, kTypeWidth = 14, kCountWidth = 8, kNumberWidth = 12;

std::string number_field(double value) {
  return right_field(number_text("{:.4g}", value), kNumberWidth);
}

double mean_square(const std::vector<double>& values) {
  const double sum = std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

double median(const std::vector<double>& sorted) {
  if (sorted.empty()) return 0;
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

std::string record_line(const std::string& name, const std::string& type,
                        const JacobianRecord& record) {
  const std::vector<double>& values = record.singular_values;
  return left_field(name, kRecordNameWidth) + left_field(type, kTypeWidth) +
         right_field(std::to_string(values.size()), kCountWidth) + number_field(record.largest) +
         number_field(median(values)) + number_field(values.empty() ? 0 : values.back()) +
         number_field(mean_square(values)) + "\n";
}

/// Of the layers that follow each other: those inside of a block belong to it.
double bound(const JacobianOutput& output) {
  double product = 1;
  for (const JacobianRecord& record : output.records) {
    if (!record.layer) continue;
    const Layer& layer = output.layers[static_cast<std::size_t>(*record.layer)];
    if (layer.name.find('.') == std::string::npos) product *= record.largest;
  }
  return product;
}

JsonValue record_json(const JacobianRecord& record) {
  return json_object({{"singular_values", json_of(record.singular_values)},
                      {"largest", json_of(record.largest)},
                      {"samples", json_of(static_cast<std::int64_t>(record.samples))}});
}

}  // namespace

void print_jacobian(std::ostream& out, const JacobianOutput& output) {
  const JacobianRecord& whole = output.records.front();
  out << fmt::format(
      "\nJacobians on {} samples of the {} part: singular values, root mean\n"
      "squares over the samples; largest: on any of them\n\n",
      whole.samples, output.part);
  out << left_field("layer", kRecordNameWidth) << left_field("type", kTypeWidth)
      << right_field("count", kCountWidth) << right_field("largest", kNumberWidth)
      << right_field("median", kNumberWidth) << right_field("smallest", kNumberWidth)
      << right_field("mean square", kNumberWidth) << '\n';
  out << record_line("all", "", whole);
  for (const JacobianRecord& record : output.records) {
    if (!record.layer) continue;
    const Layer& layer = output.layers[static_cast<std::size_t>(*record.layer)];
    out << record_line(layer.name, layer.type, record);
  }
  out << number_text("\nThe product of the layers' largest, {:.4g}, bounds that of the whole.\n",
                     bound(output));
}

JsonValue jacobian_json(const JacobianOutput& output) {
  JsonValue json = json_object({{"part", json_of(output.part)},
                                {"whole", record_json(output.records.front())},
                                {"bound", json_of(bound(output))}});
  std::vector<JsonValue> layers;
  for (const JacobianRecord& record : output.records) {
    if (!record.layer) continue;
    const Layer& layer = output.layers[static_cast<std::size_t>(*record.layer)];
    JsonValue item = record_json(record);
    item.members.insert(item.members.begin(),
                        {{"layer", json_of(static_cast<std::int64_t>(*record.layer))},
                         {"name", json_of(layer.name)},
                         {"type", json_of(layer.type)}});
    layers.push_back(std::move(item));
  }
  json.add("layers", json_list(std::move(layers)));
  return json;
}

void warn_of_cost(const Model& model, Index samples) {
  const double seconds = jacobian_cost(model, samples) / kOperationsPerSecond;
  if (seconds > kWorthSaying) {
    spdlog::info("the Jacobians of this net take about {}", duration_text(seconds));
  }
}

}  // namespace clino::app
