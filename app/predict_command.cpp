#include <iostream>
#include <memory>
#include <optional>
#include <spdlog/spdlog.h>

#include "app/byte_buffer.hpp"
#include "app/command.hpp"
#include "app/prediction_line.hpp"
#include "app/weights_option.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "data/row_reader.hpp"
#include "train/calibration_file.hpp"
#include "train/class_probabilities.hpp"
#include "train/run_directory.hpp"
#include "train/weights.hpp"

namespace clino::app {

namespace {

struct PredictArguments {
  std::string run;
  std::string file = "-";
  WeightsChoice weights = WeightsChoice::automatic;
  bool uncalibrated = false;
};

/// How the rows are answered.
struct AnswerOptions {
  bool json = false;
  bool quiet = false;
  bool uncalibrated = false;
  bool flush = false;  ///< each at once, for whoever waits for an answer before the next row
};

/// What the logits are divided by: the temperature of the loss, times that of the run's calibration
/// where it has one.
template <class T>
double temperature(const RunDescription& description, const TrainedRun<T>& run,
                   const AnswerOptions& options) {
  const double of_loss = temperature_of(description.config.loss);
  if (options.uncalibrated) return of_loss;
  const auto saved = load_calibration(description, weights_hash(run.parameters));
  if (!saved) return of_loss;
  if (!options.quiet) {
    spdlog::info(
        "probabilities are calibrated: temperature {:.6g} of {} in the run; --uncalibrated leaves "
        "it out",
        saved->temperature, run_files::kCalibration);
  }
  return of_loss * saved->temperature;
}

/// Rows are answered one at a time, so that a prediction does not depend on the rows around it.
template <class T>
void predict_rows(const RunDescription& description, std::istream& rows, const std::string& name,
                  const AnswerOptions& options) {
  TrainedRun<T> run = load_run<T>(description);
  Evaluator<T> evaluator = run.evaluator();
  PredictionLine<T> line(run.preprocessing, temperature(description, run, options), options.json);
  RowReader<T> reader(run.preprocessing, rows, name);
  std::vector<T> inputs(static_cast<std::size_t>(run.preprocessing.features()));
  const Matrix<const T> column{inputs.data(), run.preprocessing.features(), 1};
  while (std::cout && reader.next(inputs)) {
    std::cout << line.of(evaluator.predict(column).column(0));
    if (options.flush) std::cout.flush();
  }
}

int run_predict(const PredictArguments& arguments, const CommonOptions& common) {
  const RunDescription run = describe_run(arguments.run, arguments.weights);
  const kernels::FlushToZero flush_to_zero(run.config.flush_to_zero);
  const bool from_input = arguments.file == "-";
  std::optional<ByteBuffer> file;
  if (!from_input) file.emplace(arguments.file);
  std::istream rows(from_input ? std::cin.rdbuf() : &*file);
  const std::string name = from_input ? "standard input" : arguments.file;
  const AnswerOptions options{.json = common.json,
                              .quiet = common.quiet,
                              .uncalibrated = arguments.uncalibrated,
                              .flush = from_input};
  try {
    with_dtype(run.config.dtype,
               [&](auto zero) { predict_rows<decltype(zero)>(run, rows, name, options); });
  } catch (...) {
    std::cout.flush();  // the answers to the rows before a bad one come before its message
    throw;
  }
  return kDone;
}

}  // namespace

void add_predict(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<PredictArguments>();
  CLI::App* verb = program.add_subcommand(
      "predict", "Answer each row of a csv file or of standard input with one line");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  verb->add_option("rows", arguments->file,
                   "csv file with the training file's columns or its inputs alone; - or nothing "
                   "is standard input")
      ->type_name("FILE");
  add_weights_option(*verb, arguments->weights);
  verb->add_flag("--uncalibrated", arguments->uncalibrated,
                 "Leave out the temperature that `calibrate --save` left in the run");
  verb->footer(
      "A line is CLASS,PROBABILITY for classes and the outputs with commas between them for\n"
      "numbers; with --json an object that has the probabilities of all classes.");
  verb->callback([=, &common, &exit_code] { exit_code = run_predict(*arguments, common); });
}

}  // namespace clino::app
