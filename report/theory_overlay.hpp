#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// What the theory of wide nets says of a run's net at its first step, beside what was measured
/// there.

namespace clino::report {

/// One figure of one layer. Where there is none of a kind it is NaN.
struct Compared {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  double measured = kNone;
  double predicted = kNone;
  /// About 95 % of all first weights lie between them; both are `predicted` where that is where the
  /// prediction started, and nothing to be compared.
  double low = kNone, high = kNone;

  /// Measured and predicted, each by itself.
  bool both() const;
  bool inside() const { return measured >= low && measured <= high; }
};

struct TheoryRow {
  std::size_t layer = 0;  ///< position in `RunLog::layers`
  bool dense = false;     ///< its outputs are pre-activations
  Compared mean_square, cosine;
  Compared delta_ratio;  ///< delta_norm over that of the last layer
};

/// Of nets whose hidden layers are all alike: where their signals end up.
struct DepthLimit {
  double susceptibility = 0;          ///< chi, by which |delta|^2 is multiplied from layer to layer
  std::optional<double> length = {};  ///< where the lengths rest; none where chi is the same at any
  double scale = 0;                   ///< xi, in layers; infinite for chi = 1
};

struct TheoryOverlay {
  std::vector<TheoryRow> rows;  ///< empty where there is a reason
  std::string reason = {};      ///< why the theory says nothing of this run
  std::string missing = {};     ///< what was not logged, where something is left
  std::optional<DepthLimit> depth = {};
};

/// Needs the config and the first records alone: no weights, no data. The prediction starts from
/// what the first dense layer was measured to give.
TheoryOverlay theory_overlay(const RunLog& run);

/// Which of the figures are both measured and predicted, and how many of these are in the range.
struct InsideCount {
  std::size_t compared = 0, inside = 0;
};
InsideCount count_inside(const TheoryOverlay& overlay, Compared TheoryRow::*figure);

/// By what |delta| is multiplied from one hidden dense layer to the one below, in the geometric
/// mean; NaN where it is not known.
struct LayerFactor {
  double measured = Compared::kNone, predicted = Compared::kNone;
};
LayerFactor delta_factor(const TheoryOverlay& overlay);

/// In a sentence or two.
std::string depth_text(const DepthLimit& depth);

}  // namespace clino::report
