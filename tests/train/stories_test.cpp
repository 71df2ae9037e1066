// What Clino opens with, on the shipped configs.

#include <cmath>

#include "tests/train/run_helpers.hpp"

namespace clino::test {
namespace {

TEST_CASE("sigmoid starves the early layers of a deep net, ReLU with He weights does not") {
  const TemporaryFolder folder;
  const auto deltas = [&](const char* name) {
    const std::string path = std::string(CLINO_SOURCE_DIR) + "/configs/" + name + ".json";
    run(load_config(path, {"training.max_steps=1"}), folder / name);
    std::vector<double> norms;
    for (const Json& record : lines(folder / name / "layers.jsonl")) {
      if (record["type"] == "dense") norms.push_back(record["delta_norm"]);
    }
    norms.pop_back();  // the output layer, of another width
    return norms;
  };
  const auto sigmoid = deltas("deep_sigmoid");
  REQUIRE(sigmoid.size() == 20);
  // Mean field (Schoenholz et al. 2017): sqrt(chi) = .2360 a layer; width 64 spreads single layers,
  // by about 1/sqrt(64) each.
  for (std::size_t l = 0; l + 1 < sigmoid.size(); ++l) {
    CHECK(sigmoid[l] / sigmoid[l + 1] == Approx(.236).epsilon(5.0 / 8));
  }
  CHECK(std::pow(sigmoid.front() / sigmoid.back(), 1.0 / 19) == Approx(.236).epsilon(.15));
  const auto relu = deltas("deep_relu");
  CHECK(std::pow(relu.front() / relu.back(), 1.0 / 19) == Approx(1).epsilon(.15));
}

TEST_CASE("two spirals: tanh solves them, a linear net of any depth does not", "[slow]") {
  const TemporaryFolder folder;
  const std::string path = std::string(CLINO_SOURCE_DIR) + "/configs/two_spirals.json";
  CHECK(*run(load_config(path), folder / "tanh").validation->accuracy >= .99);
  for (const char* hidden : {"[]", "[32]", "[32,32,32,32]"}) {
    const Config linear =
        load_config(path, {std::string("model.hidden=") + hidden, "model.activation=identity"});
    CHECK(*run(linear, folder / hidden).validation->accuracy < .7);
  }
}

TEST_CASE("exclusive or without activations stays at ln 2") {
  const TemporaryFolder folder;
  const std::string path = std::string(CLINO_SOURCE_DIR) + "/configs/xor.json";
  for (const char* hidden : {"[8]", "[8,8]", "[8,8,8,8]"}) {
    const Config linear =
        load_config(path, {std::string("model.hidden=") + hidden, "model.activation=identity"});
    CHECK(std::abs(run(linear, folder / hidden).train->loss - std::log(2)) < 1e-3);
  }
  CHECK(run(load_config(path), folder / "tanh").train->loss < .05);
}

}  // namespace
}  // namespace clino::test
