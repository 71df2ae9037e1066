#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// Three classes of flowers on a line, with a column of text names and a quote in one of them.
std::string flowers(int rows) {
  std::string text = "width,height,kind\n";
  for (int i = 0; i < rows; ++i) {
    const int kind = i % 3;
    const char* const names[] = {"iris", "\"rose, \"\"red\"\"\"", "tulip"};
    text += std::to_string(kind * 2 + (i % 7) * 0.1) + "," + std::to_string((i % 5) * 0.3) + "," +
            names[kind] + "\n";
  }
  return text;
}

const char* const kFlowerConfig = R"({
  "name": "flowers",
  "data": {"source": "csv", "path": "flowers.csv", "target": "kind"},
  "model": {"hidden": [8], "activation": "tanh"},
  "loss": {"type": "softmax_cross_entropy", "temperature": 2, "class_weights": "balanced"},
  "optimizer": {"type": "adam", "learning_rate": 0.1},
  "training": {"epochs": 30, "batch_size": 16}
})";

/// A program whose folder holds a finished run `run`.
struct FlowerRun : Program {
  explicit FlowerRun(const std::string& dtype = "float32") {
    write_text(folder() / "flowers.csv", flowers(150));
    write_text(folder() / "flowers.json", kFlowerConfig);
    trained = run({"train", "flowers.json", "dtype=" + dtype, "--out", "run", "--quiet"});
  }
  Json run_json(std::vector<std::string> arguments) {
    arguments.emplace_back("--json");
    return Json::parse(run(arguments).out);
  }

  Outcome trained;
};

TEST_CASE("the singular values of the Jacobians are to be had of a trained net") {
  Program program;
  write_text(program.folder() / "small.json", kSmallConfig);
  REQUIRE(program.run({"train", "small.json", "log.jacobian=20", "--out", "run", "--quiet"}).code ==
          0);
  const std::vector<std::string> before = names_in(program.folder() / "run");
  const Outcome text = program.run({"evaluate", "run", "--jacobian", "--weights", "last"});
  CHECK(text.code == 0);
  CHECK(contains(text.out, "Jacobians on 16 samples of the validation part"));
  CHECK(contains(text.out, "bounds that of the whole"));
  for (const std::string& line : lines_of(text.out))
    CHECK((line.size() <= 80 || contains(line, "weights:")));

  const Json found =
      Json::parse(program.run({"evaluate", "run", "--jacobian", "--weights", "last", "--json"})
                      .out)["jacobian"];
  CHECK(found["part"] == "validation");
  CHECK(found["whole"]["singular_values"].size() == 2);
  CHECK(found["whole"]["largest"] <= found["bound"]);
  REQUIRE(found["layers"].size() == 4);
  CHECK(found["layers"][1]["type"] == "tanh");
  // A dense layer's do not depend on the samples: those of the last record are the same.
  std::istringstream log(read_text(program.folder() / "run/jacobian.jsonl"));
  Json last;
  for (std::string line; std::getline(log, line);) {
    Json record = Json::parse(line);
    if (record["layer"] == 0) last = std::move(record);
  }
  CHECK(last["step"] == 40);
  CHECK(last["largest"] == found["layers"][0]["largest"]);
  CHECK(names_in(program.folder() / "run") == before);
}

TEST_CASE("evaluating a run gives the numbers of its log") {
  const std::string dtype = GENERATE("float32", "float64");
  FlowerRun program(dtype);
  REQUIRE(program.trained.code == 0);
  const auto lines = lines_of(read_text(program.folder() / "run/metrics.jsonl"));
  const Json logged = Json::parse(lines.back());
  REQUIRE(logged.at("split") == "validation");
  const Json last = program.run_json({"evaluate", "run", "--weights", "last"});
  CHECK(last.at("weights") == "model.safetensors");
  CHECK(last.at("validation").at("accuracy") == logged.at("accuracy"));
  CHECK(last.at("validation").at("loss") == logged.at("loss"));

  const Json best = program.run_json({"evaluate", "run"});
  const Json summary = Json::parse(read_text(program.folder() / "run/summary.json"));
  CHECK(best.at("weights") == "best.safetensors");
  CHECK(best.at("validation").at("loss") == summary.at("best").at("validation").at("loss"));
  CHECK_FALSE(best.contains("test"));
}

TEST_CASE("a run without validation and test parts is evaluated on what it has") {
  FlowerRun program;
  REQUIRE(
      program.run({"train", "flowers.json", "data.validation_fraction=0", "--out", "all"}).code ==
      0);
  const Json result = program.run_json({"evaluate", "all"});
  CHECK(result.at("train").at("samples") == 150);
}

TEST_CASE("evaluation and prediction agree on a file, however it is given") {
  FlowerRun program;
  const Json file = program.run_json({"evaluate", "run", "--data", "flowers.csv"}).at("data");
  const Json config = program.run_json({"evaluate", "run", "--data", "flowers.json"}).at("data");
  CHECK(file == config);
  CHECK(file.at("samples") == 150);

  const auto answers = lines_of(program.run({"predict", "run", "flowers.csv", "--json"}).out);
  REQUIRE(answers.size() == 150);
  const char* const names[] = {"iris", "rose, \"red\"", "tulip"};
  int right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Json answer = Json::parse(answers[i]);
    right += answer.at("class") == names[i % 3] ? 1 : 0;
    double sum = 0;
    for (const auto& p : answer.at("probabilities")) sum += p.get<double>();
    CHECK(sum == Approx(1).epsilon(1e-6));
    CHECK(answer.at("probabilities").at(answer.at("class").get<std::string>()) ==
          answer.at("probability"));
  }
  CHECK(file.at("accuracy") == right / 150.0);
  int diagonal = 0;
  for (std::size_t k = 0; k < 3; ++k) diagonal += file.at("confusion")[k][k].get<int>();
  CHECK(diagonal == right);
  for (const auto& each : file.at("classes")) CHECK(each.at("samples") == 50);
}

TEST_CASE("the table says what was measured with which weights") {
  FlowerRun program;
  const Outcome outcome = program.run({"evaluate", "run"});
  CHECK(outcome.code == 0);
  for (const std::string word : {"best.safetensors", "validation: 30 samples", "accuracy", "recall",
                                 "precision", "AUC", "confusion", "tulip"}) {
    CHECK(contains(outcome.out, word));
  }
  for (const std::string& line : lines_of(outcome.out)) CHECK(line.size() <= 80);
}

TEST_CASE("other data than those of the training are refused unless asked for") {
  FlowerRun program;
  write_text(program.folder() / "flowers.csv", flowers(120));
  const Outcome outcome = program.run({"evaluate", "run"});
  CHECK(outcome.code == 3);
  CHECK(contains(outcome.error, "--data"));
}

TEST_CASE("rows are answered from a file, compressed or not, and from standard input alike") {
  FlowerRun program;
  const std::string rows = "2.1,0.3\n0,0\n4.2,0.6\n";
  write_text(program.folder() / "rows.csv", rows);
  const Outcome file = program.run({"predict", "run", "rows.csv"});
  CHECK(file.code == 0);
  const auto lines = lines_of(file.out);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with("\"rose, \"\"red\"\"\","));
  CHECK(lines[1].starts_with("iris,0.9"));
  CHECK(lines[2].starts_with("tulip,0.9"));
  CHECK(program.run({"predict", "run", "-"}, rows).out == file.out);
  CHECK(program.run({"predict", "run"}, rows).out == file.out);
  CHECK(
      program.run({"predict", "run", "-"}, "height,other,width\n0.3,x,2.1\n0,y,0\n0.6,z,4.2").out ==
      file.out);
  if (std::system(("gzip -k " + program.file("rows.csv")).c_str()) == 0) {
    CHECK(program.run({"predict", "run", "rows.csv.gz"}).out == file.out);
  }
  CHECK(program.run({"predict", "run"}, "").out.empty());
}

TEST_CASE("each row is answered before the next one is there") {
  FlowerRun program;
  int to[2], from[2];
  REQUIRE(::pipe2(to, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(from, O_CLOEXEC) == 0);
  program.start({"predict", "run", "-"}, to[0], from[1]);
  for (const std::string row : {"0,0\n", "4.2,0.6\n"}) {
    REQUIRE(::write(to[1], row.data(), row.size()) == static_cast<ssize_t>(row.size()));
    char answer[100];
    const ssize_t size = ::read(from[0], answer, sizeof(answer));
    REQUIRE(size > 0);
    const std::string text(answer, static_cast<std::size_t>(size));
    CHECK(text.starts_with(row[0] == '0' ? "iris," : "tulip,"));
    CHECK(text.back() == '\n');
  }
  ::close(to[1]);
  CHECK(program.wait().code == 0);
  ::close(from[0]);
}

TEST_CASE("a bad row ends with 3, its place, and the answers to the rows before it") {
  FlowerRun program;
  const Outcome outcome = program.run({"predict", "run", "-"}, "0,0\n4.2,wide\n0,0\n");
  CHECK(outcome.code == 3);
  CHECK(lines_of(outcome.out).size() == 1);
  CHECK(contains(outcome.error, "standard input, line 2, column 2"));
  CHECK(contains(outcome.error, "\"wide\""));
  CHECK(program.run({"predict", "run", "lost.csv"}).code == 3);
  CHECK(program.run({"predict", "nowhere"}, "0,0\n").code == 3);
}

TEST_CASE("numbers are predicted in the units of the targets, separated by commas") {
  Program program;
  std::string table = "x,double,offset\n";
  for (int i = 0; i < 40; ++i) {
    table += std::to_string(i) + "," + std::to_string(2 * i) + "," + std::to_string(i + 100) + "\n";
  }
  write_text(program.folder() / "line.csv", table);
  write_text(program.folder() / "line.json", R"({
    "data": {"source": "csv", "path": "line.csv", "target": ["double", "offset"]},
    "model": {"hidden": []}, "loss": "mse", "dtype": "float64",
    "optimizer": {"type": "sgd", "learning_rate": 0.3}, "training": {"epochs": 200}
  })");
  const Outcome trained = program.run({"train", "line.json", "--out", "run", "--quiet"});
  INFO(trained.error);
  REQUIRE(trained.code == 0);
  const auto lines = lines_of(program.run({"predict", "run", "-"}, "10\n25\n").out);
  REQUIRE(lines.size() == 2);
  double twice = 0, offset = 0;
  REQUIRE(std::sscanf(lines[1].c_str(), "%lf,%lf", &twice, &offset) == 2);
  CHECK(twice == Approx(50).epsilon(1e-6));
  CHECK(offset == Approx(125).epsilon(1e-6));
  const Json answer = Json::parse(program.run({"predict", "run", "--json"}, "25\n").out);
  CHECK(answer.at("values").at("double") == twice);
  CHECK(answer.at("values").at("offset") == offset);

  const Json result = Json::parse(program.run({"evaluate", "run", "--json"}).out).at("validation");
  CHECK(result.at("r2").get<double>() > 0.999999);
  CHECK(result.at("outputs")[1].at("name") == "offset");
  CHECK(result.at("outputs")[1].at("mae").get<double>() < 1e-3);
  CHECK(contains(program.run({"evaluate", "run"}).out, "RMSE"));
}

TEST_CASE("two classes of one logit are predicted with the probability of the named one") {
  Program program;
  write_text(program.folder() / "c.json", R"({"data": {"source": "xor", "samples": 400},
    "model": {"hidden": [8], "activation": "tanh"}, "loss": "binary_cross_entropy",
    "optimizer": {"type": "adam", "learning_rate": 0.05}, "training": {"epochs": 20}})");
  REQUIRE(program.run({"train", "c.json", "--out", "run", "--quiet"}).code == 0);
  const auto lines = lines_of(program.run({"predict", "run"}, "0.8,0.8\n-0.8,0.8\n").out);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("0,0.9"));
  CHECK(lines[1].starts_with("1,0.9"));
  const Json result = Json::parse(program.run({"evaluate", "run", "--json"}).out).at("validation");
  CHECK(result.at("classes").size() == 2);
  CHECK(result.at("auc").get<double>() > 0.95);
}

}  // namespace
}  // namespace clino::test
