// Log, terminal, page and film of one and the same run tell the same story.

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "report/number_text.hpp"
#include "tests/app/program.hpp"
#include "tests/catch.hpp"
#include "tests/report/markup.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

std::vector<Json> records(const std::filesystem::path& file) {
  std::vector<Json> all;
  std::istringstream text(read_text(file));
  for (std::string line; std::getline(text, line);) all.push_back(Json::parse(line));
  return all;
}

/// A run of so few records that each has a cell of its own wherever it is drawn.
struct ShortRun : Program {
  ShortRun() {
    write_text(folder() / "moons.json", R"({
      "name": "moons", "data": {"source": "moons", "samples": 200},
      "model": {"hidden": [8, 8], "activation": "tanh"}, "loss": "softmax_cross_entropy",
      "optimizer": {"type": "adam", "learning_rate": 0.02},
      "training": {"epochs": 20, "batch_size": 20}, "log": {"every": 10}
    })");
    REQUIRE(run({"train", "moons.json", "--out", "run", "--quiet"}).code == 0);
  }
  std::vector<Json> log(const char* name) const { return records(folder() / "run" / name); }
};

}  // namespace

TEST_CASE("the heat maps of terminal and page are the log's delta norms") {
  ShortRun run;
  std::map<int, std::vector<double>> logged;
  std::map<int, std::string> labels;
  for (const Json& record : run.log("layers.jsonl")) {
    const int layer = record["layer"];
    logged[layer].push_back(record["delta_norm"]);
    labels[layer] = record["name"].get<std::string>() + " " + record["type"].get<std::string>();
  }
  REQUIRE(logged.size() == 5);
  const Json inspected = Json::parse(run.run({"inspect", "run", "--json"}).out);
  const Json& map = inspected["heat_map"]["log10_delta_norm"];
  std::vector<std::string> titles;
  for (const Element& title :
       all_of(read_markup(read_text(run.folder() / "run/report.html")), "title")) {
    titles.push_back(title.text);
  }
  for (const auto& [layer, deltas] : logged) {
    REQUIRE(map[static_cast<std::size_t>(layer)].size() == deltas.size());
    for (std::size_t i = 0; i < deltas.size(); ++i) {
      CHECK(map[static_cast<std::size_t>(layer)][i] == std::log10(deltas[i]));
      // The page writes what its cell is drawn from, which is the logarithm.
      const double drawn = std::pow(10.0, std::log10(deltas[i]));
      const std::string words =
          labels[layer] + ", step " + std::to_string(10 * i) + ": " + report::number_text(drawn);
      INFO(words);
      CHECK(std::count(titles.begin(), titles.end(), words) == 1);
    }
  }
}

TEST_CASE("the sparkline is the log's loss, and all begin and end with the run") {
  ShortRun run;
  const Json inspected = Json::parse(run.run({"inspect", "run", "--json"}).out);
  const std::vector<Json> steps = run.log("steps.jsonl");
  REQUIRE(inspected["loss"]["mean"].size() == steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK(inspected["loss"]["mean"][i] == steps[i]["loss"]);
    CHECK(inspected["loss"]["first_step"][i] == steps[i]["step"]);
    CHECK(inspected["heat_map"]["first_step"][i] == steps[i]["step"]);
  }
  const std::vector<Json> film = run.log("film.jsonl");
  CHECK(film[1]["step"] == 0);
  CHECK(film.back()["step"] == inspected["steps"]);
  // The character that is highest stands where the loss was.
  std::size_t highest = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i]["loss"] > steps[highest]["loss"]) highest = i;
  }
  std::istringstream screen(run.run({"inspect", "run"}).out);
  std::string line;
  while (std::getline(screen, line) && !line.starts_with("batch loss")) continue;
  // In ASCII, as the test's locale has it, or in blocks: the highest is the eighth.
  const std::string ascii = line.substr(22, steps.size());
  if (ascii.find('#') != std::string::npos) {
    CHECK(ascii[highest] == '#');
  } else {
    CHECK(line.find("█") != std::string::npos);
  }
}

TEST_CASE("the last frame of the film is what the trained net predicts") {
  ShortRun run;
  const std::vector<Json> film = run.log("film.jsonl");
  const Json& head = film.front();
  const Json& values = film.back()["values"];
  const int columns = head["columns"], rows = head["rows"];
  const auto place = [&](const char* axis, int i, int count) {
    const double low = head[std::string(axis) + "_low"], high = head[std::string(axis) + "_high"];
    return low + (high - low) * i / (count - 1);
  };
  std::ostringstream points;
  points << std::setprecision(17);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      points << place("x", column, columns) << ',' << place("y", row, rows) << '\n';
    }
  }
  std::istringstream answers(run.run({"predict", "run", "--weights", "last"}, points.str()).out);
  std::size_t compared = 0;
  for (std::string answer; std::getline(answers, answer); ++compared) {
    const double predicted = std::stod(answer.substr(0, answer.find(',')));
    const double probability = std::stod(answer.substr(answer.find(',') + 1));
    const double shown = values[compared];
    CHECK(std::abs(shown - (predicted + std::min(probability, 0.999))) < 0.0006);
  }
  CHECK(compared == values.size());
}

}  // namespace clino::test
