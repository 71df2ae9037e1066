#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

/// A program whose folder holds the finished runs `one` and `two`, of one config.
struct TwoRuns : Program {
  TwoRuns() {
    write_text(folder() / "net.json", R"({
      "name": "moons & <suns>",
      "data": {"source": "moons", "samples": 120},
      "model": {"hidden": [6], "activation": "relu"},
      "loss": "softmax_cross_entropy",
      "training": {"epochs": 3}
    })");
    for (const std::string name : {"one", "two"}) {
      const std::string seed = name == "one" ? "seed=1" : "seed=2";
      REQUIRE(run({"train", "net.json", seed, "report=false", "--out", name, "--quiet"}).code == 0);
    }
  }
};

TEST_CASE("the page of a run is written into its directory") {
  TwoRuns program;
  const Outcome outcome = program.run({"report", "one"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out == "one/report.html\n");
  CHECK(outcome.error.empty());
  const std::string page = read_text(program.folder() / "one/report.html");
  CHECK(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(contains(page, "<h1>moons &amp; &lt;suns&gt;</h1>"));
  CHECK(contains(page, "A 2-6-2 net with relu, trained on moons (120 samples)"));
  // The same run, the same page.
  REQUIRE(program.run({"report", "one"}).code == 0);
  CHECK(read_text(program.folder() / "one/report.html") == page);
}

TEST_CASE("the page of several runs is written here, or where one says") {
  TwoRuns program;
  CHECK(program.run({"report", "one", "two"}).out == "report.html\n");
  const std::string page = read_text(program.folder() / "report.html");
  CHECK(contains(page, "<h1>2 runs compared</h1>"));
  // Runs of one name are told apart.
  CHECK(contains(page, "<th scope=\"col\">one</th><th scope=\"col\">two</th>"));
  const Outcome outcome = program.run({"report", "two", "one", "-o", "both.html", "--json"});
  CHECK(nlohmann::json::parse(outcome.out)["file"] == "both.html");
  CHECK(std::filesystem::exists(program.folder() / "both.html"));
}

TEST_CASE("what cannot be reported is said, and leaves nothing behind") {
  TwoRuns program;
  const Outcome missing = program.run({"report", "one", "nowhere"});
  CHECK(missing.code == 3);
  CHECK(contains(missing.error, "nowhere"));
  CHECK_FALSE(std::filesystem::exists(program.folder() / "report.html"));
  const Outcome unwritable = program.run({"report", "one", "-o", "no/such/folder.html"});
  CHECK(unwritable.code == 3);
  CHECK(contains(unwritable.error, "no/such/folder.html"));
  CHECK(program.run({"report"}).code == 2);
}

}  // namespace
}  // namespace clino::test
