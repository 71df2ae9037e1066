#include "app/evaluation_output.hpp"

namespace clino::app {

namespace {

JsonValue json_number(Index value) { return json_of(std::int64_t{value}); }
JsonValue json_number(double value) { return json_of(value); }
JsonValue json_number(const std::optional<double>& value) {
  return value ? json_number(*value) : JsonValue{};
}

JsonValue class_json(const Evaluation& evaluation, const std::string& name, Index k) {
  const ConfusionMatrix& confusion = *evaluation.confusion;
  return json_object({{"name", json_of(name)},
                      {"samples", json_number(confusion.samples(k))},
                      {"predicted", json_number(confusion.taken_for(k))},
                      {"recall", json_number(confusion.recall(k))},
                      {"precision", json_number(confusion.precision(k))},
                      {"auc", json_number(evaluation.auc[static_cast<std::size_t>(k)])}});
}

JsonValue confusion_json(const ConfusionMatrix& confusion) {
  std::vector<JsonValue> rows;
  for (Index truth = 0; truth < confusion.classes(); ++truth) {
    std::vector<JsonValue> counts;
    for (Index k = 0; k < confusion.classes(); ++k)
      counts.push_back(json_number(confusion(truth, k)));
    rows.push_back(json_list(std::move(counts)));
  }
  return json_list(std::move(rows));
}

void add_classes(JsonValue& json, const Evaluation& evaluation,
                 const std::vector<std::string>& names) {
  std::vector<JsonValue> classes;
  for (std::size_t k = 0; k < names.size(); ++k) {
    classes.push_back(class_json(evaluation, names[k], static_cast<Index>(k)));
  }
  json.add("accuracy", json_number(evaluation.metrics.accuracy));
  json.add("auc", json_number(evaluation.mean_auc));
  json.add("classes", json_list(std::move(classes)));
  json.add("confusion", confusion_json(*evaluation.confusion));
}

void add_errors(JsonValue& json, const OutputErrors& errors) {
  json.add("mae", json_number(errors.mae));
  json.add("rmse", json_number(errors.rmse));
  json.add("r2", json_number(errors.r2));
}

void add_outputs(JsonValue& json, const Evaluation& evaluation,
                 const std::vector<std::string>& names) {
  std::vector<JsonValue> outputs;
  for (std::size_t i = 0; i < names.size(); ++i) {
    outputs.push_back(json_object({{"name", json_of(names[i])}}));
    add_errors(outputs.back(), evaluation.outputs[i]);
  }
  add_errors(json, *evaluation.mean_errors);
  json.add("outputs", json_list(std::move(outputs)));
}

}  // namespace

JsonValue evaluation_json(const Evaluation& evaluation, const Preprocessing& preprocessing) {
  JsonValue json = json_object({{"samples", json_number(evaluation.metrics.samples)},
                                {"loss", json_number(evaluation.metrics.loss)}});
  if (evaluation.confusion) {
    add_classes(json, evaluation, preprocessing.class_names);
  } else {
    add_outputs(json, evaluation, preprocessing.target_names);
  }
  return json;
}

}  // namespace clino::app
