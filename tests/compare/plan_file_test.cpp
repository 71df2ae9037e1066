#include "compare/jobs.hpp"
#include "compare/plan.hpp"
#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using test::refusal;

namespace {

/// A folder with a config and a comparison file beside it.
struct File {
  explicit File(const std::string& text) : path(folder.write("comparison.json", text)) {
    folder.write("small.json", test::kSmallConfig);
  }
  test::TemporaryFolder folder;
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("A comparison file says all that the command line can") {
  const File file(R"({
    // a comment
    "name": "both", "config": "small.json",
    "overrides": {"training.epochs": 7},
    "vary": {"model.activation": ["relu", {"type": "elu", "alpha": 2}], "model.hidden": [[4, 4], [8]]},
    "within": "model.hidden", "seeds": 3, "paired": false,
    "tune": {"optimizer.learning_rate": "log:0.1:1:3", "training.batch_size": [4, 8]},
    "tune_seeds": 2, "target": "accuracy=0.9", "measure": "steps_to_target", "folds": 4,
    "assert": ["relu.final_loss < 1"]
  })");
  REQUIRE(is_comparison_file(file.path));
  const Plan plan = load_plan(file.path);
  CHECK(plan.name == "both");
  CHECK(plan.variations.size() == 4);
  CHECK(plan.variations[2].label == "elu(alpha=2), hidden=2x4");
  CHECK(config_of(plan, plan.variations[2]).training.epochs == 7);
  CHECK(config_of(plan, plan.variations[2]).model.hidden->units == std::vector<Index>{4, 4});
  CHECK(plan.within == "model.hidden");
  CHECK(plan.seeds == 3);
  CHECK_FALSE(plan.paired);
  REQUIRE(plan.tune.size() == 2);
  CHECK(plan.tune[0].values.size() == 3);
  CHECK(plan.tune[1].values == std::vector<std::string>{"4", "8"});
  CHECK(plan.tune_seeds == 2);
  CHECK(plan.target->value == 0.9);
  CHECK(plan.measure == "steps_to_target");
  CHECK(plan.folds == 4);
  CHECK(plan.assertions.size() == 1);
}

TEST_CASE("Named variations may change several keys each") {
  const File file(R"({"config": "small.json", "variations": [
    {"label": "plain"},
    {"label": "he", "overrides": {"model.init": "he_normal", "model.activation": "relu"}}]})");
  const Plan plan = load_plan(file.path);
  CHECK(plan.name == "comparison");
  REQUIRE(plan.variations.size() == 2);
  CHECK(plan.variations[0].settings.empty());
  CHECK(plan.variations[1].settings.size() == 2);
  CHECK(config_of(plan, plan.variations[1]).model.init.type == "he_normal");
}

TEST_CASE("Mistakes in a comparison file come all at once, with their places") {
  const File file(R"({"confg": "small.json", "config": "small.json", "seeds": 0,
    "vary": {"model.activation": "relu"}, "variations": [{"overrides": []}], "folds": 1})");
  const std::string text = refusal([&] { load_plan(file.path); });
  CHECK(contains(text, "/confg: unknown key \"confg\"; did you mean \"config\"?"));
  CHECK(contains(text, "comparison.json:1:58: /seeds: expected a whole number"));
  CHECK(contains(text, "/vary/model.activation: expected a list"));
  CHECK(contains(text, "/variations/0/label: missing"));
  CHECK(contains(text, "/variations/0/overrides: expected an object"));
  CHECK(contains(text, "/folds: expected"));
}

TEST_CASE("A config is no comparison, nor is a file that is no JSON") {
  test::TemporaryFolder folder;
  CHECK_FALSE(is_comparison_file(folder.write("small.json", test::kSmallConfig)));
  CHECK_FALSE(is_comparison_file(folder.write("broken.json", "{")));
  CHECK_FALSE(is_comparison_file(folder / "missing.json"));
  CHECK_FALSE(is_comparison_file(folder.path()));
}
