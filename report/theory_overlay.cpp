#include "report/theory_overlay.hpp"

#include <algorithm>
#include <cmath>

#include "core/errors.hpp"
#include "layers/model.hpp"
#include "report/number_text.hpp"
#include "theory/prediction.hpp"
#include "theory/stages.hpp"

namespace clino::report {

namespace {

template <class Point>
const Point* at_first_step(const std::vector<Point>& points) {
  return !points.empty() && points.front().step == 0 ? &points.front() : nullptr;
}

/// Null where the layer was not logged.
const LayerLog* log_of(const RunLog& run, std::size_t layer) {
  const auto number = static_cast<Index>(layer);
  const auto found = std::ranges::lower_bound(run.layers, number, {}, &LayerLog::layer);
  return found != run.layers.end() && found->layer == number ? &*found : nullptr;
}

std::string reason_of_log(const RunLog& run) {
  if (!run.config.model.weights.empty()) return "the run starts from given weights (model.weights)";
  if (run.inputs == 0 || run.outputs == 0) return "the net's inputs and outputs are not known";
  const bool any = std::ranges::any_of(run.layers, [](const LayerLog& layer) {
    return at_first_step(layer.points) != nullptr || at_first_step(layer.signal) != nullptr;
  });
  return any ? "" : "no layer was logged at step 0 (log.every, log.signal)";
}

Model model_of(const RunLog& run) {
  const ModelConfig& config = run.config.model;
  return build_model({.inputs = run.inputs,
                      .outputs = run.outputs,
                      .layers = config.layers,
                      .init = config.init,
                      .loss = run.config.loss});
}

/// Where the prediction starts, or none and why.
std::optional<theory::Start> start_of(const RunLog& run, const theory::Stage& first,
                                      TheoryOverlay& overlay) {
  const LayerLog* log = log_of(run, first.dense);
  const SignalPoint* signal = log == nullptr ? nullptr : at_first_step(log->signal);
  if (signal == nullptr) {
    if (!run.config.data.standardize) {
      overlay.reason =
          "without a record of the signal at step 0 (log.signal) there is nothing to "
          "start from";
      return std::nullopt;
    }
    overlay.missing =
        "the signal was not logged at step 0 (log.signal): the prediction starts "
        "from standardised inputs";
    return theory::Start{.mean_square = first.variances.weight + first.variances.bias};
  }
  theory::Start start{.mean_square = signal->mean_square};
  if (std::isfinite(signal->cosine_similarity)) start.cosine = signal->cosine_similarity;
  if (signal->mean_square_deviation > 0) {
    start.mean_square_deviation = signal->mean_square_deviation;
  }
  if (signal->cosine_deviation > 0) start.cosine_deviation = signal->cosine_deviation;
  return start;
}

Compared compared(const theory::Predicted& predicted) {
  return {.measured = Compared::kNone,
          .predicted = predicted.value,
          .low = predicted.value / predicted.factor,
          .high = predicted.value * predicted.factor};
}

/// The last layer's, which all others are relative to; 0 where there is none.
double last_delta(const RunLog& run, std::size_t layers) {
  const LayerLog* log = log_of(run, layers - 1);
  const LayerPoint* point = log == nullptr ? nullptr : at_first_step(log->points);
  return point != nullptr && std::isfinite(point->delta_norm) ? point->delta_norm : 0;
}

/// A delta that has left the range of float is no measurement.
bool out_of_range(const RunLog& run, double delta, double predicted) {
  const double least = run.config.dtype == DType::float32 ? 1e-36 : 1e-300;
  return delta < least && predicted < least;
}

TheoryRow row_of(const RunLog& run, const theory::LayerPrediction& prediction, double last) {
  TheoryRow row;
  const LayerLog* log = log_of(run, static_cast<std::size_t>(prediction.layer));
  if (log == nullptr) return row;
  row.layer = static_cast<std::size_t>(log - run.layers.data());
  row.dense = log->type == "dense";
  row.mean_square = compared(prediction.mean_square);
  row.delta_ratio = compared(prediction.delta_ratio);
  if (prediction.cosine) {
    const double cosine = *prediction.cosine, margin = prediction.cosine_margin;
    row.cosine = {.measured = Compared::kNone,
                  .predicted = cosine,
                  .low = std::max(cosine - margin, -1.0),
                  .high = std::min(cosine + margin, 1.0)};
  }
  if (const SignalPoint* signal = at_first_step(log->signal)) {
    row.mean_square.measured = signal->mean_square;
    row.cosine.measured = signal->cosine_similarity;
  }
  const LayerPoint* point = at_first_step(log->points);
  if (point != nullptr && last > 0 &&
      !out_of_range(run, point->delta_norm, row.delta_ratio.predicted * last)) {
    row.delta_ratio.measured = point->delta_norm / last;
  }
  return row;
}

bool alike(const theory::Stage& a, const theory::Stage& b) {
  const auto near = [](double x, double y) { return std::abs(x - y) <= 1e-9 * std::abs(x + y); };
  if (!near(a.variances.weight, b.variances.weight)) return false;
  if (!near(a.variances.bias, b.variances.bias)) return false;
  // Options have no name here: functions are told apart by what they do.
  constexpr double kPlaces[] = {-4.2, -0.7, 0.4, 3.1};
  return a.function->name() == b.function->name() && std::ranges::all_of(kPlaces, [&](double x) {
           return a.function->value(x) == b.function->value(x);
         });
}

std::optional<DepthLimit> depth_of(const std::vector<theory::Stage>& stages) {
  // The first dense layer has inputs of its own, the last one outputs.
  if (stages.size() < 4) return std::nullopt;
  const theory::Stage& hidden = stages[1];
  for (std::size_t i = 2; i + 1 < stages.size(); ++i) {
    if (!alike(hidden, stages[i])) return std::nullopt;
  }
  const Activation& function = *hidden.function;
  const auto limit =
      theory::limit_of(function, hidden.variances, theory::lengths(function, hidden.variances));
  if (!limit) return std::nullopt;
  DepthLimit depth{.susceptibility = limit->susceptibility};
  if (!limit->any_length) depth.length = limit->length;
  depth.scale = theory::depth_scale(depth.susceptibility);
  return depth;
}

void compare(const RunLog& run, TheoryOverlay& overlay) {
  const Model model = model_of(run);
  const theory::Stages found = theory::find_stages(model);
  overlay.reason = found.reason;
  if (!overlay.reason.empty()) return;
  const auto start = start_of(run, found.stages.front(), overlay);
  if (!start) return;
  const theory::Prediction prediction = theory::predict(model, *start);
  overlay.reason = prediction.reason;
  if (!overlay.reason.empty()) return;
  const double last = last_delta(run, model.layers.size());
  if (last == 0) overlay.missing = "the back-propagated signal of the last layer at step 0";
  overlay.depth = depth_of(found.stages);
  for (const theory::LayerPrediction& layer : prediction.layers) {
    if (log_of(run, static_cast<std::size_t>(layer.layer)) == nullptr) continue;
    overlay.rows.push_back(row_of(run, layer, last));
  }
  if (overlay.rows.empty()) return;
  // The first dense layer is where the prediction starts, if its signal was logged.
  for (Compared TheoryRow::*figure : {&TheoryRow::mean_square, &TheoryRow::cosine}) {
    Compared& first = overlay.rows.front().*figure;
    if (std::isfinite(first.measured)) first.low = first.high = first.predicted;
  }
}

}  // namespace

bool Compared::both() const {
  return std::isfinite(measured) && std::isfinite(predicted) && low < high;
}

TheoryOverlay theory_overlay(const RunLog& run) {
  TheoryOverlay overlay;
  overlay.reason = reason_of_log(run);
  if (!overlay.reason.empty()) return overlay;
  try {
    compare(run, overlay);
  } catch (const Error& error) {
    overlay.rows.clear();
    overlay.reason = std::string("the net cannot be described: ") + error.what();
  }
  return overlay;
}

InsideCount count_inside(const TheoryOverlay& overlay, Compared TheoryRow::*figure) {
  InsideCount count;
  for (const TheoryRow& row : overlay.rows) {
    if (!(row.*figure).both()) continue;
    ++count.compared;
    if ((row.*figure).inside()) ++count.inside;
  }
  return count;
}

LayerFactor delta_factor(const TheoryOverlay& overlay) {
  std::vector<const TheoryRow*> dense;
  for (const TheoryRow& row : overlay.rows) {
    if (row.dense) dense.push_back(&row);
  }
  LayerFactor factor;
  if (dense.size() < 3) return factor;
  const Compared &first = dense.front()->delta_ratio, &last = dense[dense.size() - 2]->delta_ratio;
  const auto layers = static_cast<double>(dense.size() - 2);
  factor.measured = std::pow(first.measured / last.measured, 1 / layers);
  factor.predicted = std::pow(first.predicted / last.predicted, 1 / layers);
  return factor;
}

std::string depth_text(const DepthLimit& depth) {
  std::string text = depth.length ? "Far from the inputs q comes to rest at " +
                                        number_text(*depth.length, 3) + ", where a layer multiplies"
                                  : "A layer multiplies";
  text += " the back-propagated signal by " + number_text(std::sqrt(depth.susceptibility), 3) +
          " (χ = " + number_text(depth.susceptibility, 3) + ")";
  if (!(depth.scale < 1e4)) return text + ": it neither fades nor grows.";
  text += depth.susceptibility < 1 ? ": it fades" : ": it grows";
  const double reach = 6 * depth.scale;
  return text + "; beyond about 6 ξ = " + number_text(reach, 3) +
         (depth.susceptibility < 1
              ? " layers nothing is left to learn from (Schoenholz et al. 2017)."
              : " layers it is too large to learn from.");
}

}  // namespace clino::report
