#pragma once

#include <optional>
#include <string>
#include <vector>

#include "layers/model.hpp"
#include "theory/mean_field.hpp"

/// \file
/// What the theory of wide nets says of a net of one's own before its first step, layer by layer.

namespace clino::theory {

/// Narrower layers than this scatter so much that a mean says little of any one net.
inline constexpr Index kLeastWidth = 50;

/// The pre-activations of the first dense layer, measured: what the prediction starts from.
struct Start {
  double mean_square = 1;
  std::optional<double> cosine = {};  ///< of two samples, on average
  /// How much the mean squares of single samples differ, and the cosines of single pairs. What a
  /// layer does is not linear in them: the same average of unlike samples goes another way.
  double mean_square_deviation = 0, cosine_deviation = 0;
};

/// A factor that stands for a range: from value / factor to value * factor lie about 95 % of all
/// first weights.
struct Predicted {
  double value = 0;
  double factor = 1;
};

struct LayerPrediction {
  Index layer = 0;             ///< its number in `Model::layers`
  Predicted mean_square = {};  ///< of the output
  /// Of two samples' outputs, not centred. None of an output layer below `kLeastWidth`.
  std::optional<double> cosine = {};
  /// About 95 % of all first weights have a mean cosine that lies no further from it.
  double cosine_margin = 0;
  /// |dL/d output of this layer| over that of the last layer.
  Predicted delta_ratio = {};
};

struct Prediction {
  std::vector<LayerPrediction> layers;  ///< of all layers; empty where there is a reason
  std::string reason = {};              ///< why the theory does not hold for this net
};

/// Mean squares and correlations go upwards from the first dense layer, the back-propagated signal
/// goes downwards from the last. The range is two standard deviations of the logarithm, to first
/// order in 1 / width, for a single sample (a batch scatters no more): what each layer adds is
/// (E phi^4 / (E phi^2)^2 - 1) / n forward and (3 E phi'^4 / (E phi'^2)^2 - 1) / n backward, n
/// units (for ReLU with He's weights 5 / n: Hanin, "Which neural net architectures give rise to
/// exploding and vanishing gradients?", 2018); lengths that scatter move chi, and that is added up
/// as if all layers did it together. Cosines scatter by (1 - c^2)^2 / n and by what their slope
/// makes of that below. Samples of unlike length and pairs of unlike correlation are followed as
/// two kinds of each, with the given mean and deviation.
///
/// Dense layers with independent weights of mean 0, elementwise activations between them, hidden
/// layers of `kLeastWidth` units or more: a net with anything else gets a reason instead.
Prediction predict(const Model& model, const Start& start);

}  // namespace clino::theory
