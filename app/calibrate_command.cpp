#include <iostream>
#include <memory>
#include <spdlog/spdlog.h>

#include "app/calibration_output.hpp"
#include "app/command.hpp"
#include "app/weights_option.hpp"
#include "core/kernels/flush_to_zero.hpp"
#include "report/calibration_page.hpp"
#include "report/calibration_text.hpp"
#include "train/atomic_file.hpp"
#include "train/calibration_file.hpp"
#include "train/run_directory.hpp"
#include "train/weights.hpp"

namespace clino::app {

namespace {

constexpr Index kMostBins = 1000;

struct CalibrateArguments {
  std::string run;
  std::string file;
  Index bins = kReliabilityBins;
  bool save = false;
  WeightsChoice weights = WeightsChoice::automatic;
};

struct Calibrated {
  Calibration calibration;
  std::string weights_hash;
};

template <class T>
Calibrated calibrate_run(const RunDescription& description, Index bins) {
  const Data<T> data = load_own_data<T>(description);
  TrainedRun<T> run = load_run<T>(description);
  return {.calibration = calibrate(run, description.config.loss, data, bins),
          .weights_hash = weights_hash(run.parameters)};
}

void print(const CalibrateArguments& arguments, const CommonOptions& common,
           const RunDescription& run, const Calibration& calibration) {
  if (common.json) {
    JsonValue json = json_object(
        {{"run", json_of(arguments.run)}, {"weights", json_of(run.weights.filename().string())}});
    JsonValue found = calibration_json(calibration);
    for (JsonMember& each : found.members) json.add(each.key, std::move(each.value));
    std::cout << write_json(json) << '\n';
  } else if (!common.quiet) {
    std::cout << "weights: " << run.weights.string() << "\n\n";
    print_calibration(std::cout, calibration);
  }
}

int run_calibrate(const CalibrateArguments& arguments, const CommonOptions& common) {
  const RunDescription run = describe_run(arguments.run, arguments.weights);
  require_classes(run.config.loss, run.preprocessing.target_kind);
  const kernels::FlushToZero flush(run.config.flush_to_zero);
  const auto [calibration, hash] = with_dtype(run.config.dtype, [&](auto zero) {
    return calibrate_run<decltype(zero)>(run, arguments.bins);
  });
  if (!calibration.fit.found()) {
    spdlog::error("{}{}", report::calibration_sentence(calibration),
                  arguments.save ? " Nothing is saved." : "");
  }
  print(arguments, common, run, calibration);
  if (!arguments.file.empty()) {
    write_atomically(arguments.file, report::calibration_html(calibration, run.config.name,
                                                              run.weights.filename().string()));
    if (!common.json && !common.quiet) std::cout << "\npage: " << arguments.file << '\n';
  }
  if (!calibration.fit.found()) return kFailed;
  if (arguments.save) {
    save_calibration(run, hash, calibration);
    if (!common.json && !common.quiet) {
      std::cout << "\nsaved for predict: " << (run.directory / run_files::kCalibration).string()
                << '\n';
    }
  }
  return kDone;
}

}  // namespace

void add_calibrate(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<CalibrateArguments>();
  CLI::App* verb = program.add_subcommand(
      "calibrate", "Fit a temperature that makes a network as sure as it is right");
  verb->add_option("run", arguments->run, "Run directory")->required()->type_name("RUN");
  verb->add_option("-o,--output", arguments->file,
                   "Also a page with reliability diagrams; default: none")
      ->type_name("FILE");
  verb->add_flag("--save", arguments->save,
                 "Leave the temperature in the run, where predict takes it from");
  verb->add_option("--bins", arguments->bins, "Bins of confidence, of equal width; default 15")
      ->check(CLI::Range(Index{1}, kMostBins))
      ->type_name("N");
  add_weights_option(*verb, arguments->weights);
  verb->footer(
      "The temperature is fitted on the validation part; the test part, where there is one, tells\n"
      "what it is worth. Exit code 1: no temperature fits best, and the message says why.");
  verb->callback([=, &common, &exit_code] { exit_code = run_calibrate(*arguments, common); });
}

}  // namespace clino::app
