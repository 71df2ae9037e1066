#include "app/linear_output.hpp"

#include <spdlog/fmt/fmt.h>

#include "app/net_names.hpp"
#include "app/number_format.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

using report::left_field, report::right_field;

constexpr std::size_t kMapNameWidth = 20, kMapNumberWidth = 12;
/// What is shown of W: as much as fits 80 columns and a screen.
constexpr Index kMostInputs = 4, kMostOutputs = 20;

std::string map_number(double value) {
  return right_field(number_text("{:.5g}", value), kMapNumberWidth);
}

void print_map(std::ostream& out, const LinearCollapse& map, const Preprocessing& preprocessing) {
  if (map.inputs > kMostInputs || map.outputs > kMostOutputs) {
    out << fmt::format("W [{}, {}] and b are in the output of --json.\n", map.outputs, map.inputs);
    return;
  }
  out << left_field("W, b", kMapNameWidth);
  for (const std::string& name : preprocessing.feature_names) {
    out << right_field(name, kMapNumberWidth);
  }
  out << right_field("bias", kMapNumberWidth) << '\n';
  for (Index k = 0; k < map.outputs; ++k) {
    out << left_field(output_name(preprocessing, k), kMapNameWidth);
    for (Index j = 0; j < map.inputs; ++j) {
      out << map_number(map.weight[static_cast<std::size_t>(k + j * map.outputs)]);
    }
    out << map_number(map.bias[static_cast<std::size_t>(k)]) << '\n';
  }
}

void print_losses(std::ostream& out, const LinearOutput& output) {
  out << number_text("loss on the training part   {:.6g}\n", output.loss);
  if (!output.best) {
    out << report::wrapped(output.left_out, 80, 0) << '\n';
    return;
  }
  out << number_text("best linear loss            {:.6g}\n", output.best->loss);
  if (output.best->attained) {
    out << "No linear map does better, at any depth.\n";
  } else if (output.best->loss == 0) {
    out << "A linear map separates the samples: the loss falls towards 0 while the weights\n"
           "grow, and never gets there.\n";
  } else {
    out << "No linear map does better, and none gets there: the loss falls for ever while\n"
           "the weights grow.\n";
  }
}

std::vector<JsonValue> rows_of(const LinearCollapse& map) {
  std::vector<JsonValue> rows;
  rows.reserve(static_cast<std::size_t>(map.outputs));
  for (Index k = 0; k < map.outputs; ++k) {
    std::vector<double> row;
    row.reserve(static_cast<std::size_t>(map.inputs));
    for (Index j = 0; j < map.inputs; ++j) {
      row.push_back(map.weight[static_cast<std::size_t>(k + j * map.outputs)]);
    }
    rows.push_back(json_of(row));
  }
  return rows;
}

JsonValue deviation_json(const LinearDeviation& deviation) {
  return json_object({{"samples", json_of(static_cast<std::int64_t>(deviation.samples))},
                      {"largest", json_of(deviation.largest)},
                      {"bound", json_of(deviation.bound)},
                      {"largest_share", json_of(deviation.largest_share)},
                      {"certified", json_of(deviation.certified)}});
}

}  // namespace

void print_linear(std::ostream& out, const LinearOutput& output,
                  const Preprocessing& preprocessing) {
  const LinearCollapse& map = output.map;
  out << fmt::format("\nEvery layer is affine: the {} of them are one map, y = W x + b{}\n\n",
                     output.layers,
                     is_scaled(preprocessing) ? "\n(x as the net sees it, standardised)" : "");
  print_map(out, map, preprocessing);
  out << fmt::format("\nrank of W: {} of {}\n", map.rank, map.singular_values.size());
  const LinearDeviation& deviation = output.deviation;
  out << number_text("largest deviation of the net from it: {:.3g}", deviation.largest)
      << number_text("; rounding explains {:.3g} there\n", deviation.bound)
      << fmt::format("({} training samples, ", deviation.samples)
      << number_text("at most {:.2g} of the bound on any)\n\n", deviation.largest_share);
  print_losses(out, output);
}

void add_linear_json(JsonValue& json, const LinearOutput& output) {
  json.add("layers", json_of(static_cast<std::int64_t>(output.layers)));
  json.add("weight", json_list(rows_of(output.map)));
  json.add("bias", json_of(output.map.bias));
  json.add("rank", json_of(static_cast<std::int64_t>(output.map.rank)));
  json.add("singular_values", json_of(output.map.singular_values));
  json.add("deviation", deviation_json(output.deviation));
  json.add("loss", json_of(output.loss));
  if (output.best) {
    json.add("best_linear_loss", json_of(output.best->loss));
    json.add("attained", json_of(output.best->attained));
  } else {
    json.add("best_linear_loss", JsonValue{});
    json.add("left_out", json_of(output.left_out));
  }
}

}  // namespace clino::app
