#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

TEST_CASE("every list has all that a config can name, with its options") {
  const std::vector<std::pair<std::string, std::vector<std::string>>> lists{
      {"activations",
       {"identity",   "sigmoid", "tanh",       "lecun_tanh", "relu",         "leaky_relu",
        "prelu",      "relu6",   "elu",        "selu",       "celu",         "gelu",
        "silu",       "mish",    "softplus",   "softsign",   "hard_sigmoid", "hard_tanh",
        "hard_swish", "softmax", "log_softmax"}},
      {"initializers",
       {"zeros", "constant", "normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal",
        "he_uniform", "lecun_normal", "lecun_uniform", "orthogonal", "standard",
        "randomized_asymmetric", "auto"}},
      {"losses", {"softmax_cross_entropy", "binary_cross_entropy", "mse", "mae", "huber"}},
      {"layers", {"dense", "batch_norm", "layer_norm", "dropout", "residual", "relu"}},
      {"optimizers", {"sgd", "rmsprop", "adagrad", "adam", "adamw", "lion"}},
      {"schedules",
       {"constant", "step", "exponential", "cosine", "one_cycle", "reduce_on_plateau"}},
      {"datasets",
       {"two_spirals", "moons", "circles", "xor", "blobs", "checkerboard", "sine", "function",
        "csv", "idx", "npy"}}};
  Program program;
  for (const auto& [list, names] : lists) {
    const Outcome text = program.run({"list", list}), json = program.run({"list", list, "--json"});
    CHECK(text.code == 0);
    CHECK(json.code == 0);
    const auto entries = nlohmann::json::parse(json.out);
    for (const std::string& name : names) {
      CAPTURE(list, name);
      CHECK(contains("\n" + text.out, "\n" + name + " "));
      CHECK(std::any_of(entries.begin(), entries.end(),
                        [&](const auto& entry) { return entry.at("name") == name; }));
    }
  }
  const std::string elu = program.run({"list", "activations"}).out;
  CHECK(contains(elu, "alpha"));
  CHECK(contains(elu, "default 1"));
}

TEST_CASE("unknown names end with 2 and the nearest known one") {
  Program program;
  const auto message = [&](const std::vector<std::string>& arguments) {
    const Outcome outcome = program.run(arguments);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
    return outcome.error;
  };
  CHECK(contains(message({"list", "activation"}), "did you mean \"activations\"?"));
  CHECK(contains(message({"init", "regresion"}), "did you mean \"regression\"?"));
  CHECK(contains(message({"trains"}), "did you mean \"train\"?"));
  CHECK(contains(message({"list", "losses", "--jsom"}), "did you mean \"--json\"?"));
  CHECK(contains(message({"train", "a.json", "--otu", "b"}), "unknown option --otu"));
  CHECK(contains(message({"evaluate", "a", "b"}), "unexpected argument \"b\""));
  CHECK(contains(message({}), "--help"));
  CHECK(contains(message({"predict"}), "required"));
  CHECK(contains(message({"evaluate", "a", "--weights", "worst"}), "--weights"));
  CHECK(contains(message({"list", "losses", "--threads", "0"}), "--threads"));
}

TEST_CASE("help and version are no mistakes") {
  Program program;
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"--version"}, {"train", "--help"}}) {
    const Outcome outcome = program.run(arguments);
    CHECK(outcome.code == 0);
    CHECK_FALSE(outcome.out.empty());
    CHECK(outcome.error.empty());
  }
  CHECK(program.run({"--version"}).out.starts_with("clino "));
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--version", "--json"}, {"--json", "--version"}}) {
    const auto json = nlohmann::json::parse(program.run(arguments).out);
    for (const char* key : {"version", "compiler", "instruction_set", "gemm"}) {
      CHECK(json.at(key).is_string());
    }
  }
}

TEST_CASE("every scaffold is a valid config") {
  Program program;
  for (const std::string kind : {"classification", "regression", "csv", "images"}) {
    const Outcome printed = program.run({"init", kind});
    CHECK(printed.code == 0);
    write_text(program.folder() / "made.json", printed.out);
    const Outcome valid = program.run({"validate", "made.json"});
    CAPTURE(kind, valid.error);
    CHECK(valid.code == 0);
    const Outcome plain = program.run({"init", kind, "--json"});
    CHECK(nlohmann::json::parse(plain.out) ==
          nlohmann::json::parse(printed.out, nullptr, true, /*ignore_comments=*/true));
  }
  write_text(program.folder() / "made.json", program.run({"init"}).out);
  CHECK(program.run({"train", "made.json", "training.epochs=1", "--quiet"}).code == 0);
}

TEST_CASE("missing data are a remark of a valid config") {
  Program program;
  write_text(program.folder() / "c.json", program.run({"init", "csv"}).out);
  const Outcome outcome = program.run({"validate", "c.json"});
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "valid"));
  CHECK(contains(outcome.error, "data.csv is missing"));
  const auto json = nlohmann::json::parse(program.run({"validate", "c.json", "--json"}).out);
  CHECK(json.at("valid") == true);
  CHECK(json.at("findings").empty());
  CHECK(json.at("remarks").size() == 1);
}

TEST_CASE("findings are listed as text and as JSON") {
  Program program;
  write_text(program.folder() / "c.json",
             "{\n  \"data\": {\"source\": \"mons\"},\n"
             "  \"model\": {\"hidden\": [4]}, \"loss\": 3\n}\n");
  const Outcome outcome = program.run({"validate", "c.json", "--json"});
  CHECK(outcome.code == 2);
  CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 2);
  CHECK(contains(outcome.error, "c.json:2:22: /data/source: "));
  CHECK(contains(outcome.error, "\"moons\""));
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json.at("valid") == false);
  REQUIRE(json.at("findings").size() == 2);
  CHECK(json.at("findings")[1].at("pointer") == "/loss");
  CHECK(program.run({"validate", "c.json"}).out.empty());
}

TEST_CASE("a config that cannot be read is a finding too") {
  Program program;
  const Outcome outcome = program.run({"validate", "lost.json", "--json"});
  CHECK(outcome.code == 3);
  const auto json = nlohmann::json::parse(outcome.out);
  CHECK(json.at("valid") == false);
  REQUIRE(json.at("findings").size() == 1);
  CHECK(contains(json.at("findings")[0].at("message"), "lost.json"));
}

TEST_CASE("the schema is JSON and the reference is Markdown") {
  Program program;
  const Outcome schema = program.run({"schema"});
  CHECK(schema.code == 0);
  CHECK(nlohmann::json::parse(schema.out).contains("$schema"));
  const Outcome reference = program.run({"schema", "--markdown"});
  CHECK(reference.code == 0);
  CHECK(reference.out.starts_with("# "));
  CHECK(contains(reference.out, "batch_size"));
}

}  // namespace
}  // namespace clino::test
