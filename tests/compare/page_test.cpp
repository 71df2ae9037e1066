#include <set>

#include "compare/remarks.hpp"
#include "report/html.hpp"
#include "tests/catch.hpp"
#include "tests/compare/comparison_samples.hpp"
#include "tests/compare/page_checks.hpp"
#include "tests/extremes.hpp"
#include "tests/report/hostile.hpp"
#include "tests/temporary_folder.hpp"

using namespace clino;
using clino::test::kInfinity;
using clino::test::kNaN;
using compare::Comparison;
using test::all_of;
using test::check_page;
using test::Element;
using test::elements_of;
using test::has_class;
using test::section_ids;

TEST_CASE("the page of a comparison has its sections in order") {
  for (const std::size_t variations : {3U, 12U, 60U}) {
    INFO(variations);
    const auto elements = elements_of(test::sample_comparison(
        {.variations = variations, .seeds = 5, .tuned = true, .failures = true}));
    check_page(elements);
    CHECK(section_ids(elements) == std::vector<std::string>{"summary", "settings", "ranking",
                                                            "convergence", "survival", "intervals",
                                                            "signal", "runs"});
    std::size_t convergence = 0;
    for (const Element& figure : all_of(elements, "figure"))
      convergence += has_class(figure, "panel");
    // Convergence and signal; the survival of few is one picture.
    CHECK(convergence == (variations > 6 ? 3 : 2) * variations);
  }
}

TEST_CASE("the page of a comparison runs nothing and loads nothing") {
  const auto elements = elements_of(test::sample_comparison({}));
  const auto metas = all_of(elements, "meta", "http-equiv", "Content-Security-Policy");
  REQUIRE(metas.size() == 1);
  const std::string& policy = metas[0].attributes.at("content");
  CHECK(policy.starts_with("default-src 'none'; script-src 'none'; style-src 'sha256-"));
  CHECK(policy.find("unsafe") == policy.npos);
  CHECK(all_of(elements, "style").size() == 2);
}

TEST_CASE("sections without data are left out") {
  const auto ids = [](const test::SampleOptions& options) {
    return section_ids(elements_of(test::sample_comparison(options)));
  };
  CHECK(ids({.target = false, .layers = 0}) == std::vector<std::string>{"summary", "settings",
                                                                        "ranking", "convergence",
                                                                        "intervals", "runs"});
  CHECK(section_ids(elements_of(Comparison())) == std::vector<std::string>{"summary"});
}

TEST_CASE("the page stays small") {
  Comparison comparison =
      test::sample_runs({.variations = 60, .epochs = 1000, .failures = true, .layers = 101});
  // Neighbours that differ are no single rectangle.
  for (compare::RunResult& run : comparison.runs) {
    for (auto& row : run.outcome.signal.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) row[i] = -static_cast<double>(i * i);
    }
  }
  compare::analyze(comparison, "", {});
  const std::string page = compare::comparison_html(comparison, "/nowhere");
  CHECK(page.size() < 2'000'000);
  std::size_t cells = 0;
  for (const Element& path : all_of(test::read_markup(page), "path")) {
    if (!path.attributes.contains("fill")) continue;
    cells += static_cast<std::size_t>(std::ranges::count(path.attributes.at("d"), 'M'));
  }
  CHECK(cells > 10'000);
  CHECK(cells <= 20'000);
}

TEST_CASE("the table of the ranking is by rank and has every label") {
  const Comparison comparison = test::sample_comparison({.variations = 12, .seeds = 6});
  const auto elements = elements_of(comparison);
  std::vector<std::string> labels;
  std::size_t tables = 0;
  for (const Element& element : elements) {
    if (element.tag == "table") tables += has_class(element, "ranking") ? 1 : tables > 0 ? 1 : 0;
    if (tables == 1 && element.tag == "th" && element.attributes.at("scope") == "row") {
      labels.push_back(element.text);
    }
  }
  std::vector<std::string> expected;
  for (const std::size_t i : compare::by_rank(comparison)) {
    expected.push_back(comparison.variations[i].label);
  }
  CHECK(labels == expected);
}

TEST_CASE("pairs are told apart in the table of pairs both ways") {
  const Comparison comparison = test::sample_comparison({.variations = 5, .seeds = 8});
  std::size_t better = 0, worse = 0, told = 0;
  bool better_first = false;  // the first row is that of the first in the ranking
  for (const Element& cell : all_of(elements_of(comparison), "td")) {
    if (better + worse == 0 && has_class(cell, "better")) better_first = true;
    better += has_class(cell, "better");
    worse += has_class(cell, "worse");
    // Not by colour alone.
    if (has_class(cell, "better")) CHECK(cell.text.starts_with("▲"));
    if (has_class(cell, "worse")) CHECK(cell.text.starts_with("▼"));
  }
  for (const compare::Pair* pair : comparison.primary_pairs()) told += pair->told_apart;
  CHECK(told > 0);
  CHECK(better_first);
  CHECK(better == told);
  CHECK(worse == told);
}

TEST_CASE("hostile names change nothing but text") {
  const std::vector<std::string> hostile = test::hostile_strings();
  const auto with = [&](bool harmful) {
    Comparison comparison = test::sample_runs(
        {.variations = hostile.size(), .seeds = 2, .epochs = 4, .tuned = true, .layers = 2});
    for (std::size_t i = 0; i < hostile.size(); ++i) {
      const std::string text = harmful ? hostile[i] : "plain " + std::to_string(i);
      compare::VariationResult& variation = comparison.variations[i];
      variation.label = text;
      variation.settings = {{harmful ? hostile[7] : "key", text}};
      variation.tuning->chosen = {{{harmful ? hostile[3] : "tuned", text}, true}};
      for (const std::size_t run : variation.runs) {
        comparison.runs[run].directory = harmful ? "runs/" + text : "runs/plain";
        comparison.runs[run].outcome.signal.layers = {text, text};
      }
      compare::RunOutcome& last = comparison.runs[variation.runs.back()].outcome;
      last.status = "failed";
      last.reason = text;
    }
    comparison.name = harmful ? hostile[0] : "plain";
    compare::analyze(comparison, "", {});
    comparison.remarks = compare::remarks(comparison);
    comparison.assertions = {
        {harmful ? hostile[1] : "plain", false, 1, 2, harmful ? hostile[4] : "plain"}};
    return elements_of(comparison);
  };
  const auto harmful = with(true), harmless = with(false);
  check_page(harmful);
  REQUIRE(harmful.size() == harmless.size());
  for (std::size_t i = 0; i < harmful.size(); ++i) {
    if (harmful[i].tag != harmless[i].tag) FAIL_CHECK(harmful[i].tag);
    if (harmful[i].attributes.size() != harmless[i].attributes.size()) FAIL_CHECK(harmful[i].tag);
  }
  std::set<std::string> rows;
  for (const Element& row : all_of(harmful, "th", "scope", "row")) rows.insert(row.text);
  for (const std::string& text : hostile) CHECK(rows.contains(report::cleaned(text)));
}

TEST_CASE("each run is linked to its report, or to its folder") {
  const test::TemporaryFolder folder;
  Comparison comparison = test::sample_runs({.variations = 2, .seeds = 2, .epochs = 5});
  comparison.runs[0].directory = "runs/a b:c?#%";
  comparison.runs[1].directory = "javascript:alert(1)";
  comparison.runs[2].directory = "//host/run/";
  comparison.runs[3].directory = "";
  std::filesystem::create_directories(folder.path() / "runs/a b:c?#%");
  folder.write("runs/a b:c?#%/report.html", "a report");
  compare::analyze(comparison, "", {});
  std::vector<std::string> links;
  for (const Element& link : all_of(elements_of(comparison, folder.path()), "a")) {
    if (!link.attributes.at("href").starts_with("#")) links.push_back(link.attributes.at("href"));
  }
  CHECK(links == std::vector<std::string>{"runs/a%20b%3Ac%3F%23%25/report.html",
                                          "javascript%3Aalert%281%29/", "/host/run/"});
}

TEST_CASE("the matrix of runs says why a run failed and which never got there") {
  Comparison comparison = test::sample_runs({.variations = 2, .seeds = 3, .epochs = 30});
  comparison.runs[4].outcome = compare::failed_outcome("no such file");
  comparison.runs[5].outcome.figures.erase("epochs_to_target");
  compare::analyze(comparison, "", {});
  std::vector<Element> cells;
  for (const Element& cell : all_of(elements_of(comparison), "td")) {
    if (cell.attributes.contains("title")) cells.push_back(cell);
  }
  REQUIRE(cells.size() == 6);
  const bool first = compare::by_rank(comparison)[0] == 0;
  const Element& failed = cells[first ? 4 : 1];
  CHECK(failed.text == "failed");
  CHECK(failed.attributes.at("title") == "seed 2: no such file");
  CHECK(cells[first ? 5 : 2].text == "—");
}

TEST_CASE("comparisons that say next to nothing have pages all the same") {
  using Change = void (*)(Comparison&);
  const Change changes[] = {
      [](Comparison& one) {
        for (auto& run : one.runs) run.outcome = compare::failed_outcome("it broke");
      },
      [](Comparison& one) {
        for (auto& run : one.runs) {
          for (double& loss : run.outcome.curves.validation_loss) loss = kNaN;
          for (double& accuracy : run.outcome.curves.validation_accuracy) accuracy = kNaN;
          for (auto& row : run.outcome.signal.rows) std::ranges::fill(row, kNaN);
        }
      },
      [](Comparison& one) {
        for (auto& run : one.runs) {
          for (double& loss : run.outcome.curves.validation_loss) loss = kInfinity;
          run.outcome.figures = {{"final_loss", 1e308}, {"final_accuracy", 0}};
          for (auto& row : run.outcome.signal.rows) std::ranges::fill(row, -300);
        }
      },
      [](Comparison& one) {
        for (auto& run : one.runs) run.outcome.figures = {{"final_loss", 0}};
      },
      [](Comparison& one) {
        for (auto& run : one.runs) run.outcome.curves = {};
        for (auto& run : one.runs) run.outcome.signal.rows.assign(3, {});
      },
      [](Comparison& one) {
        for (auto& variation : one.variations) variation.runs.clear();
        one.runs.clear();
      },
      [](Comparison& one) {
        one.runs[0].outcome.signal = {{"only"}, {{1}}};
        one.runs[0].outcome.curves.validation_loss = {1e300, 1e-300, kNaN, kInfinity};
      },
  };
  for (const Change change : changes) {
    for (const std::size_t seeds : {1U, 2U, 4U}) {
      for (const bool target : {true, false}) {
        for (const bool classes : {true, false}) {
          INFO("change " << (&change - changes) << ", seeds " << seeds);
          Comparison comparison = test::sample_runs(
              {.variations = 7, .seeds = seeds, .epochs = 6, .target = target, .classes = classes});
          change(comparison);
          compare::analyze(comparison, "", {});
          check_page(elements_of(comparison));
        }
      }
    }
  }
}
