#include "tests/catch.hpp"
#include "tests/train/config_support.hpp"

using namespace clino;
using namespace config_test;

namespace {

bool contains(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("All findings come at once, each with its place and the nearest name") {
  const std::vector<std::string> findings = findings_of(R"({
  "seed": 1.5,
  "data": {"source": "moons", "nois": 0.1, "samples": 0},
  "model": {"hidden": [4, "8"], "activation": "tahnh", "depth": 3},
  "loss": {"type": "softmax_cross_entropy", "temperature": -1},
  "optimiser": {},
  "report": 1,
  "report": 2
})");
  CHECK(findings ==
        std::vector<std::string>{
            "f.json:8:3: /report: key given twice; expected it once",
            "f.json:2:11: /seed: expected a whole number in [0, 2^53], found 1.5",
            "f.json:3:31: /data/nois: unknown key \"nois\"; did you mean \"noise\"?",
            "f.json:3:55: /data/samples: expected a whole number in [1, 1e+08], found 0",
            "f.json:4:27: /model/hidden/1: expected a whole number in [1, 16777216], found "
            "\"8\"",
            "f.json:4:47: /model/activation: unknown activation \"tahnh\"; did you mean "
            "\"tanh\"?",
            "f.json:4:56: /model/depth: unknown key \"depth\"; known: hidden, activation, "
            "layers, init, weights",
            "f.json:5:60: /loss/temperature: expected a number > 0, found -1",
            "f.json:6:3: /optimiser: unknown key \"optimiser\"; did you mean "
            "\"optimizer\"?",
            "f.json:7:13: /report: expected true or false, found 1"});
}

TEST_CASE("The empty key is unknown in every object") {
  const std::string section = R"(={"": 1})";
  for (const std::string name : {"model.init", "optimizer", "training", "log", "checkpoint"}) {
    CAPTURE(name);
    CHECK(contains(findings_of(kMinimal, {name + section}).at(0), "unknown key \"\""));
  }
  CHECK(contains(finding_of(R"({"": 1, )" + kMinimal.substr(1)), "f.json:1:2: /: unknown key"));
}

TEST_CASE("A finding is one line, whatever it quotes") {
  const std::string unknown = finding_of(R"({"a\nb\u0001": 1, )" + kMinimal.substr(1));
  CHECK(contains(unknown, "f.json:1:2: /a\\nb\\u0001: unknown key \"a\\nb\\u0001\""));
  const std::string of_override = finding_of(kMinimal, {"seed=a\nb"});
  CHECK(contains(of_override, "override \"seed=a\\nb\": /seed: "));
  CHECK(of_override.find('\n') == std::string::npos);
}

TEST_CASE("What is missing is said, with what was expected") {
  CHECK(findings_of("{}").size() == 3);
  CHECK(contains(findings_of("{}")[1], "f.json:1:1: /model: missing; expected an object"));
  CHECK(contains(finding_of(kMinimal, {"model.hidden=null", R"(model.layers=[{"type": "dense"}])"}),
                 "/model/layers/0/units: missing; expected a whole number in [1, 16777216]"));
  CHECK(contains(finding_of(kMinimal, {"model.hidden=null", "model.layers=[\"dense\"]"}),
                 "/model/layers/0/units: missing"));
  CHECK(
      contains(finding_of(kMinimal, {"loss={}"}), "/loss/type: missing; expected one of softmax"));
  CHECK(contains(finding_of(kMinimal, {R"(data={"source":"csv","path":""})"}),
                 "/data/path: expected the path of a file, found \"\""));
  CHECK(contains(finding_of(kMinimal, {R"(data={"source":"csv","path":"d.csv\u0000junk"})"}),
                 "/data/path: expected the path of a file, found \"d.csv\\u0000junk\""));
}

TEST_CASE("Values of another kind are refused where they stand") {
  CHECK(contains(finding_of("[]"), "f.json:1:1: expected an object, found []"));
  CHECK(contains(finding_of("3"), "f.json:1:1: expected an object, found 3"));
  CHECK(contains(finding_of(kMinimal, {"model.hidden=8"}),
                 "/model/hidden: expected a list, found 8"));
  CHECK(contains(finding_of(kMinimal, {"model.activation=[1]"}), "expected a name or an object"));
  CHECK(contains(finding_of(kMinimal, {"model.activation.type=3"}),
                 "/model/activation/type: expected a string: one of identity"));
  CHECK(contains(finding_of(kMinimal, {"data.source=null"}), "/data/source: expected a string"));
  CHECK(contains(finding_of(kMinimal, {"training=null"}),
                 "/training: expected an object, found null"));
  CHECK(contains(
      finding_of(kMinimal, {R"(loss={"type":"softmax_cross_entropy","class_weights":["a",1]})"}),
      "/loss/class_weights: expected null or \"balanced\" or a list of numbers >= 0"));
}

TEST_CASE("Nesting as deep as one likes is a finding") {
  const std::string lists = std::string(100000, '[') + std::string(100000, ']');
  CHECK(contains(finding_of("{\"data\": " + lists + "}"), "nested too deep"));
  CHECK(findings_of(kMinimal, {"model.layers=" + lists}).size() >= 1);
  std::string dots = "a";
  for (int i = 0; i < 100000; ++i) dots += ".a";
  CHECK(contains(finding_of(kMinimal, {dots + "=1"}), "nested too deep"));
  std::string blocks = R"(["tanh"])";
  for (int i = 0; i < 40; ++i) blocks = R"([{"type": "residual", "layers": )" + blocks + "}]";
  CHECK(findings_of(kMinimal, {"model.hidden=null", "model.layers=" + blocks}).empty());
}

TEST_CASE("Impossible combinations are findings, from a file and from overrides") {
  const std::string layers = R"({"data": {"source": "moons"}, "loss": "softmax_cross_entropy",
 "model": {"layers": [{"type": "dense", "units": 4}, "tanh"]}})";
  CHECK(findings_of(layers).empty());
  CHECK(finding_of(layers, {"model.activation=identity"}) ==
        "override \"model.activation=identity\": /model/activation: impossible beside \"layers\"; "
        "expected activations among the layers");
  CHECK(contains(finding_of(layers, {"model.hidden=[3]"}),
                 "override \"model.hidden=[3]\": /model/hidden: impossible beside \"layers\""));
  CHECK(contains(finding_of(kMinimal, {"model={}"}), "/model: expected \"hidden\" or \"layers\""));
  CHECK(findings_of(layers, {"model.layers=null", "model.hidden=[3]"}).empty());

  const auto refusal = [](const std::vector<std::string>& overrides) {
    return finding_of(kMinimal, overrides);
  };
  CHECK(contains(refusal({"data.validation_fraction=0.5", "data.test_fraction=0.5"}),
                 "/data/test_fraction: leaves nothing to train on"));
  CHECK(
      contains(refusal({R"(data={"source":"csv","path":"a","test_path":"b","test_fraction":0.1})"}),
               "/data/test_fraction: impossible beside a test file"));
  CHECK(contains(refusal({"data.target=input"}), "/data/target: the inputs are no classes"));
  CHECK(findings_of(kMinimal, {"data.target=input", "loss=mse"}).empty());
  CHECK(contains(refusal({"data.source=sine"}), "/loss: \"sine\" has numbers as targets"));
  CHECK(contains(refusal({R"(data={"source":"blobs","classes":3})", "loss=binary_cross_entropy"}),
                 "/data/classes: the loss is for two classes"));
  CHECK(contains(refusal({"data.source=xor", "data.samples=6"}),
                 "/data/samples: expected a multiple"));
  CHECK(contains(refusal({R"(data={"source":"idx","train":{"images":"a"}})"}),
                 "/data/train/labels: "));
  CHECK(contains(refusal({"training.epochs=null"}), "/training/epochs: nothing ends the training"));
  CHECK(contains(refusal({"optimizer.schedule=cosine", "training.max_seconds=1"}),
                 "/optimizer/schedule: \"cosine\" needs to know the number of steps"));
  CHECK(contains(refusal({"training.early_stopping={}", "data.validation_fraction=0"}),
                 "/training/early_stopping: impossible without a validation part"));
  CHECK(contains(refusal({"training.early_stopping.metric=accuracy", "loss=mse"}),
                 "/training/early_stopping/metric: the loss knows no classes"));
  CHECK(
      contains(refusal({R"(model.init={"type":"normal","std":1,"sigma_w":1})"}), "/model/init: "));
}

TEST_CASE("Combinations are checked in nested layers too") {
  const std::vector<std::string> block{
      "model.hidden=null",
      R"(model.layers=[{"type":"residual","layers":["batch_norm",{"type":"dense","units":2,"init":{"type":"uniform","low":1,"high":0}}]}])",
      "training.batch_size=1"};
  const std::vector<std::string> findings = findings_of(kMinimal, block);
  CAPTURE(findings);
  REQUIRE(findings.size() == 2);
  CHECK(contains(findings[0], "/model/layers/0/layers/0: impossible with batches of one sample"));
  CHECK(contains(findings[1], "/model/layers/0/layers/1/init: "));
}

TEST_CASE("Class weights have to be one for each class, and not all zero") {
  const auto with_weights = [](const std::string& weights, const std::string& source,
                               const std::string& loss = "softmax_cross_entropy") {
    return findings_of(kMinimal, {"data=" + source, R"(loss={"type":")" + loss +
                                                        R"(","class_weights":)" + weights + "}"});
  };
  const std::string moons = R"({"source":"moons"})";
  const std::string blobs = R"({"source":"blobs","classes":4})";
  const std::string csv = R"({"source":"csv","path":"a"})";
  CHECK(with_weights("[1,0]", moons).empty());
  CHECK(with_weights("[1,1,1,1]", blobs).empty());
  CHECK(with_weights("[1,1,1]", R"({"source":"blobs"})").empty());
  CHECK(with_weights("[1,1,1,1,1,1]", csv).empty());
  CHECK(with_weights("\"balanced\"", moons).empty());
  CHECK(contains(with_weights("[1,1,1]", moons).at(0),
                 "/loss/class_weights: expected a weight for each of 2 classes, found 3"));
  CHECK(contains(with_weights("[1,1]", blobs).at(0), "each of 4 classes, found 2"));
  CHECK(contains(with_weights("[1]", csv, "binary_cross_entropy").at(0), "each of 2 classes"));
  CHECK(contains(with_weights("[]", csv).at(0), "expected a weight for each class, found 0"));
  CHECK(contains(with_weights("[0,0.0]", csv).at(0), "expected a weight > 0, found zeros alone"));
}

TEST_CASE("Nesterov's momentum needs one") {
  const std::string sgd = R"(optimizer={"type":"sgd","nesterov":true})";
  CHECK(contains(finding_of(kMinimal, {sgd}), "/optimizer/nesterov: impossible without momentum"));
  CHECK(contains(finding_of(kMinimal, {sgd, "optimizer.momentum=0.0"}), "/optimizer/nesterov: "));
  CHECK(findings_of(kMinimal, {sgd, "optimizer.momentum=0.9"}).empty());
  CHECK(findings_of(kMinimal, {sgd, "optimizer.nesterov=false"}).empty());
}

TEST_CASE("A residual block has layers, and gives back the width that it gets") {
  const auto with_layers = [](const std::string& layers) {
    return findings_of(kMinimal, {"model.hidden=null", "model.layers=[" + layers + "]"});
  };
  const std::string four = R"({"type":"dense","units":4})";
  const std::string three = R"({"type":"dense","units":3})";
  const auto block = [](const std::string& layers) {
    return R"({"type":"residual","layers":[)" + layers + "]}";
  };
  CHECK(with_layers(four + "," + block(three + ",\"tanh\"," + four)).empty());
  CHECK(with_layers(four + ",\"relu\"," + block("\"tanh\"")).empty());
  CHECK(with_layers(block(three) + "," + block(three)).empty());  // the data may have 3 inputs
  CHECK(contains(with_layers(block("")).at(0),
                 "/model/layers/0/layers: expected at least one layer, found an empty list"));
  CHECK(contains(with_layers(four + ",\"relu\"," + block(three)).at(0),
                 "/model/layers/2/layers: the block's output is added to its input; expected a "
                 "width of 4, found 3"));
  CHECK(contains(with_layers(block(three + "," + block(four) + "," + three)).at(0),
                 "/model/layers/0/layers/1/layers: "));
  CHECK(with_layers(four + "," + block(three) + "," + block(four)).size() == 1);
}

TEST_CASE("Activations without a gain are refused where the initialiser needs one") {
  const std::string elu = R"({"type":"elu","alpha":1e300})";
  const std::string short_form = "model.activation=" + elu;
  CHECK(contains(finding_of(kMinimal, {short_form}), "/model/activation: elu has no forward"));
  CHECK(findings_of(kMinimal, {short_form, "model.hidden=[]"}).empty());
  CHECK(findings_of(kMinimal, {short_form, "model.init=zeros"}).empty());
  const auto with_layers = [](const std::string& layers) {
    return findings_of(kMinimal, {"model.hidden=null", "model.layers=[" + layers + "]"});
  };
  CHECK(contains(with_layers(elu).at(0), "/model/layers/0: elu has no forward"));
  CHECK(contains(with_layers(elu + R"(,{"type":"dropout","rate":0.5})").at(0), "/model/layers/0"));
  CHECK(with_layers(elu + ",\"layer_norm\"").empty());
  CHECK(with_layers(elu + ",\"tanh\"").empty());
  CHECK(with_layers(elu + R"(,{"type":"dense","units":2,"init":"zeros"})").empty());
}

TEST_CASE("Impossible combinations are told beside all else that is wrong") {
  const std::vector<std::string> findings =
      findings_of(kMinimal, {"model.layers=[]", "sed=1", "data.test_fraction=0.9"});
  CHECK(findings.size() == 3);
}
