#include "app/finding_lines.hpp"

#include <sstream>

#include "report/text_fields.hpp"
#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

Diagnosis finding(Severity severity, const std::string& text) {
  return {.severity = severity, .text = text};
}

}  // namespace

TEST_CASE("findings that are more than notes stand in lines of 80 columns") {
  CHECK(app::finding_lines({}).empty());
  CHECK(app::finding_lines({finding(Severity::note, "fine")}).empty());
  CHECK(app::finding_lines(
            {finding(Severity::severe, "first"), finding(Severity::warning, "second"),
             finding(Severity::note, "third")}) == "severe:    first\nwarning:   second\n");
  std::string text;
  for (int i = 0; i < 60; ++i) text += "wörd" + std::to_string(i) + " ";
  std::istringstream lines(
      app::finding_lines(std::vector<Diagnosis>(5, finding(Severity::severe, text))));
  std::size_t starts = 0;
  std::string last;
  for (std::string line; std::getline(lines, line); last = line) {
    CHECK(report::columns_of(line) <= 80);
    if (line.starts_with("severe:    w")) {
      ++starts;
    } else {
      CHECK(line.starts_with("           "));
      CHECK(line[11] != ' ');
    }
  }
  CHECK(starts == 3);
  CHECK(last == "           and 2 more");
}

TEST_CASE("training ends with what is wrong, and with nothing where nothing is") {
  Program program;
  write_text(program.folder() / "small.json", kSmallConfig);
  const auto printed = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"train", "small.json", "--overwrite", "--out", "a"});
    return program.run(arguments).out;
  };
  CHECK(printed({}).find("severe:") == std::string::npos);
  const std::string out =
      printed({"training.epochs=30", R"(optimizer={"type": "sgd", "learning_rate": 1e-9})"});
  const auto place = out.find(
      "\nsevere:    The weights hardly move: every update is below the "
      "rounding of\n           float32");
  REQUIRE(place != std::string::npos);
  CHECK(place < out.find("\nrun directory: a\n"));
  CHECK(printed(
            {"training.epochs=30", R"(optimizer={"type": "sgd", "learning_rate": 1e-9})", "--json"})
            .find("severe") == std::string::npos);
}

}  // namespace clino::test
