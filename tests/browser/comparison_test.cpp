// The page of a comparison: readable with few variations and with many, harmless whatever labels
// say.

#include <string>

#include "compare/page.hpp"
#include "tests/browser/axe.hpp"
#include "tests/browser/hostile.hpp"
#include "tests/browser/page.hpp"
#include "tests/catch.hpp"
#include "tests/compare/comparison_samples.hpp"

namespace clino::test {
namespace {

/// The page of a made-up comparison, in a folder that goes with it.
struct ComparisonPageFile {
  explicit ComparisonPageFile(const compare::Comparison& comparison)
      : file(folder.write("comparison.html", compare::comparison_html(comparison, folder.path()))) {
  }

  TemporaryFolder folder;
  std::string file;
};

ComparisonPageFile page_of(std::size_t variations) {
  return ComparisonPageFile(sample_comparison({.variations = variations}));
}

bool minds_its_business(Tab& tab) {
  const Noticed& noticed = tab.noticed();
  return noticed.complaints.empty() && noticed.requests.empty() && noticed.violations.empty() &&
         noticed.dialogs.empty() && noticed.departures.empty();
}

TEST_CASE("the page of a comparison opens without a word, with 3, 12 and 60 variations") {
  for (const std::size_t variations : {3U, 12U, 60U}) {
    const ComparisonPageFile page = page_of(variations);
    Tab tab(page.file);
    INFO(variations << " variations");
    CHECK(minds_its_business(tab));
    CHECK(tab.evaluate("document.querySelectorAll('#ranking tbody th[scope=row]').length") ==
          variations);
  }
}

TEST_CASE("the page of a comparison needs no scrolling sideways in a narrow window") {
  for (const std::size_t variations : {3U, 60U}) {
    const ComparisonPageFile page = page_of(variations);
    Tab tab(page.file, {.width = 400});
    INFO(variations << " variations");
    CHECK(tab.evaluate("document.documentElement.scrollWidth") == 400);
  }
}

TEST_CASE("labels, names and reasons cannot make the page of a comparison do anything") {
  compare::Comparison comparison = sample_comparison({.variations = kHostile.size()});
  for (std::size_t i = 0; i < kHostile.size(); ++i) {
    compare::VariationResult& variation = comparison.variations[i];
    variation.label = variation.name = kHostile[i];
    variation.settings = {{std::string(kHostile[i]), std::string(kHostile[i])}};
    compare::RunResult& run = comparison.runs[variation.runs.front()];
    run.directory = std::string(kHostile[i]);
    run.outcome.status = "failed";
    run.outcome.reason = kHostile[i];
  }
  comparison.name = kHostile[1];
  const ComparisonPageFile page(comparison);
  Tab tab(page.file);
  CHECK(minds_its_business(tab));
  CHECK(tab.evaluate("typeof top.ran") == "undefined");
}

TEST_CASE("axe-core finds no serious problem on the page of a comparison", "[accessibility]") {
  if (!has_axe()) return;
  for (const std::size_t variations : {3U, 12U}) {
    const ComparisonPageFile page = page_of(variations);
    for (const View& view : {View{}, View{.dark = true}, View{.width = 400}}) {
      Tab tab(page.file, view);
      for (const std::string& problem : serious_problems(tab)) {
        INFO(variations << " variations, width " << view.width << ", dark " << view.dark);
        FAIL_CHECK(problem);
      }
    }
  }
}

}  // namespace
}  // namespace clino::test
