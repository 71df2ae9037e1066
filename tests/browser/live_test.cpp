// The page of a run that is still going on.

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "tests/app/program.hpp"
#include "tests/browser/report_tab.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

/// A run that trains until it is told to stop, and serves its page.
struct LiveRun : Program {
  LiveRun() {
    write_text(folder() / "small.json", kSmallConfig);
    start({"train", "small.json", "training.epochs=1000000000", "log.every=1000", "--out", "run",
           "--live"},
          ::open("/dev/null", O_RDONLY | O_CLOEXEC), create("out"));
  }
  ~LiveRun() {
    if (!ended_) stop();
  }

  /// Where the page is.
  std::string address() const {
    for (int i = 0; i < 2000; ++i) {
      const std::string text = error_so_far();
      const auto begin = text.find("http://127.0.0.1:");
      const auto end = text.find('\n', begin);
      if (begin != std::string::npos && end != std::string::npos) {
        return text.substr(begin, end - begin);
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    throw std::runtime_error("no address: " + error_so_far());
  }
  Outcome stop() {
    ended_ = true;
    signal(SIGINT);
    return wait();
  }

 private:
  bool ended_ = false;
};

/// Waits until a JavaScript expression holds.
std::string eventually(const std::string& condition) {
  return R"js(new Promise((done) => {
  const start = performance.now();
  const look = () => {
    if ()js" +
         condition + R"js() return done(true);
    if (performance.now() - start > 30000) return done(false);
    setTimeout(look, 50);
  };
  look();
}))js";
}

/// The last logged step that has reached the page; -1 before the first.
constexpr const char* kSteps =
    "Math.max(-1, ...Clino.model.series.filter(s => s.quantity === 'grad_norm')"
    ".map(s => s.steps[s.steps.length - 1]))";

TEST_CASE("a live page grows with its run and says when that has ended") {
  LiveRun run;
  ReportTab tab;
  tab.open_address(run.address());
  const auto steps = [&] { return tab.evaluate(kSteps).get<std::int64_t>(); };
  const std::int64_t at_first = steps();
  CHECK(tab.evaluate(eventually(std::string(kSteps) + " > " + std::to_string(at_first))) == true);
  // The text follows, more slowly.
  const std::string outcome = "document.getElementById('outcome').textContent";
  const Json before = tab.evaluate(outcome);
  CHECK(tab.evaluate(eventually(outcome + " !== " + before.dump())) == true);

  CHECK(run.stop().code == 130);
  const std::string last =
      Json::parse(read_text(run.folder() / "run/summary.json"))["steps"].dump();
  CHECK(tab.evaluate(eventually(outcome + ".includes('interrupted')")) == true);
  // All of the log has reached it, each record once and in order.
  const std::string log = read_text(run.folder() / "run/steps.jsonl");
  const std::string line = log.substr(log.rfind('\n', log.size() - 2) + 1);
  CHECK(tab.evaluate(
            eventually(std::string(kSteps) + " === " + Json::parse(line)["step"].dump())) == true);
  CHECK(tab.evaluate("Clino.model.series.every(s => "
                     "s.steps.every((step, i) => i === 0 || step > s.steps[i - 1]))") == true);
  INFO(last);
  const std::vector<std::string> none;
  CHECK(tab.noticed().complaints == none);
  CHECK(tab.noticed().violations == none);
  CHECK(std::ranges::all_of(tab.noticed().requests, [](const std::string& url) {
    return url.find("/events?from=") != std::string::npos;
  }));
}

}  // namespace
}  // namespace clino::test
