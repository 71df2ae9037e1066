#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// Few, noisy samples and many epochs: surer than right.
const char* const kNoisy = R"({
  "name": "noisy",
  "data": {"source": "moons", "samples": 300, "noise": 0.45, "validation_fraction": 0.3,
           "test_fraction": 0.3},
  "model": {"hidden": [32]},
  "loss": {"type": "softmax_cross_entropy", "temperature": 2},
  "optimizer": {"type": "adam", "learning_rate": 0.05},
  "training": {"epochs": 40}, "log": {"every": null}, "report": false
})";

/// A program whose folder holds a finished run `run`.
struct NoisyRun : Program {
  explicit NoisyRun(std::vector<std::string> overrides = {}) {
    write_text(folder() / "noisy.json", kNoisy);
    std::vector<std::string> arguments{"train", "noisy.json", "--out", "run", "--quiet"};
    arguments.insert(arguments.end(), overrides.begin(), overrides.end());
    REQUIRE(run(arguments).code == 0);
  }
  Outcome calibrate(std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"calibrate", "run", "--weights", "last"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
};

TEST_CASE("calibrating says how far confidence can be believed, on a narrow screen") {
  NoisyRun program;
  const std::vector<std::string> before = names_in(program.folder() / "run");
  const Outcome outcome = program.calibrate();
  CHECK(outcome.code == 0);
  CHECK(outcome.error.empty());
  std::string words = outcome.out;  // wherever lines break
  std::ranges::replace(words, '\n', ' ');
  for (const std::string word :
       {"run/model.safetensors", "Temperature ", "95 % interval", "90 samples of the validation",
        "surer of its answers than it should be", "on top of the temperature 2 of the loss",
        "calibration error, 15 bins", "Brier score", "test, before", "test, after", "|"}) {
    INFO(word);
    CHECK(contains(words, word));
  }
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
  CHECK(names_in(program.folder() / "run") == before);
  CHECK(program.calibrate({"--quiet"}).out.empty());
}

TEST_CASE("the figures as JSON agree with those of evaluate") {
  NoisyRun program;
  const Json found = Json::parse(program.calibrate({"--json", "--bins", "9"}).out);
  const Json evaluated =
      Json::parse(program.run({"evaluate", "run", "--weights", "last", "--json"}).out);
  CHECK(found["weights"] == "model.safetensors");
  CHECK(found["outcome"] == "found");
  CHECK(found["fitted_on"] == "validation");
  CHECK(found["loss_temperature"] == 2);
  CHECK(found["temperature"] > 1);
  CHECK(found["interval"][0] < found["temperature"]);
  CHECK(found["interval"][1] > found["temperature"]);
  for (const char* part : {"validation", "test"}) {
    CHECK(found[part]["samples"] == 90);
    // The loss of this net is the likelihood itself: no smoothing, no weights. It is summed in
    // float, with an error of some 1e-7 of the largest term.
    CHECK(found[part]["before"]["nll"].get<double>() ==
          Approx(evaluated[part]["loss"].get<double>()).epsilon(1e-5));
    for (const char* when : {"before", "after"}) {
      const Json& figures = found[part][when];
      CHECK(figures["accuracy"] == evaluated[part]["accuracy"]);
      REQUIRE(figures["bins"].size() == 9);
      int samples = 0;
      for (const Json& bin : figures["bins"]) samples += bin["samples"].get<int>();
      CHECK(samples == 90);
      // Two classes: no confidence below one half.
      CHECK(figures["bins"][0]["samples"] == 0);
      CHECK(figures["bins"][0]["accuracy"].is_null());
    }
    CHECK(found[part]["after"]["nll"] < found[part]["before"]["nll"]);
  }
}

TEST_CASE("what was saved is what predict answers by, unless told otherwise") {
  NoisyRun program({"loss=binary_cross_entropy"});
  const std::string rows = "0.5,0.2\n-1,1\n2,-1\n";
  const auto predict = [&](std::vector<std::string> more) {
    std::vector<std::string> arguments{"predict", "run", "-", "--weights", "last"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program.run(arguments, rows);
  };
  const Outcome plain = predict({"--json"});
  REQUIRE(plain.code == 0);
  CHECK(plain.error.empty());
  const std::string weights = read_text(program.folder() / "run/model.safetensors");
  const Outcome saved = program.calibrate({"--save", "--json"});
  CHECK(saved.code == 0);
  const double temperature = Json::parse(saved.out)["temperature"];
  CHECK(read_text(program.folder() / "run/model.safetensors") == weights);
  CHECK(Json::parse(read_text(program.folder() / "run/calibration.json"))["temperature"] ==
        temperature);

  const Outcome calibrated = predict({"--json"});
  CHECK(contains(calibrated.error, "calibrated: temperature"));
  CHECK(contains(calibrated.error, "--uncalibrated"));
  std::istringstream old_lines(plain.out), new_lines(calibrated.out);
  int count = 0;
  for (std::string a, b; std::getline(old_lines, a) && std::getline(new_lines, b); ++count) {
    const Json was = Json::parse(a), is = Json::parse(b);
    CHECK(is["class"] == was["class"]);
    // sigmoid(z) became sigmoid(z / T).
    const double p = was["probability"];
    const double expected = 1 / (1 + std::exp(-std::log(p / (1 - p)) / temperature));
    CHECK(is["probability"].get<double>() == Approx(expected).epsilon(1e-4));
  }
  CHECK(count == 3);
  CHECK(predict({"--json", "--quiet"}).error.empty());
  CHECK(predict({"--json", "--quiet"}).out == calibrated.out);
  const Outcome left_out = predict({"--json", "--uncalibrated"});
  CHECK(left_out.out == plain.out);
  CHECK(left_out.error.empty());

  // Of other weights it knows nothing, and says so before any answer.
  const Outcome other = program.run({"predict", "run", "--weights", "best"}, rows);
  CHECK(other.code == 3);
  CHECK(other.out.empty());
  CHECK(contains(other.error, "fitted for other weights (model.safetensors"));
  CHECK(program.run({"predict", "run", "--weights", "best", "--uncalibrated"}, rows).code == 0);
  // A run that replaces this one has none.
  REQUIRE(program.run({"train", "noisy.json", "--out", "run", "--overwrite", "--quiet"}).code == 0);
  CHECK_FALSE(std::filesystem::exists(program.folder() / "run/calibration.json"));
}

TEST_CASE("a page is written where it is asked for") {
  NoisyRun program;
  const Outcome outcome = program.calibrate({"-o", "page.html"});
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "page: page.html"));
  const std::string page = read_text(program.folder() / "page.html");
  CHECK(page.starts_with("<!DOCTYPE html>"));
  CHECK(contains(page, "<h1>noisy</h1>"));
  CHECK(program.calibrate({"-o", "no/such/folder.html"}).code == 3);
}

TEST_CASE("where no temperature is best, the figures come with exit code 1") {
  // Two clouds far apart: every sample is right.
  NoisyRun program({R"(data={"source": "blobs", "samples": 100, "features": 2, "classes": 2,
                             "noise": 0.01, "test_fraction": 0.2})"});
  const Outcome text = program.calibrate({"--save", "-o", "page.html"});
  CHECK(text.code == 1);
  CHECK(contains(text.error, "every sample is classified right"));
  CHECK(contains(text.error, "Nothing is saved."));
  CHECK(contains(text.out, "before"));
  CHECK_FALSE(contains(text.out, "after"));
  CHECK_FALSE(std::filesystem::exists(program.folder() / "run/calibration.json"));
  CHECK(std::filesystem::exists(program.folder() / "page.html"));
  const Outcome outcome = program.calibrate({"--json"});
  CHECK(outcome.code == 1);
  const Json found = Json::parse(outcome.out);
  CHECK(found["outcome"] == "zero");
  CHECK(found["temperature"].is_null());
  CHECK(found["interval"].is_null());
  CHECK(found["test"]["after"].is_null());
  CHECK(found["test"]["before"]["accuracy"] == 1);
}

TEST_CASE("what cannot be calibrated is refused, with what would help") {
  Program program;
  write_text(program.folder() / "sine.json", R"({"data": {"source": "sine", "samples": 50},
    "model": {"hidden": [4]}, "loss": "mse", "training": {"epochs": 1}, "report": false})");
  REQUIRE(program.run({"train", "sine.json", "--out", "run", "--quiet"}).code == 0);
  const Outcome numbers = program.run({"calibrate", "run"});
  CHECK(numbers.code == 2);
  CHECK(contains(numbers.error, "mse"));
  CHECK(program.run({"calibrate", "nowhere"}).code == 3);

  NoisyRun noisy({"data.validation_fraction=0", "training.epochs=1"});
  const Outcome without = noisy.calibrate();
  CHECK(without.code == 2);
  CHECK(contains(without.error, "data.validation_fraction"));
  CHECK(noisy.calibrate({"--bins", "0"}).code == 2);
  CHECK(noisy.calibrate({"--bins", "1001"}).code == 2);
}

TEST_CASE("data that changed are refused, be it by their labels alone") {
  Program program;
  const auto table = [](int offset) {
    std::string text = "x,kind\n";
    for (int i = 0; i < 60; ++i) {
      text += std::to_string(i) + "," + ((i * 7 + offset) % 3 == 0 ? "a" : "b") + "\n";
    }
    return text;
  };
  write_text(program.folder() / "t.csv", table(0));
  write_text(program.folder() / "t.json", R"({"data": {"source": "csv", "path": "t.csv"},
    "model": {"hidden": [4]}, "loss": "softmax_cross_entropy", "training": {"epochs": 1},
    "report": false})");
  REQUIRE(
      program.run({"train", "t.json", "--out", "run", "--quiet", "data.standardize=false"}).code ==
      0);
  write_text(program.folder() / "t.csv", table(1));
  for (const char* const verb : {"calibrate", "evaluate"}) {
    const Outcome outcome = program.run({verb, "run"});
    CHECK(outcome.code == 3);
    CHECK(contains(outcome.error, "no longer those it was trained on: their hash is"));
  }
  CHECK(program.run({"evaluate", "run", "--data", "t.csv"}).code == 0);
}

}  // namespace
}  // namespace clino::test
