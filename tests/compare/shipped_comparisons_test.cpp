// The comparisons of configs/, and the stories that docs/gallery tells of them.

#include <nlohmann/json.hpp>

#include "tests/compare/compare_helpers.hpp"
#include "train/atomic_file.hpp"
#include "train/json_reader.hpp"

using namespace clino;
using namespace clino::compare;

namespace {

namespace fs = std::filesystem;

fs::path shipped(const std::string& name) {
  return fs::path(CLINO_SOURCE_DIR) / "configs" / ("compare_" + name + ".json");
}

std::vector<fs::path> shipped_comparisons() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(CLINO_SOURCE_DIR "/configs")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("compare_")) files.push_back(entry.path());
  }
  REQUIRE(files.size() >= 6);
  return files;
}

/// A shipped comparison with fewer seeds and shorter runs, trained.
Comparison trained(const std::string& name, Index seeds,
                   const std::vector<std::string>& overrides) {
  const test::TemporaryFolder folder;
  CompareRequest request;
  request.plan = load_plan(shipped(name));
  request.plan.seeds = seeds;
  request.plan.overrides.insert(request.plan.overrides.end(), overrides.begin(), overrides.end());
  request.directory = folder / "out";
  request.workers = 2;
  return run_comparison(request).comparison;
}

const VariationResult& find(const Comparison& comparison, const std::string& label) {
  for (const VariationResult& variation : comparison.variations) {
    if (variation.label == label) return variation;
  }
  FAIL("no variation " << label);
  return comparison.variations.front();
}

bool better(const Comparison& comparison, const std::string& a, const std::string& b) {
  const auto place = [&](const std::string& label) {
    return static_cast<std::size_t>(&find(comparison, label) - comparison.variations.data());
  };
  const Pair* pair = comparison.find(place(a), place(b));
  REQUIRE(pair != nullptr);
  return pair->better == place(a);
}

}  // namespace

TEST_CASE("Every shipped comparison is sound, and so is the config of every variation") {
  for (const fs::path& file : shipped_comparisons()) {
    INFO(file.string());
    REQUIRE(is_comparison_file(file));
    const Plan plan = load_plan(file);
    check_plan(plan);
    for (const Variation& variation : plan.variations) {
      INFO(variation.label);
      CHECK_NOTHROW(config_of(plan, variation));
    }
  }
}

TEST_CASE("Every key of a shipped comparison, misspelt, is refused") {
  for (const fs::path& file : shipped_comparisons()) {
    INFO(file.string());
    const test::TemporaryFolder folder;
    JsonValue document = *read_json(read_file(file.string()), "").root;
    for (JsonMember& member : document.members) {
      if (member.key == "config") continue;  // without it it would be another kind of file
      member.key += "_";
      const fs::path wrong = folder.write("wrong.json", write_json(document));
      CHECK_THROWS_AS(load_plan(wrong), ConfigError);
      member.key.pop_back();
    }
  }
}

TEST_CASE("Swapping activations: who trains twelve layers, and what the gain has to do with it",
          "[slow]") {
  const Comparison comparison =
      trained("activations", 10, {"training.epochs=30", "log.every=null"});
  for (const char* depth : {"6x16", "12x16"}) {
    const auto at = [&](const std::string& name) { return name + ", hidden=" + depth; };
    for (const char* good : {"relu", "tanh", "elu"}) {
      for (const char* bad : {"sigmoid", "identity"}) {
        INFO(depth << ": " << good << " against " << bad);
        CHECK(better(comparison, at(good), at(bad)));
      }
    }
    CHECK(find(comparison, at("sigmoid")).rank == find(comparison, at("identity")).rank);
  }
  CHECK(better(comparison, "gelu, hidden=12x16", "gelu, Glorot, hidden=12x16"));
  // Ties of the reference (docs/gallery) are not claimed as differences.
  for (const char* depth : {"2x16", "12x16"}) {
    const Index rank = find(comparison, std::string("gelu, hidden=") + depth).rank;
    CHECK(find(comparison, std::string("silu, hidden=") + depth).rank == rank);
  }
  CHECK(find(comparison, "elu, hidden=2x16").rank == find(comparison, "gelu, hidden=2x16").rank);
}

TEST_CASE("Batch norm against saturation", "[slow]") {
  const Comparison comparison = trained("batch_norm", 5, {"training.epochs=40"});
  CHECK(better(comparison, "sigmoid, batch norm", "sigmoid"));
}

TEST_CASE("The gate of GELU regularises", "[slow]") {
  const Comparison comparison = trained("gelu_gate", 10, {"training.epochs=100", "log.every=null"});
  CHECK(better(comparison, "stochastic gelu", "gelu"));
}

TEST_CASE("The outputs of a sigmoid are all positive: gradients of one sign") {
  const Comparison comparison = trained("zigzag", 3, {"training.epochs=3"});
  const auto mean = [&](const char* label) {
    return find(comparison, label).find("same_sign_fraction")->values.mean;
  };
  CHECK(mean("sigmoid") > mean("tanh") + 0.3);
}
