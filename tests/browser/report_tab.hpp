#pragma once

#include <filesystem>

#include "report/report.hpp"
#include "tests/browser/browser.hpp"
#include "tests/browser/sample_run.hpp"
#include "tests/temporary_folder.hpp"

namespace clino::test {

/// A tab for pages of runs: comes back from opening one when all its charts are drawn. The page
/// does that piece by piece, and says in `data-drawn` of its root when it has done.
class ReportTab : public Tab {
 public:
  explicit ReportTab(const View& view = {}) : Tab(view), javascript_(view.javascript) {}
  explicit ReportTab(const std::filesystem::path& file, const View& view = {}) : ReportTab(view) {
    open(file);
  }

  void open(const std::filesystem::path& file) {
    Tab::open(file);
    wait_until_drawn();
  }
  void open_address(const std::string& address) {
    Tab::open_address(address);
    wait_until_drawn();
  }
  /// From the request until all charts were drawn, in seconds.
  double drawing_seconds() const { return drawing_seconds_; }

 private:
  void wait_until_drawn() {
    if (javascript_) drawing_seconds_ = evaluate(kWaitUntilDrawn).get<double>();
  }

  static constexpr const char* kWaitUntilDrawn = R"js(
new Promise((done, fail) => {
  const look = () => {
    const seconds = performance.now() / 1000;
    if (document.documentElement.dataset.drawn === 'yes') return done(seconds);
    if (seconds > 40) return fail(new Error('the charts are not drawn after 40 seconds'));
    setTimeout(look, 5);
  };
  look();
}))js";

  bool javascript_;
  double drawing_seconds_ = 0;
};

/// The page of a run of two times dense and tanh, opened.
struct SamplePage {
  explicit SamplePage(std::size_t records, const View& view = {})
      : run(sample_run(2, records)), tab(folder.write("page.html", report_html({&run, 1})), view) {}

  TemporaryFolder folder;
  RunLog run;
  ReportTab tab;
};

}  // namespace clino::test
