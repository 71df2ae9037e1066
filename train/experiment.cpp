#include "train/experiment.hpp"

#include <utility>

#include "layers/losses.hpp"
#include "train/weights.hpp"

namespace clino {

std::string_view to_text(DType dtype) { return dtype == DType::float32 ? "float32" : "float64"; }

DataRequest data_request(const Config& config) {
  return {.source = config.data.source,
          .validation_fraction = config.data.validation_fraction,
          .test_fraction = config.data.test_fraction,
          .folds = config.data.folds,
          .fold = config.data.fold,
          .standardize = config.data.standardize,
          .target = target_kind(config.loss.type),
          .seed = config.seed};
}

ModelSpec model_spec(const Config& config, const Preprocessing& preprocessing,
                     std::span<const double> class_weights, bool sample_weights) {
  Index count = preprocessing.classes();
  if (preprocessing.target_kind == TargetKind::numbers) {
    count = preprocessing.target_is_input ? preprocessing.features()
                                          : static_cast<Index>(preprocessing.target_names.size());
  }
  return {.inputs = preprocessing.features(),
          .outputs = outputs_needed(config.loss.type, count),
          .layers = config.model.layers,
          .init = config.model.init,
          .loss = config.loss,
          .class_weights = {class_weights.begin(), class_weights.end()},
          .sample_weights = sample_weights};
}

template <class T>
Experiment<T> make_experiment(const Config& config) {
  Data<T> data = load_data<T>(data_request(config));
  std::vector<double> weights = class_weights(config, data);
  ModelSpec spec = model_spec(config, data.preprocessing, weights, data.train.has_weights());
  TeacherLogits<T> teacher;
  if (config.teacher) {
    teacher = ask_teacher(config, data);
    spec.teaching = {.temperature = config.teacher->temperature, .mix = config.teacher->mix};
  }
  Model model = build_model(spec);
  Parameters<T> parameters(model.graph);
  initialize(model, parameters, config.seed);
  if (!config.model.weights.empty()) load_weights(config.model.weights, parameters);
  return {.data = std::move(data),
          .class_weights = std::move(weights),
          .teacher = std::move(teacher),
          .model = std::move(model),
          .parameters = std::move(parameters)};
}

template Experiment<float> make_experiment(const Config&);
template Experiment<double> make_experiment(const Config&);

}  // namespace clino
