// What a comparison looks like in the terminal, as JSON and as CSV.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "compare/comparison_csv.hpp"
#include "compare/comparison_json.hpp"
#include "compare/comparison_table.hpp"
#include "compare/remarks.hpp"
#include "report/text_fields.hpp"
#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using Json = nlohmann::ordered_json;

namespace {

Comparison sample() {
  Comparison comparison = test::comparison_of_times(
      {{"relu", {2, 3, 2, 3}}, {"a \"quoted\", label", {9, 8, 9, 10}}, {"sigmoid", {0, 0, 0, 0}}});
  comparison.runs[11].outcome = failed_outcome("stopped, at once");
  analyze(comparison, "", {parse_assertion("relu.epochs_to_target < 3")});
  comparison.remarks = remarks(comparison);
  return comparison;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("The table fits the terminal, and names ranks, counts and what holds") {
  const std::string text = comparison_table(sample());
  for (const std::string& line : lines_of(text)) {
    INFO(line);
    CHECK(report::columns_of(line) <= 80);
  }
  CHECK(contains(text, "3 variations, 4 seeds each; ranked by epochs to the target"));
  CHECK(contains(text, "rank  reached"));
  CHECK(contains(text, "4/4"));
  CHECK(contains(text, "never"));
  CHECK(contains(text, "holds: relu.epochs_to_target < 3 (2 and 3)"));
  CHECK(contains(text, "1 of 4 runs of sigmoid failed: stopped, at once"));
}

TEST_CASE("A label cannot move the cursor of a terminal") {
  Comparison comparison = test::comparison_of_times({{"a\033[2J\nb", {2, 3}}, {"c", {2, 3}}});
  analyze(comparison, "", {});
  const std::string text = comparison_table(comparison);
  CHECK(text.find('\033') == std::string::npos);
}

TEST_CASE("Without Unicode and colours the table is ASCII") {
  const std::string text = comparison_table(sample(), {.unicode = false});
  CHECK(std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 128; }));
}

TEST_CASE("The JSON has every pair by every measure, with n, interval and decision") {
  const Json json = Json::parse(comparison_json(sample()));
  CHECK(json["target"] == "accuracy 0.9");
  CHECK(json["horizon_epochs"] == 50);
  CHECK(json["correction"] == "holm");
  std::size_t primary = 0;
  for (const Json& pair : json["pairs"]) {
    CHECK(pair["n"].is_number());
    CHECK(pair["interval"].size() == 2);
    CHECK(pair["adjusted_p"] >= pair["p"]);
    CHECK((pair.contains("ratio") || pair.contains("difference")));
    if (pair.contains("sentence")) ++primary;
  }
  CHECK(primary == 3);
  const Json& sigmoid = json["variations"][2];
  CHECK(sigmoid["failed"] == 1);
  CHECK(sigmoid["measures"]["epochs_to_target"]["reached"] == 0);
  CHECK(sigmoid["measures"]["epochs_to_target"]["median"].is_null());
  CHECK(json["runs"].size() == 12);
  CHECK(json["runs"][11]["reason"] == "stopped, at once");
  CHECK(json["assertions"][0]["holds"] == true);
}

TEST_CASE("What is not finite is a text in JSON") {
  Comparison comparison =
      test::comparison_of_values("final_loss", {{"a", {1, 1, 1}}, {"b", {2, 2, 2}}});
  comparison.variations[0].tuning = Tuning{};
  comparison.variations[0].tuning->points.push_back({{}, INFINITY});
  analyze(comparison, "", {});
  CHECK(Json::parse(comparison_json(comparison))["variations"][0]["tuning"]["grid"][0]["loss"] ==
        "inf");
}

TEST_CASE("The CSV has a line for each run, and fields that hold their commas") {
  const std::vector<std::string> lines = lines_of(comparison_csv(sample()));
  REQUIRE(lines.size() == 13);
  CHECK(lines[0].starts_with("variation,seed,fold,status,reason,epochs,steps,epochs_to_target,"));
  CHECK(lines[1].starts_with("relu,1,,completed,,50,500,2,20,"));
  CHECK(lines[5].starts_with("\"a \"\"quoted\"\", label\",1,,completed,,50,500,9,"));
  CHECK(lines[12].starts_with("sigmoid,4,,failed,\"stopped, at once\",0,0,,,"));
}
