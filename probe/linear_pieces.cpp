#include "probe/linear_pieces.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "probe/affine_layers.hpp"
#include "probe/broken_line.hpp"
#include "probe/interval_walk.hpp"

namespace clino {

namespace {

/// Why a layer cannot be walked through, or "".
std::string reason_against(const Layer& layer) {
  if (layer.activation == nullptr) {
    constexpr std::array<std::string_view, 4> kKnown = {"dense", "batch_norm", "dropout",
                                                        "residual"};
    return std::ranges::find(kKnown, layer.type) == kKnown.end() ? "is not piecewise linear" : "";
  }
  if (layer.weight.valid() && !is_builtin<Prelu>(*layer.activation)) {
    return "has learned something, and does not say what that makes of it";
  }
  try {
    broken_line(*layer.activation);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

/// A run of intervals that are one line, that of `line`.
struct Run {
  double left, right;
  double left_error, right_error;
  Index line;  ///< number of the widest interval
  double width;
};

/// Joins the intervals of the outputs [first, end) that rounding cannot tell apart.
class Joiner {
 public:
  Joiner(const IntervalLines& lines, Index first, Index end)
      : lines_(&lines),
        first_(first),
        end_(end),
        gamma_(rounding_gamma(lines.roundings + 2, unit_roundoff<double>())) {
    runs_.reserve(static_cast<std::size_t>(lines.intervals()));
    for (Index p = 0; p < lines.intervals(); ++p) {
      const auto i = static_cast<std::size_t>(p);
      const double left = lines.borders[i];
      const double right = lines.borders[i + 1];
      runs_.push_back(
          {left, right, lines.border_errors[i], lines.border_errors[i + 1], p, right - left});
    }
  }

  std::vector<Run> runs() {
    join();
    leave_out_slivers();
    join();
    return runs_;
  }

 private:
  /// What two intervals differ by in one output, beside the sum of their sizes.
  struct Difference {
    double slope, offset, slope_size, offset_size;

    double at(double x) const { return std::abs(slope * x + offset); }
    double size_at(double x) const { return slope_size * std::abs(x) + offset_size; }
  };

  Difference difference(Index p, Index q, Index output) const {
    const auto i = static_cast<std::size_t>(output + p * lines_->units);
    const auto j = static_cast<std::size_t>(output + q * lines_->units);
    return {lines_->slopes[i] - lines_->slopes[j], lines_->offsets[i] - lines_->offsets[j],
            lines_->slope_sizes[i] + lines_->slope_sizes[j],
            lines_->offset_sizes[i] + lines_->offset_sizes[j]};
  }

  bool meet(Index p, Index q, double x) const {
    for (Index k = first_; k < end_; ++k) {
      const Difference d = difference(p, q, k);
      if (d.at(x) > gamma_ * d.size_at(x)) return false;
    }
    return true;
  }

  bool same(Index p, Index q, double x) const {
    for (Index k = first_; k < end_; ++k) {
      const Difference d = difference(p, q, k);
      if (std::abs(d.slope) > gamma_ * d.slope_size) return false;
    }
    return meet(p, q, x);
  }

  /// Where two lines cross, by the output in which they differ most, within [left, right].
  double crossing(Index p, Index q, double left, double right) const {
    Difference most = difference(p, q, first_);
    for (Index k = first_ + 1; k < end_; ++k) {
      const Difference d = difference(p, q, k);
      if (std::abs(d.slope) > std::abs(most.slope)) most = d;
    }
    return most.slope == 0 ? left : std::clamp(-most.offset / most.slope, left, right);
  }

  void join() {
    std::vector<Run> joined;
    joined.reserve(runs_.size());
    for (const Run& run : runs_) {
      if (joined.empty() || !same(joined.back().line, run.line, run.left)) {
        joined.push_back(run);
        continue;
      }
      Run& before = joined.back();
      before.right = run.right;
      before.right_error = run.right_error;
      if (run.width > before.width) {
        before.line = run.line;
        before.width = run.width;
      }
    }
    runs_ = std::move(joined);
  }

  /// An interval narrower than its borders are known to is left out where nobody can tell: its
  /// neighbours meet in it. At the ends of the range the one neighbour takes its place.
  void leave_out_slivers() {
    std::vector<Run> kept;
    kept.reserve(runs_.size());
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      const Run run = runs_[i];
      Run* const before = kept.empty() ? nullptr : &kept.back();
      Run* const after = i + 1 == runs_.size() ? nullptr : &runs_[i + 1];
      const double known = run.left_error + run.right_error;
      if (run.right - run.left > known || !leave_out(run, before, after)) kept.push_back(run);
    }
    runs_ = std::move(kept);
  }

  bool leave_out(const Run& run, Run* before, Run* after) const {
    if (before == nullptr && after == nullptr) return false;
    const Index left_line = before == nullptr ? run.line : before->line;
    const Index right_line = after == nullptr ? run.line : after->line;
    double x = crossing(left_line, right_line, run.left, run.right);
    if (before == nullptr) x = run.left;
    if (after == nullptr) x = run.right;
    if (!meet(left_line, right_line, x)) return false;
    const double error = std::max(run.left_error, run.right_error);
    if (before != nullptr) {
      before->right = x;
      before->right_error = after == nullptr ? 0 : error;
    }
    if (after != nullptr) {
      after->left = x;
      after->left_error = before == nullptr ? 0 : error;
    }
    return true;
  }

  const IntervalLines* lines_;
  Index first_;
  Index end_;
  double gamma_;
  std::vector<Run> runs_;
};

void check_range(const Model& model, const LinearPiecesOptions& options) {
  if (const auto reason = why_not_piecewise_linear(model)) throw UsageError(*reason);
  if (!std::isfinite(options.low) || !std::isfinite(options.high) || options.low >= options.high) {
    throw UsageError("linear_pieces: the range from " + std::to_string(options.low) + " to " +
                     std::to_string(options.high) + " is empty or not finite");
  }
  const Index outputs = model.graph.shape(model.prediction).rows;
  if (options.output && (*options.output < 0 || *options.output >= outputs)) {
    throw UsageError("linear_pieces: there is no output " + std::to_string(*options.output) +
                     ": they count from 0, and there are " + std::to_string(outputs));
  }
}

}  // namespace

std::optional<std::string> why_not_piecewise_linear(const Model& model) {
  const Index inputs = model.graph.shape(model.input).rows;
  if (inputs != 1) {
    return "linear pieces are counted along one input, and the net has " + std::to_string(inputs);
  }
  for (const Layer& layer : model.layers) {
    const std::string reason = reason_against(layer);
    if (!reason.empty()) return layer_text(layer) + " " + reason;
  }
  return std::nullopt;
}

template <class T>
std::vector<LinearPiece> linear_pieces(const Model& model, const Parameters<T>& parameters,
                                       const LinearPiecesOptions& options) {
  check_range(model, options);
  const IntervalLines lines =
      interval_lines(model, parameters, options.low, options.high, options.most_pieces);
  const Index first = options.output.value_or(0);
  const Index end = options.output ? first + 1 : lines.units;
  std::vector<LinearPiece> pieces;
  for (const Run& run : Joiner(lines, first, end).runs()) {
    LinearPiece& piece = pieces.emplace_back(LinearPiece{.left = run.left, .right = run.right});
    const auto begin = run.line * lines.units;
    piece.slope.assign(lines.slopes.begin() + begin + first, lines.slopes.begin() + begin + end);
    piece.intercept.assign(lines.offsets.begin() + begin + first,
                           lines.offsets.begin() + begin + end);
  }
  return pieces;
}

template std::vector<LinearPiece> linear_pieces(const Model&, const Parameters<float>&,
                                                const LinearPiecesOptions&);
template std::vector<LinearPiece> linear_pieces(const Model&, const Parameters<double>&,
                                                const LinearPiecesOptions&);

}  // namespace clino
