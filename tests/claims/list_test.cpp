#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "claims/article.hpp"
#include "claims/claims_json.hpp"
#include "claims/claims_table.hpp"
#include "claims/net.hpp"
#include "claims/run_claims.hpp"
#include "core/errors.hpp"
#include "report/text_fields.hpp"
#include "tests/claims/claim_helpers.hpp"
#include "tests/report/markup.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"
#include "train/atomic_file.hpp"
#include "train/json_reader.hpp"

using namespace clino;
using namespace clino::claims;

namespace {

Claim made_claim() {
  return {.name = "made-up",
          .row = "A99",
          .title = "A title with <tags> & more",
          .statement = "Everything is as it is.",
          .formula = "a = a",
          .story = "Because.",
          .source = "nobody",
          .config = "{}"};
}

/// A claim with one check that holds and one that may not.
Result made_result(const Claim& claim, double measured) {
  Checks checks;
  checks.exact("the first <figure>", 1, 1, .1);
  checks.in_range("the second figure, with a name that is long enough to be broken on a terminal",
                  {0, 1}, measured, "looked at");
  report::Figure figure{.title = "A picture", .x_title = "x", .y_title = "y"};
  figure.lines.push_back({.label = "line", .x = {1, 2}, .y = {1, 2}});
  return {.claim = &claim,
          .outcome = {.ran = "Something was run.", .checks = checks.take(), .figures = {figure}},
          .seconds = 1.25};
}

}  // namespace

TEST_CASE("Claims have names, rows and texts of their own, and configs that load") {
  std::set<std::string_view> names, rows;
  for (const Claim& claim : all_claims()) {
    INFO(claim.name);
    CHECK(names.insert(claim.name).second);
    CHECK(rows.insert(claim.row).second);
    CHECK(claim.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-0123456789") ==
          std::string_view::npos);
    for (const std::string_view text : {claim.title, claim.statement, claim.story}) {
      CHECK_FALSE(text.empty());
    }
    CHECK(claim.statement.ends_with('.'));
    if (!claim.config.empty()) CHECK_NOTHROW(claim_config({}, claim.config));
  }
}

TEST_CASE("Claims are selected by name and by row, in the order of the list") {
  CHECK(select_claims({}).size() == all_claims().size());
  const std::vector<std::string> twice = {"A4", "vanishing"};
  const auto selected = select_claims(twice);
  REQUIRE(selected.size() == 1);
  CHECK(selected.front()->name == "vanishing");
  const std::vector<std::string> wrong = {"vanishin"};
  CHECK(message_of<UsageError>([&] { select_claims(wrong); }).find("vanishing") !=
        std::string::npos);
}

TEST_CASE("The article is well-formed and says what came out") {
  const Claim claim = made_claim();
  const std::vector<Result> results = {made_result(claim, 2)};
  const std::string page = article_html(results, {.seed = 5});
  CHECK_NOTHROW(test::MarkupReader(page).read());
  CHECK_FALSE(page.find("does not hold") == std::string::npos);
  CHECK_FALSE(page.find("A title with &lt;tags&gt; &amp; more") == std::string::npos);
  CHECK_FALSE(page.find("seed 5") == std::string::npos);
  CHECK_FALSE(page.find("<svg") == std::string::npos);
}

TEST_CASE("The JSON of the claims") {
  const Claim claim = made_claim();
  const std::vector<Result> results = {made_result(claim, .5)};
  const JsonReading reading = read_json(claims_json(results, {}), "claims.json");
  REQUIRE(reading.root);
  CHECK(std::get<bool>(reading.root->find("all_hold")->scalar));
  const JsonValue& row = reading.root->find("claims")->items.front();
  CHECK(*row.find("verdict")->text() == "holds");
  CHECK(row.find("checks")->items.size() == 2);
  CHECK(*row.find("checks")->items[1].find("predicted")->text() == "0 to 1");
}

TEST_CASE("Rows fit 80 columns") {
  const Claim claim = made_claim();
  for (const double measured : {.5, 2.}) {
    const Result result = made_result(claim, measured);
    for (const bool all : {false, true}) {
      std::istringstream lines(table_head({}) + table_row(result, {}, all));
      for (std::string line; std::getline(lines, line);) {
        INFO(line);
        CHECK(report::columns_of(line) <= 80);
      }
    }
  }
  // One that does not hold shows all there is, asked or not.
  CHECK(table_row(made_result(claim, 2), {}).find("the second figure") != std::string::npos);
  CHECK(table_row(made_result(claim, .5), {}).find("the second figure") == std::string::npos);
}

TEST_CASE("A directory of claims") {
  const test::TemporaryFolder folder;
  const Claim claim = made_claim();
  const std::vector<Result> results = {made_result(claim, .5)};
  const std::filesystem::path directory = folder.path() / "a" / "b";
  write_claims(results, {}, directory, false);
  CHECK(std::filesystem::exists(directory / "claims.html"));
  CHECK(read_file((directory / "configs" / "made_up.json").string()) == "{}");
  CHECK_THROWS_AS(write_claims(results, {}, directory, false), UsageError);
  CHECK_NOTHROW(write_claims(results, {}, directory, true));
}

TEST_CASE("A claim gives up when it is told to") {
  const std::atomic<int> stop = 2;
  CHECK_THROWS_AS(run_claims(select_claims({}), {.stop = &stop}), Interrupted);
}
