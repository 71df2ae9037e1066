#include "report/screen.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <sstream>

#include "report/heat_map.hpp"
#include "report/number_text.hpp"
#include "report/sparkline.hpp"
#include "report/text_fields.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/sample_run.hpp"

namespace clino::test {
namespace {

using report::columns_of;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The lines between one that holds `from` and the next blank one.
std::vector<std::string> part(const std::string& text, const std::string& from) {
  std::vector<std::string> lines = lines_of(text);
  const auto holds = [&](const std::string& line) { return line.find(from) != std::string::npos; };
  const auto begin = std::ranges::find_if(lines, holds);
  REQUIRE(begin != lines.end());
  return {begin + 1, std::find(begin, lines.end(), "")};
}

/// A text without its escapes.
std::string plain(std::string text) {
  for (std::size_t i = text.find('\033'); i != std::string::npos; i = text.find('\033')) {
    text.erase(i, text.find('m', i) - i + 1);
  }
  return text;
}

RunLog deep_run(std::size_t layers) {
  RunLog run = sample_run(60);
  run.layers.clear();
  for (std::size_t l = 0; l < layers; ++l) {
    const bool dense = l % 2 == 0;
    run.layers.push_back(sample_layer(static_cast<Index>(l), dense ? "dense" : "sigmoid", 60));
  }
  return run;
}

}  // namespace

TEST_CASE("a screen has the latest record of every layer and its trend") {
  const RunLog run = sample_run(60);
  const std::vector<std::string> rows = part(screen_text(run), "layer type");
  REQUIRE(rows.size() == run.layers.size());
  for (std::size_t l = 0; l < rows.size(); ++l) {
    const LayerLog& layer = run.layers[l];
    const LayerPoint& last = layer.points.back();
    INFO(rows[l]);
    CHECK(rows[l].starts_with(report::left_field(layer.name, 6) + layer.type));
    CHECK(rows[l].find(" " + report::number_text(last.delta_norm, 3) + " ") != std::string::npos);
    if (layer.learned) {
      CHECK(rows[l].find(report::number_text(last.weight_grad_norm, 3)) != std::string::npos);
      CHECK(rows[l].find(report::number_text(last.update_ratio, 3)) != std::string::npos);
    } else {
      CHECK(rows[l].find("2/8") != std::string::npos);
    }
    const auto deltas = report::values_of(layer.points, &LayerPoint::delta_norm);
    CHECK(rows[l].find(report::sparkline(deltas, {.width = 8, .log = true})) != std::string::npos);
  }
}

TEST_CASE("a screen's map is the page's, in letters whose numbers stand below") {
  const RunLog run = sample_run(60);
  const std::vector<std::string> lines = part(screen_text(run), "Back-propagated signal");
  REQUIRE(lines.size() == run.layers.size() + 2);
  const report::HeatMap map = report::heat_map(run.layers, 62);
  const std::string letters = ".:-=+*#%@";
  const std::string& legend = lines.back();
  const double step = (map.range.high - map.range.low) / 9;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const std::size_t place = legend.find(std::string(" ") + letters[i] + " ");
    REQUIRE(place != std::string::npos);
    const double middle = map.range.low + (static_cast<double>(i) + 0.5) * step;
    CHECK(std::stod(legend.substr(place + 3)) == Approx(middle).margin(0.0501));
  }
  for (std::size_t l = 0; l < run.layers.size(); ++l) {
    const std::string cells = lines[l].substr(17);
    REQUIRE(cells.size() == map.rows[l].size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto level = static_cast<double>(letters.find(cells[i]));
      const double mean = map.rows[l][i].mean;
      CHECK(mean >= map.range.low + level * step - 1e-9);
      CHECK(mean <= map.range.low + (level + 1) * step + 1e-9);
    }
  }
}

TEST_CASE("no line of a screen is wider than its terminal, or than 80 columns") {
  for (const std::size_t columns : {20, 80, 97, 98, 124, 125, 200}) {
    RunLog decades = sample_run(60);
    for (std::size_t i = 0; i < 60; ++i) decades.steps[i].loss = -1.234e-10 * std::pow(1.5, i);
    RunLog falling = sample_run(60);
    for (std::size_t i = 0; i < 60; ++i) falling.steps[i].loss = 1.234e-10 * std::pow(1.5, i);
    for (const RunLog& run :
         {sample_run(60), sample_run(1), sample_run(0), deep_run(41), decades, falling}) {
      const std::string text = screen_text(run, {.columns = columns});
      for (const std::string& line : lines_of(text)) {
        INFO(line);
        CHECK(columns_of(line) <= std::max<std::size_t>(columns, 80));
      }
      CHECK(text.ends_with("\n"));
    }
  }
}

TEST_CASE("a wide screen has more figures") {
  const RunLog run = sample_run(60);
  CHECK(screen_text(run).find(" rank") == std::string::npos);
  CHECK(screen_text(run, {.columns = 98}).find(" std") != std::string::npos);
  CHECK(screen_text(run, {.columns = 125}).find(" rank") != std::string::npos);
}

TEST_CASE("colours change nothing but colours") {
  const RunLog run = sample_run(60);
  const std::string without = screen_text(run);
  CHECK(without.find('\033') == std::string::npos);
  for (const ScreenColor color : {ScreenColor::palette, ScreenColor::full}) {
    const std::string with = screen_text(run, {.color = color});
    CHECK(with.find("\033[") != std::string::npos);
    CHECK(plain(with) == without);
  }
}

TEST_CASE("a screen of ASCII has no other letters") {
  RunLog run = sample_run(60);
  const std::string text = screen_text(run, {.unicode = false});
  for (const std::string& line : part(text, "layer type")) {
    CHECK(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7F; }));
  }
}

TEST_CASE("a screen of limited height shows some layers and says so") {
  const RunLog run = deep_run(41);
  for (const std::size_t rows : {30, 40, 60, 90}) {
    const std::string text = screen_text(run, {.rows = rows});
    const std::vector<std::string> table = part(text, "layer type");
    CHECK(lines_of(text).size() <= rows);
    CHECK(table.front().starts_with("0 "));
    CHECK(table[table.size() - 2].starts_with("40 "));
    CHECK(table.back().find("of 41 layers") != std::string::npos);
  }
  const std::string whole = screen_text(run, {.rows = 200});
  CHECK(whole == screen_text(run));
  CHECK(whole.find("of 41 layers") == std::string::npos);
}

TEST_CASE("a run that has only begun has a screen") {
  RunLog run = sample_run(0);
  run.summary.reset();
  run.layers.clear();
  const std::string text = screen_text(run);
  CHECK(text.starts_with("sample  stopped without an end, nothing logged\n"));
  CHECK(text.find("layer type") == std::string::npos);
  run.running = true;
  CHECK(screen_text(run).starts_with("sample  training, nothing logged\n"));
}

TEST_CASE("what is not finite, and what is zero, is seen on a screen") {
  RunLog run = sample_run(60);
  run.steps[30].loss = std::numeric_limits<double>::infinity();
  run.layers[2].points[59].delta_norm = kNan;
  run.layers[3].points[0].delta_norm = 0;
  const std::string text = screen_text(run);
  const std::vector<std::string> all = lines_of(text);
  const auto loss = std::ranges::find_if(
      all, [](const std::string& line) { return line.starts_with("batch loss"); });
  REQUIRE(loss != all.end());
  CHECK(loss->find('!') != std::string::npos);
  const std::vector<std::string> map = part(text, "Back-propagated signal");
  CHECK(map[2].back() == '!');
  CHECK(map[3][17] == '0');
  CHECK(map.back() == "! not finite  0 zero");
  CHECK(part(text, "layer type")[2].find(" nan ") != std::string::npos);
}

TEST_CASE("the latest events of units are told, with their causes") {
  const RunLog run = sample_run(60);
  const std::vector<std::string> lines = part(screen_text(run), "Units on the whole training set");
  REQUIRE(lines.size() == 12);  // the causes are too long for their line
  CHECK(lines[0] == "  1 tanh           unit 5   was dead from the start");
  CHECK(lines[2] ==
        "  1 tanh           unit 2   died, steps 200 to 210: the bias drifted, its "
        "input");
  CHECK(lines[3] == std::string(28, ' ') + "moved by -1.25");
  CHECK(lines[6].find("unit 7   died, steps 300 to 310: the learning rate jumped") !=
        std::string::npos);
  CHECK(lines[10] == "  1 tanh           unit 2   is active again at step 450");
}

TEST_CASE("a scan cut short says how many units can be dead at most") {
  RunLog run = sample_run(20);
  for (LayerLog& layer : run.layers) {
    layer.scans.clear();
    layer.events.clear();
  }
  run.layers[1].partial_scan = UnitScanPoint{.step = 19, .units = 8, .dead = 3, .samples = 90};
  // The line is too long for 80 columns, wherever it is broken.
  const std::string text = std::regex_replace(screen_text(run), std::regex("\\s+"), " ");
  CHECK(text.find("not all samples were looked at; dead at most in 1 tanh: 3/8") !=
        std::string::npos);
  run.layers[1].scans = {{.step = 19, .units = 8, .dead = 2}};
  CHECK(screen_text(run).find("dead in 1 tanh: 2/8") != std::string::npos);
}

TEST_CASE("no name can take over the terminal") {
  for (const std::string& name : hostile_strings()) {
    RunLog run = sample_run(20);
    run.name = name;
    run.summary->status = name;
    for (LayerLog& layer : run.layers) {
      layer.name = name;
      layer.type = name;
      for (UnitEventPoint& event : layer.events) event.cause = name;
    }
    for (const char c : screen_text(run)) {
      const auto byte = static_cast<unsigned char>(c);
      CHECK((byte >= 0x20 || byte == '\n'));
      CHECK(byte != 0x7F);
    }
  }
}

}  // namespace clino::test
