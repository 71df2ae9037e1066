#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/parameters.hpp"
#include "data/dataset.hpp"
#include "layers/losses.hpp"
#include "layers/model.hpp"
#include "train/config.hpp"
#include "train/teacher.hpp"

/// \file
/// What a config and its data make together, before and without any training.

namespace clino {

std::string_view to_text(DType dtype);

/// What the config asks of its data source.
DataRequest data_request(const Config& config);

/// The net that the config describes, for data of that kind: its input and output widths come from
/// the data and the loss. Without a teacher, whom training alone needs.
ModelSpec model_spec(const Config& config, const Preprocessing& preprocessing,
                     std::span<const double> class_weights, bool sample_weights);

/// What the loss weighs each class with: empty for ones.
template <class T>
std::vector<double> class_weights(const Config& config, const Data<T>& data) {
  const std::vector<double> totals(data.class_counts.begin(), data.class_counts.end());
  return totals.empty() ? totals : resolve_class_weights(config.loss, totals);
}

/// Data, net and first weights of a run.
template <class T>
struct Experiment {
  Data<T> data;
  std::vector<double> class_weights;  ///< empty for ones
  TeacherLogits<T> teacher = {};      ///< empty without one
  Model model;
  Parameters<T> parameters;
};

/// Loads the data, asks the teacher, records the net and gives it its first weights, from the
/// initialisers or from `model.weights`. Throws as `load_data`, `ask_teacher`, `build_model` and
/// `load_weights` do.
template <class T>
Experiment<T> make_experiment(const Config& config);

}  // namespace clino
