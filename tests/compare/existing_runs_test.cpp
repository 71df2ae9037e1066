#include "compare/existing_runs.hpp"

#include <fstream>

#include "tests/compare/compare_helpers.hpp"
#include "train/trainer.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;

namespace {

namespace fs = std::filesystem;

fs::path train_small(const test::TemporaryFolder& folder, const std::string& name,
                     const std::vector<std::string>& overrides) {
  TrainRequest request;
  request.config = parse_config(test::kSmallConfig, "small.json", ".", overrides);
  request.directory = folder / name;
  train(request);
  return request.directory;
}

}  // namespace

TEST_CASE("Runs that are there are grouped by what their configs differ in") {
  const test::TemporaryFolder folder;
  std::vector<fs::path> runs;
  for (const char* seed : {"1", "2"}) {
    for (const char* activation : {"relu", "tanh"}) {
      runs.push_back(train_small(
          folder, std::string(activation) + seed,
          {std::string("seed=") + seed, std::string("model.activation=") + activation}));
    }
  }
  const Comparison comparison = compare_runs(runs, parse_target("accuracy=0.5"), "", {});
  REQUIRE(comparison.variations.size() == 2);
  CHECK(comparison.variations[0].label == "relu");
  CHECK(comparison.variations[1].label == "tanh");
  CHECK(comparison.design == statistics::Design::paired);
  CHECK(comparison.seeds == 2);
  CHECK(comparison.find(0, 1)->contrast.n == 2);

  SECTION("without common seeds they are not paired") {
    const Comparison other =
        compare_runs(std::vector<fs::path>{runs[0], runs[2], runs[1]}, {}, "", {});
    CHECK(other.design == statistics::Design::independent);
  }
  SECTION("a pair with the same seeds is paired though others are not") {
    const fs::path elu = train_small(folder, "elu", {"seed=7", "model.activation=elu"});
    const fs::path more = train_small(folder, "more", {"seed=8", "model.activation=elu"});
    std::vector<fs::path> all = runs;
    all.insert(all.end(), {elu, more});
    const Comparison mixed = compare_runs(all, {}, "", {});
    CHECK(mixed.design == statistics::Design::independent);
    CHECK(mixed.find(0, 1)->design == statistics::Design::paired);
    CHECK(mixed.find(0, 2)->design == statistics::Design::independent);
  }
  SECTION("a measure that there is not, or that needs a target, is refused") {
    const auto refused = [&](const char* measure) {
      return test::refusal([&] { compare_runs(runs, {}, measure, {}); });
    };
    CHECK(contains(refused("final_los"), "did you mean \"final_loss\"?"));
    CHECK(contains(refused("epochs_to_target"), "needs a target"));
  }
  SECTION("options tell variations apart that have one type") {
    const fs::path mild =
        train_small(folder, "mild", {R"(model.activation={"type":"elu","alpha":1})"});
    const fs::path more =
        train_small(folder, "more", {R"(model.activation={"type":"elu","alpha":2})"});
    const Comparison labels = compare_runs(std::vector<fs::path>{runs[0], mild, more}, {}, "", {});
    CHECK(labels.variations[1].label != labels.variations[2].label);
  }
  SECTION("a run given twice is refused") {
    CHECK(contains(test::refusal([&] {
                     compare_runs(std::vector<fs::path>{runs[0], runs[0], runs[1]}, {}, "", {});
                   }),
                   "one run twice"));
  }
  SECTION("other data are a remark, and no pairs") {
    const fs::path moons =
        train_small(folder, "moons", {R"(data={"source":"moons","samples":80,"noise":0.05})"});
    const Comparison other = compare_runs(std::vector<fs::path>{runs[0], moons}, {}, "", {});
    CHECK_FALSE(other.same_data);
    CHECK(other.find(0, 1)->design == statistics::Design::independent);
    CHECK(contains(other.remarks[3] + other.remarks.back(), "not all runs have the same data"));
  }
  SECTION("names of their own are their labels") {
    const fs::path named = train_small(folder, "named", {"name=wide", "model.hidden=[9]"});
    const Comparison by_name = compare_runs(std::vector<fs::path>{runs[0], named}, {}, "", {});
    CHECK(by_name.variations[1].label == "wide");
  }
  SECTION("runs of one config have nothing to be compared with") {
    CHECK(contains(test::refusal([&] {
                     compare_runs(std::vector<fs::path>{runs[0], runs[2]}, {}, "", {});
                   }),
                   "nothing but the seed"));
  }
}

TEST_CASE("A run whose metrics were lost is damaged, not a run without values") {
  const test::TemporaryFolder folder;
  const std::vector<fs::path> runs = {train_small(folder, "a", {}),
                                      train_small(folder, "b", {"model.activation=tanh"})};
  std::ofstream(runs[0] / "metrics.jsonl").close();
  CHECK(contains(message_of<InputError>([&] { compare_runs(runs, {}, "", {}); }),
                 "metrics.jsonl is damaged: it has 0 epochs, the run had 4"));
}

TEST_CASE("A folder that is no run is refused by name") {
  const test::TemporaryFolder folder;
  CHECK(contains(message_of<InputError>(
                     [&] { compare_runs(std::vector<fs::path>{folder.path()}, {}, "", {}); }),
                 folder.path().string()));
}
