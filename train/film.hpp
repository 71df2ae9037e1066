#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"
#include "data/dataset.hpp"
#include "train/evaluator.hpp"

/// \file
/// What a net answers over its whole input space, where that can be drawn: a plane for two inputs,
/// a line for one. A frame at step 0 and at the ends of some epochs makes a film of the training.

namespace clino {

/// Whether there is something to film: two inputs, or one input and numbers as targets. An
/// autoencoder is not filmed.
bool can_be_filmed(const Preprocessing& preprocessing);

/// Whether a frame is due after so many epochs: evenly over a run of known length, 24 times and at
/// its start and end; else after 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, ... epochs.
bool film_due(std::uint64_t epochs_done, std::optional<std::uint64_t> total_epochs);

/// The camera: makes the lines of `film.jsonl`.
template <class T>
class FilmCamera {
 public:
  /// `can_be_filmed(preprocessing)`; all must outlive the film. The frame spans the training part
  /// and a tenth more on each side.
  FilmCamera(const Preprocessing& preprocessing, const Dataset<T>& train, const Choice& loss);

  /// The first line: the grid, in raw units, and at most 500 training samples.
  void write_header(std::string& text) const;
  /// What the net answers now, a value for each point of the grid.
  void write_frame(std::string& text, std::uint64_t step, std::uint64_t epoch,
                   Evaluator<T>& evaluator);

 private:
  static constexpr Index kPlaneSide = 48;
  static constexpr Index kLineColumns = 240;
  static constexpr Index kMostPoints = 500;

  struct Axis {
    double low = 0, high = 0;
    double at(Index i, Index count) const;
  };

  bool plane() const { return axes_.size() == 2; }
  void take_points(const Dataset<T>& train);
  double shown(std::span<const T> prediction);

  const Preprocessing* preprocessing_;
  double temperature_;
  Index columns_, rows_;
  std::vector<Axis> axes_;                   ///< of each input, in raw units
  std::vector<std::vector<double>> points_;  ///< [x, y, target] or [x, target]
  std::vector<T> inputs_;                    ///< the grid as the net sees it [features, points]
  std::vector<T> probabilities_;
  std::vector<double> values_;
};

}  // namespace clino
