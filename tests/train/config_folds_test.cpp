#include <set>

#include "core/errors.hpp"
#include "tests/throws.hpp"
#include "tests/train/config_support.hpp"
#include "tests/train/run_helpers.hpp"
#include "train/experiment.hpp"
#include "train/resume_point.hpp"

using namespace clino;
using namespace config_test;

namespace {

void finds(const std::vector<std::string>& overrides, const std::string& expected) {
  const std::string finding = finding_of(kMinimal, overrides);
  INFO(finding << " should mention " << expected);
  CHECK(finding.find(expected) != std::string::npos);
}

}  // namespace

TEST_CASE("A config without folds has none") {
  for (const auto& overrides : std::vector<std::vector<std::string>>{
           {}, {"data.folds=null"}, {"data.fold=null"}, {"data.folds=null", "data.fold=null"}}) {
    CHECK(parse(overrides).data == parse().data);
  }
  CHECK_FALSE(parse().data.folds.has_value());
  CHECK(parse().data.fold == 0);
}

TEST_CASE("Folds make the validation part, whatever fraction is the default") {
  for (const auto& more : std::vector<std::vector<std::string>>{
           {}, {"data.validation_fraction=0"}, {"data.validation_fraction=0.0"}}) {
    std::vector<std::string> overrides{"data.folds=5", "data.fold=4"};
    overrides.insert(overrides.end(), more.begin(), more.end());
    const DataConfig data = parse(overrides).data;
    CHECK(data.folds == 5);
    CHECK(data.fold == 4);
    CHECK(data.validation_fraction == 0);
  }
  CHECK(parse({"data.folds=2"}).data.fold == 0);
  CHECK(parse({"data.folds=2", "data.fold=null"}).data.fold == 0);
  CHECK(findings_of(kMinimal, {"data.folds=5", "training.early_stopping={}"}).empty());
  CHECK(findings_of(kMinimal, {"data.folds=5", "data.test_fraction=0.9"}).empty());
  CHECK(findings_of(kMinimal, {R"(data={"source":"csv","path":"a","test_path":"b","folds":5})"})
            .empty());
}

TEST_CASE("Impossible folds are findings, each where it stands") {
  for (const char* folds : {"1", "0", "-2", "2.5", "five", "1e17"}) {
    finds({std::string("data.folds=") + folds},
          "/data/folds: expected null or a whole number in [2, 2^53], found ");
  }
  for (const char* fold : {"-1", "0.5", "first"}) {
    finds({"data.folds=5", std::string("data.fold=") + fold},
          "/data/fold: expected null or a whole number in [0, 2^53], found ");
  }
  finds({"data.folds=5", "data.fold=5"},
        "override \"data.fold=5\": /data/fold: expected one of the folds 0 to 4, found 5");
  for (const char* fold : {"0", "1"}) {
    finds({std::string("data.fold=") + fold},
          "/data/fold: means nothing without folds; expected data.folds beside it, or no fold");
  }
  finds({"data.folds=5", "data.validation_fraction=0.2"},
        "/data/validation_fraction: the folds make the validation part; expected 0 or no "
        "validation_fraction, found 0.2");
  finds({"data.folds=5", "data.validation_fraction=0.5", "data.test_fraction=0.6"},
        "/data/validation_fraction: ");
  finds({"data.fold_=1"}, "did you mean \"fold");
  finds({"training.early_stopping={}", "data.validation_fraction=0"}, "or data.folds");
}

TEST_CASE("All that is wrong with folds is said at once") {
  const std::vector<std::string> findings = findings_of(
      kMinimal,
      {"data.folds=3", "data.fold=3", "data.validation_fraction=0.1", "data.test_fraction=2"});
  CAPTURE(findings);
  CHECK(findings.size() == 3);
  CHECK(findings_of(kMinimal, {"data.folds=1", "data.fold=3"}).size() == 1);
}

TEST_CASE("A resolved config with folds loads to an equal one") {
  for (const auto& overrides : std::vector<std::vector<std::string>>{
           {"data.folds=2"}, {"data.folds=10", "data.fold=9", "data.test_fraction=0.25"}}) {
    const Config config = parse(overrides);
    const std::string resolved = resolved_json(config);
    CAPTURE(resolved);
    CHECK(parse_config(resolved, "other.json", "/elsewhere") == config);
    CHECK(resolved_json(parse_config(resolved, "other.json", "/elsewhere")) == resolved);
    CHECK(nlohmann::json::parse(resolved)["data"]["folds"] == *config.data.folds);
    CHECK(nlohmann::json::parse(resolved)["data"]["fold"] == config.data.fold);
  }
  const auto without = nlohmann::json::parse(resolved_json(parse()))["data"];
  CHECK(without.at("folds").is_null());
  CHECK(without.at("fold").is_null());
}

TEST_CASE("The hash of a config tells folds apart") {
  std::set<std::string> hashes{config_hash(parse()), config_hash(parse({"data.folds=3"})),
                               config_hash(parse({"data.folds=4"})),
                               config_hash(parse({"data.folds=4", "data.fold=1"}))};
  CHECK(hashes.size() == 4);
}

TEST_CASE("A run on a fold is watched by it, stops early and can be told from other folds") {
  const clino::test::TemporaryFolder folder;
  std::set<double> losses;
  Index held_out = 0;
  for (const char* fold : {"0", "1", "2"}) {
    const Config config =
        clino::test::small_config({"data.validation_fraction=0", "data.folds=3",
                                   std::string("data.fold=") + fold, "training.early_stopping={}"});
    const TrainResult result = clino::test::run(config, folder / fold);
    REQUIRE(result.validation.has_value());
    losses.insert(result.validation->loss);
    const auto experiment = make_experiment<float>(config);
    held_out += experiment.data.validation.size();
    CHECK(experiment.data.train.size() + experiment.data.validation.size() == 200);
    CHECK(std::filesystem::exists(folder / fold / "best.safetensors"));
  }
  CHECK(losses.size() == 3);
  CHECK(held_out == 200);
  const auto resume = [&] {
    const Config other =
        clino::test::small_config({"data.validation_fraction=0", "data.folds=3", "data.fold=1"});
    clino::test::run(other, folder / "0", Occupied::resume);
  };
  CHECK(message_of<UsageError>(resume).find("another config") != std::string::npos);
}
