#include "train/config.hpp"

#include <filesystem>
#include <fstream>

#include "core/errors.hpp"
#include "layers/model.hpp"
#include "tests/catch.hpp"
#include "tests/train/config_support.hpp"

using namespace clino;
using namespace config_test;

TEST_CASE("A short config is completed with the defaults of the contract") {
  const Config config = parse();
  CHECK(config.name == "f");
  CHECK(config.dtype == DType::float32);
  CHECK(config.flush_to_zero);
  CHECK(config.data.source.get<std::int64_t>("samples") == 1000);
  CHECK(config.data.validation_fraction == 0.2);
  CHECK(config.data.test_fraction == 0);
  CHECK(config.data.standardize);
  CHECK(config.model.init.type == "auto");
  CHECK(config.loss.get<double>("temperature") == 1);
  CHECK(config.optimizer.method.type == "adam");
  CHECK(config.optimizer.method.get<double>("beta2") == 0.999);
  CHECK(config.optimizer.schedule.type == "constant");
  CHECK(config.training.epochs == 50);
  CHECK_FALSE(config.training.max_steps.has_value());
  CHECK(config.training.batch_size == 32);
  CHECK(config.training.shuffle);
  CHECK(config.log.every.automatic);
  CHECK(config.checkpoint.every_seconds == 30);
  CHECK(config.report);
}

TEST_CASE("The learning rate's default is the optimiser's own") {
  CHECK(parse({"optimizer=adam"}).optimizer.learning_rate == 1e-3);
  CHECK(parse({"optimizer=rmsprop"}).optimizer.learning_rate == 1e-2);
  CHECK(parse({"optimizer.learning_rate=0.5"}).optimizer.learning_rate == 0.5);
  CHECK_FALSE(parse().optimizer.method.has("learning_rate"));
}

TEST_CASE("Hidden widths stand for dense layers and activations") {
  const Config config =
      parse({"model.hidden=[3,5]", R"(model.activation={"type":"elu","alpha":2})"});
  const Choice elu{"elu", {{"alpha", 2.0}}};
  REQUIRE(config.model.layers.size() == 4);
  CHECK(config.model.layers[0].choice.type == "dense");
  CHECK(config.model.layers[0].choice.get<std::int64_t>("units") == 3);
  CHECK(config.model.layers[1].choice == elu);
  CHECK(config.model.layers[2].choice.get<std::int64_t>("units") == 5);
  CHECK(config.model.hidden->activation == elu);
  CHECK(parse({"model.hidden=[]"}).model.layers.empty());
}

TEST_CASE("Layers are taken one by one, with initialisers and blocks of their own") {
  const Config config = parse({}, R"({"data": {"source": "moons"}, "loss": "softmax_cross_entropy",
    "model": {"layers": [
      {"type": "dense", "units": 8, "init": {"type": "normal", "sigma_w": 1.5, "sigma_b": 0}},
      {"type": "residual", "layers": [{"type": "dense", "units": 8, "init": "zeros"}, "tanh"]},
      {"type": "dropout", "rate": 0.1}]}})");
  const std::vector<LayerSpec>& layers = config.model.layers;
  REQUIRE(layers.size() == 3);
  CHECK_FALSE(config.model.hidden.has_value());
  CHECK(layers[0].init->get<double>("sigma_w") == 1.5);
  REQUIRE(layers[1].layers.size() == 2);
  CHECK(layers[1].layers[0].init->type == "zeros");
  CHECK(layers[1].layers[1].choice.type == "tanh");
  CHECK(layers[2].choice.get<double>("rate") == 0.1);
  CHECK(parse({}, resolved_json(config)) == config);
}

TEST_CASE("One JSON number serves whole numbers and others, and is never rounded") {
  CHECK(parse({"training.batch_size=16.0"}).training.batch_size == 16);
  CHECK(parse({"training.batch_size=1e3"}).training.batch_size == 1000);
  CHECK(parse({"optimizer.learning_rate=1"}).optimizer.learning_rate == 1);
  CHECK(parse({"seed=9007199254740992"}).seed == 9007199254740992U);
  CHECK(parse({"optimizer.learning_rate=0.99999999999999999999"}).optimizer.learning_rate == 1);
  CHECK(finding_of(kMinimal, {"seed=9007199254740992.5"}) ==
        "override \"seed=9007199254740992.5\": /seed: expected a whole number in [0, 2^53], found "
        "9007199254740992.5");
  CHECK(findings_of(kMinimal, {"model.hidden=[4.0,4.00000000000000001]"}).size() == 1);
  for (const std::string number :
       {"3.9", "-1", "0", "9007199254740993", "9007199254740993.0", "100.00000000000000001",
        "99999999999999999999", "1e300", "18446744073709551617"}) {
    CAPTURE(number);
    CHECK(finding_of(kMinimal, {"training.batch_size=" + number})
              .find("/training/batch_size: expected a whole number in [1, 2^53], found ") !=
          std::string::npos);
  }
  CHECK(findings_of(kMinimal, {"seed=-1"}).size() == 1);
  CHECK(parse({"training.batch_size=99999999999"}).training.batch_size == 99999999999);
}

TEST_CASE("How often layers are logged") {
  for (const auto& [key, member] :
       {std::pair("every", &LogConfig::every), std::pair("histograms", &LogConfig::histograms),
        std::pair("signal", &LogConfig::signal), std::pair("jacobian", &LogConfig::jacobian)}) {
    CAPTURE(key);
    const std::string path = std::string("log.") + key;
    CHECK((parse({path + "=auto"}).log.*member).automatic);
    CHECK(parse({path + "=7"}).log.*member == LogSpacing{false, 7});
    CHECK(parse({path + "=null"}).log.*member == LogSpacing{false, std::nullopt});
    CHECK(finding_of(kMinimal, {path + "=often"}).find("expected null or a whole number") !=
          std::string::npos);
  }
  CHECK(parse({"log={}"}).log == LogConfig{});
}

TEST_CASE("What else is logged") {
  const LogConfig log = parse({"log.saturation_threshold=0.01", "log.units=false", "log.film=false",
                               "log.update_cosine=true"})
                            .log;
  CHECK(log.saturation_threshold == 0.01);
  CHECK_FALSE(log.units);
  CHECK_FALSE(log.film);
  CHECK(log.update_cosine);
  for (const char* outside : {"0", "1", "-1", "null"}) {
    CHECK(findings_of(kMinimal, {std::string("log.saturation_threshold=") + outside}).size() == 1);
  }
}

TEST_CASE("Training that says when it ends gets no other end") {
  CHECK_FALSE(parse({"training.max_steps=10"}).training.epochs.has_value());
  CHECK_FALSE(parse({"training.max_seconds=0.5"}).training.epochs.has_value());
  CHECK(parse({"training.max_steps=10", "training.epochs=3"}).training.epochs == 3);
}

TEST_CASE("Paths are relative to the config's folder") {
  const std::string csv = R"(data={"source": "csv", "path": "sub/../d.csv"})";
  CHECK(parse({csv}).data.source.get<std::string>("path") == "/base/d.csv");
  CHECK(parse({csv, "data.path=/abs.csv"}).data.source.get<std::string>("path") == "/abs.csv");
  CHECK(parse({"model.weights=../w.safetensors"}).model.weights == "/w.safetensors");
  CHECK(parse().model.weights.empty());
  CHECK(parse({R"(data={"source": "idx", "train": {"images": "i", "labels": "l"}})"})
            .data.source.get<std::string>("train.labels") == "/base/l");
}

TEST_CASE("The resolved config is complete and loads to an equal one") {
  const std::vector<std::vector<std::string>> variations{
      {},
      {"name=a \"b\"\\\n\xC3\xA9", "dtype=float64", "report=false", "flush_to_zero=false"},
      {"optimizer.learning_rate=0.1", "optimizer.schedule.warmup_steps=3", "log.every=null"},
      {"training.early_stopping={}", "training.clip_norm=0.30000000000000004", "log.every=5"},
      {R"(data={"source": "csv", "path": "a", "target": ["x", "y"]})", "loss=mse"},
      {R"(data={"source": "csv", "path": "a", "target": [0, -1]})", "loss=huber"},
      {R"(data={"source": "idx", "train": {"images": "i", "labels": "l"}, "test": null})"},
      {R"(loss={"type": "softmax_cross_entropy", "class_weights": [1, 0.5]})"},
      {"model.init={\"type\":\"constant\",\"value\":-0.0}", "training.max_seconds=5e-324"}};
  for (const auto& overrides : variations) {
    const Config config = parse(overrides);
    const std::string resolved = resolved_json(config);
    CAPTURE(resolved);
    CHECK(parse_config(resolved, "other.json", "/elsewhere") == config);
    CHECK(resolved_json(parse_config(resolved, "other.json", "/elsewhere")) == resolved);
  }
}

TEST_CASE("Two dots after a link lead where the system goes") {
  const auto folder = std::filesystem::temp_directory_path() / "clino_linked_config_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder / "real" / "configs");
  std::filesystem::create_directory_symlink(folder / "real" / "configs", folder / "link");
  std::ofstream(folder / "real" / "w.safetensors") << "there";
  std::ofstream(folder / "link" / "c.json") << kMinimal;
  const Config config = load_config(folder / "link" / "c.json", {"model.weights=../w.safetensors"});
  CHECK(std::filesystem::path(config.model.weights).is_absolute());
  CHECK(std::filesystem::equivalent(config.model.weights, folder / "real" / "w.safetensors"));
  CHECK(missing_files(config) == std::nullopt);
  std::filesystem::remove_all(folder);
}

TEST_CASE("Missing files are named, weights to start from beside data") {
  CHECK(missing_files(parse()) == std::nullopt);
  const std::string csv = R"(data={"source": "csv", "path": "/nowhere/d.csv"})";
  CHECK(missing_files(parse({csv})) == "/nowhere/d.csv is missing");
  CHECK(missing_files(parse({"model.weights=w"})) == "/base/w is missing");
  CHECK(missing_files(parse({csv, "model.weights=w"})) ==
        "/nowhere/d.csv is missing; /base/w is missing");
}

TEST_CASE("A file that cannot be read is an input error") {
  CHECK_THROWS_AS(load_config("/nowhere/at/all.json"), InputError);
  CHECK_THROWS_AS(load_config("/"), InputError);
}

TEST_CASE("Messages name the file as it was given") {
  const auto folder = std::filesystem::temp_directory_path() / "clino_config_test";
  std::filesystem::create_directories(folder);
  const auto file = folder / "broken.json";
  std::ofstream(file) << "\xEF\xBB\xBF{\n  \"data\": 3\n}\n";
  try {
    load_config(file);
    FAIL("was accepted");
  } catch (const ConfigError& error) {
    CHECK(error.findings()[0].where.rfind(file.string() + ":", 0) == 0);
  }
  std::ofstream(file) << kMinimal;
  CHECK(load_config(file).name == "broken");
  std::filesystem::remove_all(folder);
}
