// The diagnosis of runs that were really trained, and built to fail in a known way.

#include <cmath>
#include <cstring>
#include <limits>

#include "report/diagnosis.hpp"
#include "tests/report/made_run.hpp"
#include "tests/train/run_helpers.hpp"
#include "train/safetensors.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

Config shipped(const std::string& name, const std::vector<std::string>& overrides = {}) {
  return load_config(std::string(CLINO_SOURCE_DIR) + "/configs/" + name + ".json", overrides);
}

/// A run whose weights start from those of another, with something planted in them.
struct PlantedWeights {
  PlantedWeights() {
    run(shipped("moons", overrides({"training.epochs=1"})), folder / "first");
    tensors = read_safetensors(folder.file("first/model.safetensors"));
  }
  static std::vector<std::string> overrides(std::vector<std::string> more) {
    more.insert(more.end(), {"report=false", "dtype=float64", "log.every=1",
                             R"(optimizer={"type": "sgd", "learning_rate": 0.1})"});
    return more;
  }
  void plant(const std::string& name, Index element, double value) {
    for (Tensor& tensor : tensors) {
      if (tensor.name != name) continue;
      REQUIRE(tensor.type == ElementType::f64);
      std::memcpy(tensor.bytes.data() + 8 * element, &value, 8);
      return;
    }
    FAIL("no tensor " + name);
  }
  std::vector<Diagnosis> diagnosis() {
    write_safetensors(folder.file("planted.safetensors"), tensors);
    const std::string weights = "model.weights=" + folder.file("planted.safetensors");
    run(shipped("moons", overrides({weights, "training.epochs=10"})), folder / "second");
    return diagnose(read_run_log(folder / "second"));
  }

  TemporaryFolder folder;
  std::vector<Tensor> tensors;
};

}  // namespace

TEST_CASE("twenty layers of sigmoid: the vanishing signal comes first, with the measured factor",
          "[slow]") {
  const TemporaryFolder folder;
  run(shipped("deep_sigmoid", {"report=false"}), folder / "run");
  const RunLog log = read_run_log(folder / "run");
  const std::vector<Diagnosis> findings = diagnose(log);
  REQUIRE(findings[0].severity == Severity::severe);
  // By hand: least squares over the 21 dense layers at step 0.
  double xy = 0, xx = 0;
  for (std::size_t i = 0; i <= 20; ++i) {
    const double x = static_cast<double>(i) - 10;
    xy += x * std::log(log.layers[2 * i].points[0].delta_norm);
    xx += x * x;
  }
  const double factor = std::exp(-xy / xx);
  // Mean field (Schoenholz et al. 2017): .236; see stories_test.cpp for the spread at width 64.
  CHECK(factor == Approx(.236).epsilon(.15));
  const std::string start = "The signal vanishes on its way back, by a factor of ";
  REQUIRE(findings[0].text.starts_with(start));
  CHECK(std::stod(findings[0].text.substr(start.size())) == Approx(factor).epsilon(0.005));
  CHECK(findings[0].text.find("at dense layer 40 and ") != std::string::npos);
  CHECK(findings[0].text.find("do not move, most updates are below the rounding of float32") !=
        std::string::npos);
  CHECK(saying(findings, "The net does not learn") != nullptr);
}

TEST_CASE("the same depth with ReLU and He weights has neither warning nor worse", "[slow]") {
  const TemporaryFolder folder;
  run(shipped("deep_relu", {"report=false"}), folder / "run");
  for (const Diagnosis& finding : diagnose(read_run_log(folder / "run"))) {
    INFO(finding.text);
    CHECK(finding.severity == Severity::note);
  }
}

TEST_CASE("nets that learn have no warnings", "[slow]") {
  const TemporaryFolder folder;
  for (const std::string name :
       {"moons", "two_spirals", "circles", "checkerboard", "xor", "sine"}) {
    run(shipped(name, {"report=false"}), folder / name);
    for (const Diagnosis& finding : diagnose(read_run_log(folder / name))) {
      INFO(name + ": " + finding.text);
      CHECK(finding.severity == Severity::note);
    }
  }
}

TEST_CASE("a learning rate that is too large comes before all that follows from it") {
  const TemporaryFolder folder;
  const std::string sgd = R"(optimizer={"type": "sgd", "learning_rate": 10})";
  run(shipped("moons", {"report=false", "log.every=1", sgd}), folder / "dies");
  const std::vector<Diagnosis> dies = diagnose(read_run_log(folder / "dies"));
  CHECK(dies[0].text.starts_with("Updates were larger than the weights"));
  CHECK(dies[0].text.ends_with("the learning rate is 10"));
  CHECK(dies[0].severity == Severity::severe);
  CHECK(saying(dies, "most of all relu layer 3 with all 16") != nullptr);
  CHECK(saying(dies, "The loss exploded") != nullptr);

  run(shipped("moons", {"report=false", "log.every=1", "model.activation=leaky_relu", sgd}),
      folder / "explodes");
  const std::vector<Diagnosis> explodes = diagnose(read_run_log(folder / "explodes"));
  CHECK(explodes[0].text.starts_with("Updates were larger than the weights"));
  CHECK(saying(explodes, "The first number that is not finite is ") != nullptr);
}

TEST_CASE("without activations the net is called linear") {
  const TemporaryFolder folder;
  run(shipped("two_spirals", {"report=false", "model.activation=identity"}), folder / "run");
  const std::vector<Diagnosis> findings = diagnose(read_run_log(folder / "run"));
  CHECK(findings[0].text.starts_with("The net is linear"));
  CHECK(findings[0].severity == Severity::severe);
}

TEST_CASE("a NaN planted in a weight is named") {
  PlantedWeights planted;
  planted.plant("2.weight", 3 * 16 + 4, std::numeric_limits<double>::quiet_NaN());
  const std::vector<Diagnosis> findings = planted.diagnosis();
  CHECK(findings[0].severity == Severity::severe);
  CHECK(findings[0].layer == 2);
  CHECK(findings[0].since_step == 0);
  CHECK(findings[0].text ==
        "The first number that is not finite is nan in 2.weight, unit 3, in the forward pass of "
        "step 0, where training stopped; the largest before it was " +
            findings[0].text.substr(findings[0].text.rfind(' ') + 1));
}

TEST_CASE("units that a planted bias kills are named, and no others") {
  PlantedWeights planted;
  planted.plant("2.bias", 5, -1000);
  planted.plant("2.bias", 8, -1000);
  const std::vector<Diagnosis> findings = planted.diagnosis();
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text ==
        "2 of 16 units of relu layer 3 are dead, off on every training sample: units 5 and 8, from "
        "the start");
  CHECK(findings[0].severity == Severity::note);
  CHECK(findings[0].layer == 3);
}

}  // namespace clino::test
