#include "compare/plan.hpp"

#include <cmath>
#include <limits>

#include "core/errors.hpp"
#include "data/numbers.hpp"
#include "train/json_reader.hpp"

namespace clino::compare {

namespace {

/// Numbers between parts of a text: `1e-4:1:9`.
std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

constexpr std::int64_t kMostGridValues = 1000;

/// `count` values from low to high. The text of a value has at most six digits: those of 1e-4 to 1
/// in nine are 0.0001, 0.000316228, 0.001...
std::vector<std::string> spread(bool log, double low, double high, std::int64_t count) {
  std::vector<std::string> values;
  for (std::int64_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    const double value = log ? low * std::pow(high / low, share) : low + (high - low) * share;
    const double unit = value == 0 ? 1 : std::pow(10, 5 - std::floor(std::log10(std::abs(value))));
    values.push_back(clino::number_text(std::round(value * unit) / unit));
  }
  return values;
}

/// Whether a text begins a spread: `log:` or `linear:`.
std::vector<std::string> spread_of(const std::string& text, const std::string& grid) {
  const std::vector<std::string> parts = split(grid, ':');
  const bool log = parts[0] == "log";
  const auto low = parts.size() == 4 ? parse_number(parts[1]) : std::nullopt;
  const auto high = parts.size() == 4 ? parse_number(parts[2]) : std::nullopt;
  const auto count = parts.size() == 4 ? parse_whole(parts[3]) : std::nullopt;
  const bool sound = low && high && count && std::isfinite(*low) && std::isfinite(*high) &&
                     *low < *high && *count >= 2 && *count <= kMostGridValues && (!log || *low > 0);
  if (!sound) {
    throw UsageError("\"" + text + "\": expected " + parts[0] + ":LOW:HIGH:COUNT with " +
                     (log ? "0 < LOW < HIGH" : "LOW < HIGH") + " and a COUNT from 2 to " +
                     std::to_string(kMostGridValues));
  }
  return spread(log, *low, *high, *count);
}

std::vector<std::uint64_t> consecutive(std::uint64_t first, Index count) {
  std::vector<std::uint64_t> seeds;
  for (Index i = 0; i < count; ++i) seeds.push_back(first + static_cast<std::uint64_t>(i));
  return seeds;
}

/// Seeds that are not paired begin so far apart, whatever their number: more of them move none.
constexpr std::uint64_t kApart = 1'000'000;
/// From there on are those that tune. A comparison has fewer.
constexpr std::uint64_t kTuning = 500'000;

std::uint64_t offset(const Plan& plan, std::size_t variation) {
  return plan.paired ? 0 : variation * kApart;
}

}  // namespace

Target parse_target(const std::string& text) {
  const std::size_t equals = text.find('=');
  const auto value = equals == std::string::npos
                         ? std::nullopt
                         : parse_number(std::string_view(text).substr(equals + 1));
  Target target{.split = "", .metric = text.substr(0, equals), .value = value.value_or(0)};
  const std::size_t dot = target.metric.find('.');
  if (dot != std::string::npos) {
    target.split = target.metric.substr(0, dot);
    target.metric.erase(0, dot + 1);
  }
  const bool known_split =
      dot == std::string::npos || target.split == "train" || target.split == "validation";
  const bool known_metric = target.metric == "accuracy" || target.metric == "loss";
  const double most = target.metric == "accuracy" ? 1 : std::numeric_limits<double>::max();
  if (!value || !(*value > 0 && *value <= most) || !known_split || !known_metric) {
    throw UsageError(
        "target \"" + text +
        "\": expected accuracy=NUMBER, above 0 and at most 1, or loss=NUMBER, above 0, "
        "with \"train.\" or "
        "\"validation.\" before it where one part is meant");
  }
  return target;
}

std::string to_text(const Target& target) {
  const std::string part = target.split == "train" ? "training " : "";
  return part + target.metric + " " + clino::number_text(target.value);
}

Axis parse_grid(const std::string& text) {
  Axis axis = parse_axis(text);
  const std::string& first = axis.values.front();
  const bool is_spread = first.starts_with("log:") || first.starts_with("linear:");
  if (axis.values.size() == 1 && is_spread) axis.values = spread_of(text, first);
  return axis;
}

void name_the_only_variation(Plan& plan) {
  if (plan.variations.size() == 1 && plan.variations.front().label.empty()) {
    plan.variations.front().label = plan.name;
  }
}

Config config_of(const Plan& plan, const Variation& variation, const std::vector<Setting>& tuned) {
  std::vector<std::string> overrides = plan.overrides;
  for (const Setting& setting : variation.settings) overrides.push_back(setting.override_text());
  for (const Setting& setting : tuned) overrides.push_back(setting.override_text());
  if (plan.folds) {
    overrides.push_back("data.folds=" + std::to_string(*plan.folds));
    overrides.emplace_back("data.validation_fraction=0");
  }
  return load_config(plan.config, overrides);
}

std::vector<std::uint64_t> seeds_of(const Plan& plan, std::size_t variation, std::uint64_t first) {
  return consecutive(first + offset(plan, variation), plan.seeds);
}

std::vector<std::uint64_t> tune_seeds_of(const Plan& plan, std::size_t variation,
                                         std::uint64_t first) {
  return consecutive(first + kTuning + offset(plan, variation), plan.tune_seeds);
}

std::string identity(const Plan& plan) {
  const auto axes = [](const std::vector<Axis>& all) {
    JsonValue object = json_object({});
    for (const Axis& axis : all) object.add(axis.key, json_of(axis.values));
    return object;
  };
  std::vector<JsonValue> variations;
  for (const Variation& variation : plan.variations) {
    const JsonReading config = read_json(resolved_json(config_of(plan, variation)), "");
    variations.push_back(
        json_object({{"label", json_of(variation.label)}, {"config", *config.root}}));
  }
  return write_json(json_object(
             {{"name", json_of(plan.name)},
              {"seeds", json_of(std::int64_t{plan.seeds})},
              {"paired", json_of(plan.paired)},
              {"folds", plan.folds ? json_of(std::int64_t{*plan.folds}) : JsonValue()},
              {"tune", axes(plan.tune)},
              {"tune_seeds",
               plan.tune.empty() ? JsonValue() : json_of(std::int64_t{plan.tune_seeds})},
              {"variations", json_list(std::move(variations))}})) +
         "\n";
}

}  // namespace clino::compare
