#include "app/evaluation_output.hpp"

namespace clino::app {

namespace {

JsonValue number(Index value) { return json_of(std::int64_t{value}); }
JsonValue number(double value) { return json_of(value); }
JsonValue number(const std::optional<double>& value) {
  return value ? number(*value) : JsonValue{};
}

JsonValue class_json(const Evaluation& evaluation, const std::string& name, Index k) {
  const ConfusionMatrix& confusion = *evaluation.confusion;
  return json_object({{"name", json_of(name)},
                      {"samples", number(confusion.samples(k))},
                      {"predicted", number(confusion.taken_for(k))},
                      {"recall", number(confusion.recall(k))},
                      {"precision", number(confusion.precision(k))},
                      {"auc", number(evaluation.auc[static_cast<std::size_t>(k)])}});
}

JsonValue confusion_json(const ConfusionMatrix& confusion) {
  std::vector<JsonValue> rows;
  for (Index truth = 0; truth < confusion.classes(); ++truth) {
    std::vector<JsonValue> counts;
    for (Index k = 0; k < confusion.classes(); ++k) counts.push_back(number(confusion(truth, k)));
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
  json.add("accuracy", number(evaluation.metrics.accuracy));
  json.add("auc", number(evaluation.mean_auc));
  json.add("classes", json_list(std::move(classes)));
  json.add("confusion", confusion_json(*evaluation.confusion));
}

void add_errors(JsonValue& json, const OutputErrors& errors) {
  json.add("mae", number(errors.mae));
  json.add("rmse", number(errors.rmse));
  json.add("r2", number(errors.r2));
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
  JsonValue json = json_object(
      {{"samples", number(evaluation.metrics.samples)}, {"loss", number(evaluation.metrics.loss)}});
  if (evaluation.confusion) {
    add_classes(json, evaluation, preprocessing.class_names);
  } else {
    add_outputs(json, evaluation, preprocessing.target_names);
  }
  return json;
}

}  // namespace clino::app
