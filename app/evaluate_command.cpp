#include <filesystem>
#include <iostream>
#include <memory>
#include <utility>

#include "app/command.hpp"
#include "app/evaluation_output.hpp"
#include "app/jacobian_output.hpp"
#include "app/weights_option.hpp"
#include "core/errors.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "data/sources.hpp"
#include "train/batch.hpp"
#include "train/experiment.hpp"
#include "train/trained_run.hpp"

namespace clino::app {

namespace {

struct EvaluateArguments {
  std::string run;
  std::string data;
  bool jacobian = false;
  WeightsChoice weights = WeightsChoice::automatic;
};

/// Samples to evaluate, and what they are called in the output.
template <class T>
struct Part {
  std::string name;
  Dataset<T> dataset;
};

struct PartEvaluation {
  std::string name;
  Evaluation evaluation;
};

/// All that was asked for.
struct Evaluated {
  std::vector<PartEvaluation> parts;
  std::optional<JacobianOutput> jacobian;
};

/// The Jacobians on some samples of a part.
template <class T>
JacobianOutput spectra(TrainedRun<T>& run, const Part<T>& part) {
  constexpr Index kSamples = 16;
  const Index samples = std::min(kSamples, part.dataset.size());
  warn_of_cost(run.model, samples);
  const auto fill = [&](Tape<T>& tape, Index number) {
    // Evenly from the whole part, which may be sorted by class.
    const Index sample = number * part.dataset.size() / samples;
    fill_batch<T>(tape, run.model, part.dataset, std::span(&sample, 1), run.class_weights);
  };
  return {.part = part.name,
          .layers = run.model.layers,
          .records = jacobian_spectra<T>(run.model, run.parameters, samples, fill)};
}

/// A data file is like the training file where that was csv too; else it has a header, the inputs
/// in order and the target last.
Choice csv_like_training(const RunDescription& run, const std::string& path) {
  Choice source = run.config.data.source;
  if (source.type != "csv") {
    source = {.type = "csv", .options = {{"path", path}}};
    if (run.preprocessing.target_is_input) source.options["target"] = "input";
    return complete(data_source_catalogue(), source, "data source");
  }
  source.options["path"] = path;
  source.options["test_path"] = std::monostate{};
  return source;
}

template <class T>
Part<T> given_part(const RunDescription& run, const std::string& path) {
  if (std::filesystem::path(path).extension() == ".json") {
    const Config config = load_config(path);
    return {"data", load_with<T>(run.preprocessing, config.data.source, config.seed)};
  }
  return {"data", load_with<T>(run.preprocessing, csv_like_training(run, path))};
}

/// The validation and the test part; the training part where neither is there.
template <class T>
std::vector<Part<T>> own_parts(Data<T> data) {
  std::vector<Part<T>> parts;
  if (!data.validation.empty()) parts.push_back({"validation", std::move(data.validation)});
  if (!data.test.empty()) parts.push_back({"test", std::move(data.test)});
  if (parts.empty()) parts.push_back({"train", std::move(data.train)});
  return parts;
}

/// Balanced class weights are a property of the training part, whatever is evaluated.
bool weights_from_data(const Choice& loss) {
  return loss.has("class_weights") &&
         std::holds_alternative<std::string>(loss.options.at("class_weights"));
}

std::vector<double> weights_as_given(const Choice& loss) {
  if (!loss.has("class_weights")) return {};
  return loss.get<std::vector<double>>("class_weights");
}

template <class T>
Evaluated evaluate_parts(const RunDescription& description, const EvaluateArguments& arguments) {
  const std::string& data_path = arguments.data;
  const Choice& loss = description.config.loss;
  std::optional<Data<T>> data;
  if (data_path.empty() || weights_from_data(loss)) {
    data = load_own_data<T>(description, "; give others with --data");
  }
  TrainedRun<T> run = load_run<T>(
      description, data ? class_weights(description.config, *data) : weights_as_given(loss));

  std::vector<Part<T>> parts;
  if (data_path.empty()) {
    parts = own_parts(std::move(*data));
  } else {
    parts.push_back(given_part<T>(description, data_path));
  }
  Evaluator<T> evaluator = run.evaluator();
  Evaluated evaluated;
  for (const Part<T>& part : parts) {
    evaluated.parts.push_back(
        {part.name, evaluate_in_detail(evaluator, run.preprocessing, part.dataset)});
  }
  if (arguments.jacobian) evaluated.jacobian = spectra<T>(run, parts.front());
  return evaluated;
}

void print_json(const EvaluateArguments& arguments, const RunDescription& run,
                const Evaluated& evaluated) {
  JsonValue json = json_object(
      {{"run", json_of(arguments.run)}, {"weights", json_of(run.weights.filename().string())}});
  for (const auto& [name, evaluation] : evaluated.parts) {
    json.add(name, evaluation_json(evaluation, run.preprocessing));
  }
  if (evaluated.jacobian) json.add("jacobian", jacobian_json(*evaluated.jacobian));
  std::cout << write_json(json) << '\n';
}

int run_evaluate(const EvaluateArguments& arguments, const CommonOptions& common) {
  const RunDescription run = describe_run(arguments.run, arguments.weights);
  const kernels::FlushToZero flush(run.config.flush_to_zero);
  const Evaluated evaluated = with_dtype(
      run.config.dtype, [&](auto zero) { return evaluate_parts<decltype(zero)>(run, arguments); });
  if (common.json) {
    print_json(arguments, run, evaluated);
  } else if (!common.quiet) {
    std::cout << "weights: " << run.weights.string() << '\n';
    for (const auto& [name, evaluation] : evaluated.parts) {
      std::cout << '\n';
      print_evaluation(std::cout, name, evaluation, run.preprocessing);
    }
    if (evaluated.jacobian) print_jacobian(std::cout, *evaluated.jacobian);
  }
  return kDone;
}

}  // namespace

void add_evaluate(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<EvaluateArguments>();
  CLI::App* verb = program.add_subcommand("evaluate", "Measure a trained network on data");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  verb->add_option("--data", arguments->data,
                   "Data of a config (.json), or a csv file with the columns of the training "
                   "file; default: the run's own validation and test parts")
      ->type_name("CONFIG or FILE");
  verb->add_flag("--jacobian", arguments->jacobian,
                 "Also the singular values of the Jacobians of the net and of each layer");
  add_weights_option(*verb, arguments->weights);
  verb->callback([=, &common, &exit_code] { exit_code = run_evaluate(*arguments, common); });
}

}  // namespace clino::app
