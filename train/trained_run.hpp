#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/parameters.hpp"
#include "data/dataset.hpp"
#include "layers/model.hpp"
#include "train/config.hpp"
#include "train/evaluator.hpp"

/// \file
/// A run directory made to work again: for evaluation and prediction.

namespace clino {

/// Which weights of a run to take.
enum class WeightsChoice {
  automatic,  ///< the best where there are any, else the last
  best,       ///< those of the lowest validation loss
  last,       ///< those of the last step
};

/// What a run directory says of its net, weights aside.
struct RunDescription {
  std::filesystem::path directory;
  Config config;
  Preprocessing preprocessing;
  std::filesystem::path weights;  ///< the chosen file
};

/// Reads the `config.json` of a run. Throws `InputError` where it is missing or damaged: the
/// program wrote it, so mistakes in it are not the user's.
Config load_run_config(const std::filesystem::path& directory);

/// Reads `config.json` and `preprocessing.json` and chooses the weights. Throws `InputError` saying
/// what a run directory needs where a file is missing, naming the file where one is damaged.
RunDescription describe_run(const std::filesystem::path& directory,
                            WeightsChoice weights = WeightsChoice::automatic);

/// The data that the run was trained on, in the same parts. Throws `InputError` where they are no
/// longer the same, which `advice` may follow; else as `load_data` does.
template <class T>
Data<T> load_own_data(const RunDescription& run, const std::string& advice = "");

/// A trained net. Its evaluators point into it: it must stay where it is while one lives.
template <class T>
struct TrainedRun {
  Preprocessing preprocessing;
  std::vector<double> class_weights;  ///< of the loss; empty for ones
  Model model;                        ///< with an input for sample weights
  Parameters<T> parameters;

  /// The batch is the trainer's own, so that sums over batches come out to the same bits.
  Evaluator<T> evaluator() {
    return Evaluator<T>(model, parameters, preprocessing.target_kind, class_weights);
  }
};

/// Builds the net and reads its weights. `class_weights` are for the loss alone: predictions need
/// none, and an empty list stands for ones. Throws `InputError` where the weights do not fit.
template <class T>
TrainedRun<T> load_run(const RunDescription& description, std::vector<double> class_weights = {});

/// Calls `action` with a 0 of the type that a run's numbers have: `with_dtype(config.dtype,
/// [](auto zero) { using T = decltype(zero); ... })`.
template <class Action>
auto with_dtype(DType dtype, const Action& action) {
  return dtype == DType::float64 ? action(double{0}) : action(float{0});
}

}  // namespace clino
