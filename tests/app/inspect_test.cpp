#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "app/terminal.hpp"
#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

struct InspectedRun : Program {
  InspectedRun() {
    write_text(folder() / "small.json", kSmallConfig);
    REQUIRE(run({"train", "small.json", "--out", "run", "--quiet"}).code == 0);
  }
};

/// A run that trains until it is told to stop, and has logged its first steps.
struct EndlessRun : Program {
  EndlessRun() {
    write_text(folder() / "small.json", kSmallConfig);
    start({"train", "small.json", "training.epochs=1000000000", "--out", "run"},
          ::open("/dev/null", O_RDONLY | O_CLOEXEC), create("out"));
    const std::filesystem::path steps = folder() / "run/steps.jsonl";
    for (int i = 0; i < 2000 && (!std::filesystem::exists(steps) || read_text(steps).empty());
         ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
};

/// Sets a variable of the environment, or removes it, as long as it lives.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~Environment() { set(before_ ? before_->c_str() : nullptr); }

 private:
  void set(const char* value) const {
    if (value == nullptr) {
      ::unsetenv(name_);
    } else {
      ::setenv(name_, value, 1);
    }
  }
  const char* name_;
  std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("a run is inspected in 80 columns, without colours where there is no terminal") {
  InspectedRun program;
  const Outcome outcome = program.run({"inspect", "run"});
  CHECK(outcome.code == 0);
  CHECK(outcome.error.empty());
  CHECK(contains(outcome.out, "small  completed, 40 steps, 5 epochs"));
  CHECK(contains(outcome.out, "batch loss"));
  CHECK(contains(outcome.out, "Back-propagated signal"));
  CHECK(contains(outcome.out, "Findings"));
  CHECK_FALSE(contains(outcome.out, "\033"));
  // All of it is in the log: the same again.
  CHECK(program.run({"inspect", "run"}).out == outcome.out);
  CHECK(program.run({"inspect", "run", "--quiet"}).out.empty());
  CHECK(contains(program.run({"inspect", "run", "--color", "always"}).out, "\033[48;") == false);
  CHECK(contains(program.run({"inspect", "run", "--color", "always"}).out, ";48;"));
}

TEST_CASE("the figures of the screen are to be had as JSON and CSV, equal to the log's") {
  InspectedRun program;
  const Json json = Json::parse(program.run({"inspect", "run", "--json"}).out);
  std::istringstream log(read_text(program.folder() / "run/layers.jsonl"));
  std::map<int, Json> last;
  for (std::string line; std::getline(log, line);) {
    const Json record = Json::parse(line);
    last[record["layer"].get<int>()] = record;
  }
  REQUIRE(json["layers"].size() == last.size());
  for (const Json& layer : json["layers"]) {
    for (const auto& [key, value] : last.at(layer["layer"].get<int>()).items()) {
      if (key != "epoch") CHECK(layer[key] == value);
    }
  }
  const std::string csv = program.run({"inspect", "run", "--csv"}).out;
  CHECK(std::count(csv.begin(), csv.end(), '\n') == static_cast<long>(last.size()) + 1);
  write_text(program.folder() / "run/layers.jsonl", "");
  const Outcome empty = program.run({"inspect", "run", "--csv"});
  CHECK(empty.code == 0);
  CHECK(contains(empty.error, "no layer of this run was logged"));
}

TEST_CASE("what cannot be inspected is said") {
  InspectedRun program;
  const Outcome missing = program.run({"inspect", "nowhere"});
  CHECK(missing.code == 3);
  CHECK(contains(missing.error, "nowhere"));
  CHECK(program.run({"inspect"}).code == 2);
  CHECK(program.run({"inspect", "run", "--csv", "--json"}).code == 2);
  CHECK(program.run({"inspect", "run", "--follow", "--json"}).code == 2);
  CHECK(program.run({"inspect", "run", "--follow", "--csv"}).code == 2);
  CHECK(program.run({"inspect", "run", "--color", "sometimes"}).code == 2);
  CHECK(program.run({"inspect", "run", "--csv=3"}).code == 2);
  // Cut in the middle of a line is how a run looks while it is written; damage is something else.
  write_text(program.folder() / "run/steps.jsonl", "{\"step\":0,\"ep\n");
  const Outcome damaged = program.run({"inspect", "run"});
  CHECK(damaged.code == 3);
  CHECK(contains(damaged.error, "steps.jsonl"));
}

TEST_CASE("a run that trains is followed until it has ended") {
  EndlessRun trainer;
  Program watcher;
  watcher.start({"inspect", (trainer.folder() / "run").string(), "--follow"},
                ::open("/dev/null", O_RDONLY | O_CLOEXEC), watcher.create("out"));
  // Two screens, however long that takes on a busy machine.
  const std::string first = "small  training, logged up to step";
  for (int i = 0; i < 6000; ++i) {
    const std::string shown = watcher.out_so_far();
    if (shown.find(first, shown.find(first) + 1) != std::string::npos) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  trainer.signal(SIGINT);
  CHECK(trainer.wait().code == 130);
  const Outcome outcome = watcher.wait();
  CHECK(outcome.code == 0);
  // More than one screen, the last one of the run as it ended.
  CHECK(outcome.out.starts_with(first));
  CHECK(outcome.out.find(first, 1) != std::string::npos);
  CHECK(contains(outcome.out, "small  interrupted, "));
}

TEST_CASE("a run that was killed is not taken for one that trains") {
  EndlessRun trainer;
  Program watcher;
  const std::string run = (trainer.folder() / "run").string();
  CHECK(Json::parse(watcher.run({"inspect", run, "--json"}).out)["running"] == true);
  trainer.signal(SIGKILL);
  CHECK(trainer.wait().code == -1);
  CHECK(contains(watcher.run({"inspect", run}).out, "small  stopped without an end, logged up to"));
  // Nor is it waited for.
  CHECK(watcher.run({"inspect", run, "--follow"}).code == 0);
  CHECK(Json::parse(watcher.run({"inspect", run, "--json"}).out)["running"] == false);
}

TEST_CASE("a terminal's colours are asked of the environment") {
  const Environment no_color("NO_COLOR", nullptr), depth("COLORTERM", nullptr);
  const Environment terminal("TERM", "xterm-256color");
  CHECK(app::color_by_environment() == ScreenColor::palette);
  {
    const Environment full("COLORTERM", "truecolor");
    CHECK(app::color_by_environment() == ScreenColor::full);
    const Environment none("NO_COLOR", "1");
    CHECK(app::color_by_environment() == ScreenColor::none);
  }
  for (const char* kind : {"dumb", "vt100", ""}) {
    const Environment poor("TERM", kind);
    CHECK(app::color_by_environment() == ScreenColor::none);
  }
}

}  // namespace clino::test
