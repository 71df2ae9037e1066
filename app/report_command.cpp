#include <iostream>
#include <memory>

#include "app/command.hpp"
#include "report/report.hpp"
#include "train/json_value.hpp"

namespace clino::app {

namespace {

struct ReportArguments {
  std::vector<std::string> runs;
  std::string file;
};

int run_report(const ReportArguments& arguments, const CommonOptions& common) {
  const std::vector<std::filesystem::path> runs(arguments.runs.begin(), arguments.runs.end());
  std::filesystem::path file = arguments.file;
  if (file.empty()) file = runs.size() == 1 ? runs.front() / "report.html" : "report.html";
  write_report(file, runs);
  if (common.json) {
    std::cout << write_json(json_object({{"file", json_of(file.string())}})) << '\n';
  } else if (!common.quiet) {
    std::cout << file.string() << '\n';
  }
  return kDone;
}

}  // namespace

void add_report(CLI::App& program, CommonOptions& common, int& exit_code) {
  auto arguments = std::make_shared<ReportArguments>();
  CLI::App* verb =
      program.add_subcommand("report", "Write one HTML page on a run, or on several side by side");
  verb->add_option("runs", arguments->runs, "Run directories")->required()->type_name("RUN");
  verb->add_option("-o,--output", arguments->file,
                   "The page; default: RUN/report.html, of several runs report.html")
      ->type_name("FILE");
  verb->footer("The page needs no network, no server and no other file.");
  verb->callback([=, &common, &exit_code] { exit_code = run_report(*arguments, common); });
}

}  // namespace clino::app
