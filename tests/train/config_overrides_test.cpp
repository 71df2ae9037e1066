#include "tests/catch.hpp"
#include "tests/train/config_support.hpp"

using namespace clino;
using namespace config_test;

TEST_CASE("An override splits at its first equals sign; what is no JSON is a string") {
  CHECK(parse({"name=a=b"}).name == "a=b");
  CHECK(parse({"name=two words <and> more"}).name == "two words <and> more");
  CHECK(parse({"name="}).name.empty());
  CHECK(parse({"name=\"quoted\""}).name == "quoted");
  CHECK(parse({"name=[1,"}).name == "[1,");
  CHECK(parse({"name=1 // one"}).name == "1 // one");
  CHECK(parse({"name=1e999"}).name == "1e999");
  CHECK(findings_of(kMinimal, {"name=5"}).size() == 1);
}

TEST_CASE("Objects are replaced, not merged") {
  const std::string optimizer = R"(optimizer={"type": "sgd", "momentum": 0.9})";
  CHECK(
      parse({optimizer, R"(optimizer={"type": "sgd"})"}).optimizer.method.get<double>("momentum") ==
      0);
  CHECK(parse({optimizer, "optimizer.nesterov=true"}).optimizer.method.get<double>("momentum") ==
        0.9);
}

TEST_CASE("The last of several overrides of one key counts") {
  CHECK(parse({"seed=2", "seed=3"}).seed == 3);
}

TEST_CASE("Elements of lists are overridden by index") {
  CHECK(parse({"model.hidden=[1,2,3]", "model.hidden.1=9"}).model.hidden->units ==
        std::vector<Index>{1, 9, 3});
  const std::string layers = R"(model={"layers": [{"type": "dense", "units": 4}, "elu"]})";
  const Config config = parse({layers, "model.layers.0.units=8", "model.layers.1.alpha=2"});
  CHECK(config.model.layers[0].choice.get<std::int64_t>("units") == 8);
  CHECK(config.model.layers[1].choice.get<double>("alpha") == 2);
  for (const std::string index : {"2", "-1", "x", "0x", "99999999999999999999"}) {
    CHECK(finding_of(kMinimal, {layers, "model.layers." + index + ".units=8"})
              .find("/model/layers: no element " + index + "; expected an index below 2") !=
          std::string::npos);
  }
}

TEST_CASE("Objects on the way are made, and names become objects") {
  CHECK(parse({"training.early_stopping.patience=5"}).training.early_stopping->patience == 5);
  CHECK(parse({"training={\"early_stopping\": null}", "training.early_stopping.patience=5"})
            .training.early_stopping->metric == "loss");
  CHECK(parse({"model.activation=elu", "model.activation.alpha=2"})
            .model.hidden->activation.get<double>("alpha") == 2);
  CHECK(parse({"loss.temperature=2"}).loss.get<double>("temperature") == 2);
  CHECK(parse({"optimizer.schedule.warmup_steps=9"}).optimizer.schedule.type == "constant");
}

TEST_CASE("A finding about an override names the override") {
  CHECK(finding_of(kMinimal, {"model.hiden=[3]"}) ==
        "override \"model.hiden=[3]\": /model/hiden: unknown key \"hiden\"; did you mean "
        "\"hidden\"?");
  CHECK(finding_of(kMinimal, {"optimzer.learning_rate=1"}) ==
        "override \"optimzer.learning_rate=1\": /optimzer: unknown key \"optimzer\"; did you mean "
        "\"optimizer\"?");
  CHECK(finding_of(kMinimal, {"seed=x"}) ==
        "override \"seed=x\": /seed: expected a whole number in [0, 2^53], found \"x\"");
  CHECK(finding_of(kMinimal, {R"(training={"epochs": 1, "epochs": 2})"})
            .find("/training/epochs: key given twice") != std::string::npos);
}

TEST_CASE("An override that is none is refused") {
  for (const std::string text : {"seed", "", "=1", ".seed=1", "seed.=1", "a..b=1"}) {
    CAPTURE(text);
    CHECK(findings_of(kMinimal, {text}).size() == 1);
  }
  CHECK(finding_of(kMinimal, {"seed=1", "seed.x=1"}).find("no place for \"x\" in 1") !=
        std::string::npos);
  CHECK(finding_of(kMinimal, {"name=\xff"}).find("/name: invalid string: ill-formed UTF-8") !=
        std::string::npos);
}
