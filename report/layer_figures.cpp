#include "report/layer_figures.hpp"

#include <array>
#include <cmath>

namespace clino::report {

namespace {

using LayerValue = std::optional<double>;

/// Of the last record, where it means something for this kind of layer.
LayerValue record(const LayerLog& layer, double LayerPoint::*member, bool applies = true) {
  if (!applies || layer.points.empty()) return {};
  return layer.points.back().*member;
}

/// What some records of the kind do not have.
LayerValue or_none(const LayerValue& figure) {
  return figure && std::isnan(*figure) ? LayerValue() : figure;
}

LayerValue signal(const LayerLog& layer, double SignalPoint::*member) {
  if (layer.signal.empty()) return {};
  return layer.signal.back().*member;
}

LayerValue scan(const LayerLog& layer, Index UnitScanPoint::*member) {
  if (layer.scans.empty()) return {};
  return static_cast<double>(layer.scans.back().*member);
}

constexpr std::array kLayerFigures = {
    LayerFigure{"step",
                [](const LayerLog& l) {
                  return l.points.empty() ? LayerValue()
                                          : LayerValue(static_cast<double>(l.points.back().step));
                }},
    LayerFigure{"delta_norm", [](const LayerLog& l) { return record(l, &LayerPoint::delta_norm); }},
    LayerFigure{"weight_norm",
                [](const LayerLog& l) { return record(l, &LayerPoint::weight_norm, l.learned); }},
    LayerFigure{
        "weight_grad_norm",
        [](const LayerLog& l) { return record(l, &LayerPoint::weight_grad_norm, l.learned); }},
    LayerFigure{
        "bias_grad_norm",
        [](const LayerLog& l) { return record(l, &LayerPoint::bias_grad_norm, l.learned); }},
    LayerFigure{"update_ratio",
                [](const LayerLog& l) { return record(l, &LayerPoint::update_ratio, l.learned); }},
    LayerFigure{"output_mean",
                [](const LayerLog& l) { return record(l, &LayerPoint::output_mean); }},
    LayerFigure{"output_std", [](const LayerLog& l) { return record(l, &LayerPoint::output_std); }},
    LayerFigure{"saturated_fraction",
                [](const LayerLog& l) {
                  return record(l, &LayerPoint::below_threshold_fraction,
                                l.elementwise && !l.piecewise_linear);
                }},
    LayerFigure{"inactive_fraction",
                [](const LayerLog& l) {
                  return record(l, &LayerPoint::below_threshold_fraction,
                                l.elementwise && l.piecewise_linear);
                }},
    LayerFigure{
        "dead_fraction",
        [](const LayerLog& l) { return record(l, &LayerPoint::dead_fraction, l.elementwise); }},
    LayerFigure{
        "same_sign_fraction",
        [](const LayerLog& l) { return or_none(record(l, &LayerPoint::same_sign_fraction)); }},
    LayerFigure{"nonfinite", [](const LayerLog& l) { return record(l, &LayerPoint::nonfinite); }},
    LayerFigure{"units", [](const LayerLog& l) { return scan(l, &UnitScanPoint::units); }},
    LayerFigure{"dead_units", [](const LayerLog& l) { return scan(l, &UnitScanPoint::dead); }},
    LayerFigure{"mean_square",
                [](const LayerLog& l) { return signal(l, &SignalPoint::mean_square); }},
    LayerFigure{
        "cosine_similarity",
        [](const LayerLog& l) { return or_none(signal(l, &SignalPoint::cosine_similarity)); }},
    LayerFigure{"effective_rank",
                [](const LayerLog& l) { return signal(l, &SignalPoint::effective_rank); }},
};

}  // namespace

std::span<const LayerFigure> layer_figures() { return kLayerFigures; }

}  // namespace clino::report
