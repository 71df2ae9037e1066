#include "compare/outcome.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "compare/plan.hpp"
#include "core/errors.hpp"
#include "report/heat_map.hpp"
#include "report/run_log.hpp"
#include "train/run_directory.hpp"

namespace clino::compare {

namespace {

constexpr std::size_t kSignalColumns = 32;

Curves read_curves(const RunLog& log) {
  Curves curves;
  for (const MetricsPoint& point : log.metrics) {
    const bool train = point.split == "train";
    if (!train && point.split != "validation") continue;
    (train ? curves.train_loss : curves.validation_loss).push_back(point.loss);
    if (point.accuracy) {
      (train ? curves.train_accuracy : curves.validation_accuracy).push_back(*point.accuracy);
    }
    if (!train) continue;
    curves.seconds.push_back(point.seconds);
    curves.steps.push_back(point.step);
  }
  return curves;
}

SignalMap read_signal(const RunLog& log) {
  SignalMap map;
  const report::HeatMap heat = report::heat_map(log.layers, kSignalColumns);
  for (std::size_t i = 0; i < log.layers.size(); ++i) {
    map.layers.push_back(log.layers[i].name + " " + log.layers[i].type);
    std::vector<double> row;
    for (const report::Stretch& stretch : heat.rows[i]) {
      row.push_back(stretch.any ? stretch.mean : LayerPoint::kNone);
    }
    map.rows.push_back(std::move(row));
  }
  return map;
}

/// Mean of what some layers have; nothing where none has it.
class Mean {
 public:
  void add(double value, double weight = 1) {
    if (!std::isfinite(value)) return;
    sum_ += value * weight;
    weight_ += weight;
  }
  std::optional<double> value() const {
    return weight_ > 0 ? std::optional(sum_ / weight_) : std::nullopt;
  }

 private:
  double sum_ = 0, weight_ = 0;
};

class Figures {
 public:
  Figures(const RunLog& log, const Curves& curves, RunOutcome& outcome)
      : log_(log), curves_(curves), outcome_(outcome) {}

  void read(const std::optional<Target>& target) {
    if (target) read_times(*target);
    set("seconds", log_.summary->seconds);
    read_layers();
    if (outcome_.failed()) return;  // has no end to speak of
    read_metrics();
    read_last_layers();
  }

 private:
  void set(const char* name, std::optional<double> value) {
    if (value && std::isfinite(*value)) outcome_.figures[name] = *value;
  }

  static std::optional<double> last(const std::vector<double>& values) {
    return values.empty() ? std::nullopt : std::optional(values.back());
  }

  const std::vector<double>& loss() const {
    return curves_.validation_loss.empty() ? curves_.train_loss : curves_.validation_loss;
  }
  const std::vector<double>& accuracy() const {
    return curves_.validation_loss.empty() ? curves_.train_accuracy : curves_.validation_accuracy;
  }

  const std::vector<double>& watched(const Target& target) const {
    const bool train =
        target.split == "train" || (target.split.empty() && curves_.validation_loss.empty());
    if (target.metric == "loss") return train ? curves_.train_loss : curves_.validation_loss;
    return train ? curves_.train_accuracy : curves_.validation_accuracy;
  }

  void read_times(const Target& target) {
    const std::vector<double>& values = watched(target);
    const auto reached =
        std::ranges::find_if(values, [&](double value) { return target.reached_by(value); });
    if (reached == values.end()) return;
    const auto epoch = static_cast<std::size_t>(reached - values.begin());
    set("epochs_to_target", static_cast<double>(epoch + 1));
    if (epoch >= curves_.steps.size()) return;
    set("steps_to_target", static_cast<double>(curves_.steps[epoch]));
    set("seconds_to_target", curves_.seconds[epoch]);
  }

  void read_metrics() {
    set("final_loss", last(loss()));
    set("final_accuracy", last(accuracy()));
    set("train_loss", last(curves_.train_loss));
    if (!loss().empty()) set("best_loss", std::ranges::min(loss()));
    if (!accuracy().empty()) set("best_accuracy", std::ranges::max(accuracy()));
    if (!curves_.validation_loss.empty() && !curves_.train_loss.empty()) {
      set("loss_gap", curves_.validation_loss.back() - curves_.train_loss.back());
    }
    if (!loss().empty()) {
      set("loss_area",
          std::accumulate(loss().begin(), loss().end(), 0.0) / static_cast<double>(loss().size()));
    }
    for (const MetricsPoint& point : log_.metrics) {
      if (point.split != "test") continue;
      set("test_loss", point.loss);
      set("test_accuracy", point.accuracy);
    }
  }

  /// Of the signal that arrives at the first layer with weights, over that at the last.
  std::optional<double> delta_ratio(bool at_end) const {
    const LayerLog* first = nullptr;
    const LayerLog* last_layer = nullptr;
    for (const LayerLog& layer : log_.layers) {
      if (layer.type != "dense" || layer.points.empty()) continue;
      if (first == nullptr) first = &layer;
      last_layer = &layer;
    }
    if (first == nullptr) return std::nullopt;
    const auto point = [&](const LayerLog& layer) {
      return at_end ? layer.points.back() : layer.points.front();
    };
    return point(*first).delta_norm / point(*last_layer).delta_norm;
  }

  void read_layers() {
    set("delta_ratio", delta_ratio(false));
    Mean cosine;
    for (const StepPoint& step : log_.steps)
      cosine.add(step.update_cosine.value_or(LayerPoint::kNone));
    set("update_cosine", cosine.value());
    Mean same_sign;
    for (const LayerLog& layer : log_.layers) {
      for (const LayerPoint& point : layer.points) same_sign.add(point.same_sign_fraction);
    }
    set("same_sign_fraction", same_sign.value());
  }

  void read_last_layers() {
    set("final_delta_ratio", delta_ratio(true));
    Mean dead, saturated;
    for (const LayerLog& layer : log_.layers) {
      if (!layer.elementwise) continue;
      if (!layer.scans.empty()) {
        const auto units = static_cast<double>(layer.scans.back().units);
        dead.add(static_cast<double>(layer.scans.back().dead) / units, units);
      }
      if (layer.points.empty() || layer.piecewise_linear) continue;
      saturated.add(layer.points.back().below_threshold_fraction);
    }
    set("dead_fraction", dead.value());
    set("saturated_fraction", saturated.value());
  }

  const RunLog& log_;
  const Curves& curves_;
  RunOutcome& outcome_;
};

}  // namespace

std::optional<double> RunOutcome::figure(std::string_view name) const {
  const auto found = figures.find(name);
  return found == figures.end() ? std::nullopt : std::optional(found->second);
}

RunOutcome read_outcome(const std::filesystem::path& run, const std::optional<Target>& target) {
  const RunLog log = read_run_log(run);
  if (!log.summary || log.summary->status == "interrupted") {
    throw InputError(run.string() +
                     ": the run has not ended; go on with it first (clino train "
                     "... --resume)");
  }
  RunOutcome outcome;
  outcome.status = log.summary->status;
  outcome.epochs = log.summary->epochs;
  outcome.steps = log.summary->steps;
  outcome.train_samples = log.summary->train_samples;
  outcome.validation_samples = log.summary->validation_samples;
  if (outcome.failed() && !log.summary->findings.empty()) {
    outcome.reason = log.summary->findings.front();
  }
  for (const auto& [name, value] : log.summary->environment) {
    if (name == "data_hash") outcome.data_hash = value;
    if (name == "weights_hash") outcome.weights_hash = value;
  }
  outcome.curves = read_curves(log);
  if (!outcome.failed() && outcome.curves.epochs() != outcome.epochs) {
    throw InputError((run / run_files::kMetrics).string() + " is damaged: it has " +
                     std::to_string(outcome.curves.epochs()) + " epochs, the run had " +
                     std::to_string(outcome.epochs));
  }
  outcome.signal = read_signal(log);
  Figures(log, outcome.curves, outcome).read(target);
  return outcome;
}

RunOutcome failed_outcome(const std::string& reason) {
  RunOutcome outcome;
  outcome.status = "failed";
  outcome.reason = reason;
  return outcome;
}

}  // namespace clino::compare
