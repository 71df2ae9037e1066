#include "compare/comparison_json.hpp"

#include <cmath>

#include "compare/sentences.hpp"
#include "core/nonfinite.hpp"
#include "train/json_reader.hpp"
#include "train/json_value.hpp"
#include "train/run_summary.hpp"

namespace clino::compare {

namespace {

/// JSON has no infinities: what is not finite is a string, as in the logs.
JsonValue number(double value) {
  return std::isfinite(value) ? JsonValue(value) : JsonValue(std::string(nonfinite_text(value)));
}

JsonValue count(Index value) { return JsonValue(std::int64_t{value}); }

JsonValue text(std::string_view value) { return JsonValue(std::string(value)); }

JsonValue or_null(const std::optional<double>& value) {
  return value ? number(*value) : JsonValue();
}

JsonValue interval_json(const std::optional<statistics::Interval>& interval) {
  if (!interval) return {};
  return json_list({number(interval->low), number(interval->high)});
}

JsonValue settings_json(const std::vector<Setting>& settings) {
  JsonValue object = json_object({});
  for (const Setting& setting : settings) {
    JsonReading reading = read_json_argument(setting.value, "");
    object.add(setting.key, reading.root ? std::move(*reading.root) : text(setting.value));
  }
  return object;
}

JsonValue summary_json(const MeasureSummary& summary) {
  const statistics::Summary& values = summary.values;
  JsonValue object = json_object({{"n", count(values.n)}});
  if (summary.survival) {
    object.add("reached", count(summary.reached));
    object.add("median", or_null(summary.survival->median));
    object.add("restricted_mean", number(summary.survival->restricted_mean));
    object.add("interval", interval_json(summary.survival->restricted_mean_interval));
    JsonValue curve = json_list({});
    for (const statistics::SurvivalStep& step : summary.survival->steps) {
      curve.items.push_back(json_list({number(step.time), number(step.surviving)}));
    }
    object.add("survival", std::move(curve));
    return object;
  }
  object.add("mean", number(values.mean));
  object.add("interval", interval_json(values.interval));
  object.add("deviation", number(values.deviation));
  object.add("median", number(values.median));
  object.add("minimum", number(values.minimum));
  object.add("maximum", number(values.maximum));
  return object;
}

JsonValue tuning_json(const std::optional<Tuning>& tuning) {
  if (!tuning) return {};
  std::vector<Setting> chosen;
  std::vector<JsonValue> edges, points;
  for (const TunedSetting& each : tuning->chosen) {
    chosen.push_back(each.setting);
    if (each.at_edge) edges.push_back(text(each.setting.key));
  }
  for (const Tuning::Point& point : tuning->points) {
    points.push_back(
        json_object({{"settings", settings_json(point.settings)}, {"loss", number(point.loss)}}));
  }
  return json_object({{"settings", settings_json(chosen)},
                      {"at_edge", json_list(std::move(edges))},
                      {"grid", json_list(std::move(points))}});
}

class Document {
 public:
  explicit Document(const Comparison& comparison) : comparison_(comparison) {}

  JsonValue write() const {
    JsonValue document = head();
    document.add("remarks", texts(comparison_.remarks));
    document.add("sentences", texts(comparison_.sentences));
    document.add("assertions", assertions());
    document.add("variations", variations());
    document.add("pairs", pairs(false));
    document.add("runs", runs());
    document.add(
        "times",
        json_object({{"variations", times()}, {"pairs", pairs(true)}, {"runs", run_times()}}));
    return document;
  }

 private:
  JsonValue head() const {
    const std::optional<Target>& target = comparison_.target;
    return json_object(
        {{"name", text(comparison_.name)},
         {"version", text(version_text())},
         {"seeds", count(comparison_.seeds)},
         {"design",
          text(comparison_.design == statistics::Design::paired ? "paired" : "independent")},
         {"folds", comparison_.folds ? count(*comparison_.folds) : JsonValue()},
         {"tuned", JsonValue(comparison_.tuned)},
         {"target", target ? text(to_text(*target)) : JsonValue()},
         {"measure", text(comparison_.primary->name)},
         {"horizon_epochs", number(comparison_.horizon)},
         {"confidence", number(comparison_.confidence)},
         {"correction", text("holm")}});
  }

  static JsonValue texts(const std::vector<std::string>& all) {
    JsonValue list = json_list({});
    for (const std::string& each : all) list.items.push_back(text(each));
    return list;
  }

  JsonValue assertions() const {
    JsonValue list = json_list({});
    for (const AssertionResult& each : comparison_.assertions) {
      list.items.push_back(json_object({{"assertion", text(each.text)},
                                        {"holds", JsonValue(each.holds)},
                                        {"left", or_null(each.left)},
                                        {"right", or_null(each.right)},
                                        {"reason", text(each.reason)}}));
    }
    return list;
  }

  static JsonValue measures_json(const VariationResult& variation, bool clock) {
    JsonValue object = json_object({});
    for (const MeasureSummary& summary : variation.measures) {
      if (summary.measure->clock != clock) continue;
      object.add(std::string(summary.measure->name), summary_json(summary));
    }
    return object;
  }

  JsonValue variations() const {
    JsonValue list = json_list({});
    for (const VariationResult& each : comparison_.variations) {
      list.items.push_back(json_object({{"label", text(each.label)},
                                        {"group", text(each.group)},
                                        {"rank", each.rank == 0 ? JsonValue() : count(each.rank)},
                                        {"runs", count(static_cast<Index>(each.runs.size()))},
                                        {"failed", count(each.failed)},
                                        {"settings", settings_json(each.settings)},
                                        {"tuning", tuning_json(each.tuning)},
                                        {"measures", measures_json(each, false)}}));
    }
    return list;
  }

  JsonValue times() const {
    JsonValue list = json_list({});
    for (const VariationResult& each : comparison_.variations) {
      list.items.push_back(
          json_object({{"label", text(each.label)}, {"measures", measures_json(each, true)}}));
    }
    return list;
  }

  const std::string& label(std::size_t i) const { return comparison_.variations[i].label; }

  JsonValue pairs(bool clock) const {
    JsonValue list = json_list({});
    for (const Pair& pair : comparison_.pairs) {
      if (pair.measure->clock != clock) continue;
      const bool ratio = pair.scale == statistics::Scale::ratio;
      list.items.push_back(
          json_object({{"measure", text(pair.measure->name)},
                       {"a", text(label(pair.a))},
                       {"b", text(label(pair.b))},
                       {"n", count(pair.contrast.n)},
                       {ratio ? "ratio" : "difference", number(pair.contrast.estimate)},
                       {"interval", interval_json(pair.contrast.interval)},
                       {"p", number(pair.contrast.p_value)},
                       {"adjusted_p", number(pair.adjusted_p)},
                       {"told_apart", JsonValue(pair.told_apart)},
                       {"better", pair.better ? text(label(*pair.better)) : JsonValue()},
                       {"a_below_b", number(pair.a_below.value)},
                       {"a_below_b_interval", interval_json(pair.a_below.interval)}}));
      if (pair.measure == comparison_.primary) {
        list.items.back().add("seeds_needed",
                              pair.seeds_needed ? count(*pair.seeds_needed) : JsonValue());
        list.items.back().add("sentence", text(sentence(comparison_, pair)));
      }
    }
    return list;
  }

  JsonValue run_head(const RunResult& run) const {
    return json_object({{"variation", text(label(run.variation))},
                        {"seed", count(static_cast<Index>(run.seed))},
                        {"fold", run.fold ? count(*run.fold) : JsonValue()}});
  }

  static void add_figures(JsonValue& object, const RunResult& run, bool clock) {
    for (const Measure& measure : measures()) {
      if (measure.clock != clock) continue;
      const std::optional<double> value = run.outcome.figure(measure.name);
      if (value) object.add(std::string(measure.name), number(*value));
    }
  }

  JsonValue runs() const {
    JsonValue list = json_list({});
    for (const RunResult& run : comparison_.runs) {
      JsonValue object = run_head(run);
      object.add("directory", text(run.directory.generic_string()));
      object.add("status", text(run.outcome.status));
      if (run.outcome.failed()) object.add("reason", text(run.outcome.reason));
      object.add("epochs", count(static_cast<Index>(run.outcome.epochs)));
      object.add("steps", count(static_cast<Index>(run.outcome.steps)));
      add_figures(object, run, false);
      list.items.push_back(std::move(object));
    }
    return list;
  }

  JsonValue run_times() const {
    JsonValue list = json_list({});
    for (const RunResult& run : comparison_.runs) {
      JsonValue object = run_head(run);
      add_figures(object, run, true);
      list.items.push_back(std::move(object));
    }
    return list;
  }

  const Comparison& comparison_;
};

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  return write_json(Document(comparison).write()) + "\n";
}

}  // namespace clino::compare
