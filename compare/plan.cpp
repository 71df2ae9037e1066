#include "compare/plan.hpp"

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "compare/measures.hpp"
#include "core/errors.hpp"
#include "core/options.hpp"
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
    values.push_back(number_text(std::round(value * unit) / unit));
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

/// Seeds that are not paired begin so far apart.
std::uint64_t offset(const Plan& plan, std::size_t variation) {
  return plan.paired ? 0 : variation * static_cast<std::uint64_t>(plan.seeds);
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
  return part + target.metric + " " + number_text(target.value);
}

Axis parse_grid(const std::string& text) {
  Axis axis = parse_axis(text);
  const std::string& first = axis.values.front();
  const bool is_spread = first.starts_with("log:") || first.starts_with("linear:");
  if (axis.values.size() == 1 && is_spread) axis.values = spread_of(text, first);
  return axis;
}

namespace {

/// Keys that would be set twice, or that a comparison sets itself.
void check_keys(const Plan& plan) {
  for (const Variation& variation : plan.variations) {
    std::set<std::string> keys;
    for (const Setting& setting : variation.settings) {
      if (!keys.insert(setting.key).second) {
        throw UsageError("\"" + setting.key + "\" is given twice for the variation \"" +
                         variation.label + "\"");
      }
      if (setting.key == "seed") {
        throw UsageError(
            "\"seed\" is no variation: every variation is repeated with --seeds; "
            "seed=N beside it is the first");
      }
    }
    for (const Axis& grid : plan.tune) {
      if (!keys.contains(grid.key)) continue;
      throw UsageError("\"" + grid.key + "\" is tuned, and the variation \"" + variation.label +
                       "\" sets it: one of them is too much");
    }
  }
}

/// Groups of one have nothing to be compared with.
void check_groups(const Plan& plan) {
  if (plan.within.empty()) return;
  std::map<std::string, int> sizes;
  for (const Variation& variation : plan.variations) {
    const std::string* value = variation.find(plan.within);
    if (value == nullptr) {
      throw UsageError("the variation \"" + variation.label + "\" has no value for \"" +
                       plan.within +
                       "\", within which variations are compared; expected a key of --vary");
    }
    ++sizes[*value];
  }
  for (const auto& [value, size] : sizes) {
    if (size > 1) continue;
    throw UsageError("within " + plan.within + "=" + value +
                     " there is one variation, which has nothing to be compared with");
  }
}

/// What no run could have a value for.
void check_measures(const Plan& plan) {
  const Config config = config_of(plan, plan.variations.front());
  const bool classes = config.loss.type.find("cross_entropy") != std::string::npos;
  std::vector<std::string> wanted;
  if (!plan.measure.empty()) wanted.push_back(plan.measure);
  if (plan.target && plan.target->metric == "accuracy") wanted.emplace_back("accuracy");
  for (const Assertion& assertion : plan.assertions) {
    for (const Operand* operand : {&assertion.left, &assertion.right}) {
      if (!operand->number) wanted.push_back(operand->measure);
    }
  }
  for (const std::string& measure : wanted) {
    if (measure.ends_with("accuracy") && !classes) {
      throw UsageError("\"" + measure + "\": the loss " + config.loss.type +
                       " is of numbers, which have no accuracy; expected one of losses");
    }
    if (measure == "update_cosine" && !config.log.update_cosine) {
      throw UsageError("\"update_cosine\" is measured with log.update_cosine=true only");
    }
  }
}

}  // namespace

void check_plan(const Plan& plan) {
  if (plan.variations.empty()) throw UsageError("nothing to compare: give --vary key=value,...");
  check_labels(plan.variations);
  check_keys(plan);
  check_measures(plan);
  if (plan.variations.size() < 2 && plan.tune.empty() && !plan.folds) {
    throw UsageError("one variation, \"" + plan.variations.front().label +
                     "\", has nothing to be compared with: give --vary two values or more");
  }
  if (!plan.measure.empty() && find_measure(plan.measure) == nullptr) {
    throw UsageError("unknown measure \"" + plan.measure + "\"" +
                     suggestion(plan.measure, measure_names()));
  }
  if (!plan.measure.empty() && find_measure(plan.measure)->to_target && !plan.target) {
    throw UsageError("measure \"" + plan.measure +
                     "\" needs a target: give --target accuracy=0.95");
  }
  check_groups(plan);
  std::vector<std::string> labels;
  for (const Variation& variation : plan.variations) labels.push_back(variation.label);
  for (const Assertion& assertion : plan.assertions) {
    check_labels(assertion, labels);
    for (const Operand* operand : {&assertion.left, &assertion.right}) {
      if (operand->number || !find_measure(operand->measure)->to_target || plan.target) continue;
      throw UsageError("assertion \"" + assertion.text +
                       "\" needs a target: give --target accuracy=0.95");
    }
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
  // Beyond all seeds of the comparison, also of one that goes on with more of them later.
  constexpr std::uint64_t kApart = 1'000'000;
  return consecutive(first + kApart + offset(plan, variation), plan.tune_seeds);
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
