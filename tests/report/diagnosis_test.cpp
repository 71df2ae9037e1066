// What every diagnosis has to be, whatever the run.

#include <cmath>
#include <limits>

#include "report/html.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/made_run.hpp"

namespace clino::test {
namespace {

using Severity = Diagnosis::Severity;

/// One plain sentence each, the most severe first.
std::vector<Diagnosis> checked(const RunLog& run) {
  std::vector<Diagnosis> findings = diagnose(run);
  REQUIRE_FALSE(findings.empty());
  CHECK(std::ranges::is_sorted(findings, std::ranges::greater{}, &Diagnosis::severity));
  for (const Diagnosis& finding : findings) {
    INFO(finding.text);
    CHECK_FALSE(finding.text.empty());
    CHECK(finding.text.size() < 1000);
    CHECK(finding.text.find_first_of("\n\r\t") == std::string::npos);
    CHECK(report::cleaned(finding.text) == finding.text);
  }
  return findings;
}

}  // namespace

TEST_CASE("of a healthy run one note has the key figures") {
  for (const char* activation : {"tanh", "relu", "sigmoid"}) {
    const std::vector<Diagnosis> findings = checked(healthy_run(4, activation));
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].severity == Severity::note);
    CHECK(findings[0].text ==
          "Nothing conspicuous in 1,000 steps: the loss went from 0.693 to 0.00841 (validation "
          "0.00467, accuracy 90 %), an update is 0.001 of |W| in the median");
  }
}

TEST_CASE("a run of which little is known is told of in few words") {
  RunLog bare;
  CHECK(checked(bare)[0].text == "Nothing has been logged yet");

  RunLog off = healthy_run();
  off.layers.clear();
  off.steps.clear();
  const std::vector<Diagnosis> findings = checked(off);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].text.ends_with("; layers were not logged"));

  RunLog young = healthy_run();
  young.summary.reset();
  young.metrics.clear();
  young.steps.resize(1);
  for (LayerLog& layer : young.layers) layer.points.resize(1);
  CHECK(checked(young).size() == 1);
  // In a file that grows, some layers are a record ahead.
  young.layers[0].points.push_back(young.layers[0].points[0]);
  CHECK(checked(young).size() == 1);
  young.layers[0].points.clear();
  CHECK(checked(young).size() == 1);
}

TEST_CASE("a net of one layer and names of residual blocks are diagnosed") {
  RunLog one = healthy_run(0);
  CHECK(checked(one).size() == 1);
  RunLog block = healthy_run();
  block.layers[3].name = "2.1";
  block.layers[3].scans = {{.step = 990, .units = 8, .dead = 8}};
  const std::vector<Diagnosis> findings = checked(block);
  CHECK(findings[0].severity == Severity::warning);
  CHECK(findings[0].text ==
        "All 8 units of tanh layer 2.1 are dead, saturated on every training sample; that branch "
        "does nothing");
}

TEST_CASE("numbers that are not finite, anywhere, do not break a diagnosis") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {kNan, infinity, -infinity, 0.0, -1.0, 1e308, 5e-324}) {
    for (const std::size_t from : {std::size_t{0}, std::size_t{50}, kRecords - 1}) {
      RunLog run = healthy_run();
      for (std::size_t l = 0; l < run.layers.size(); ++l) {
        for (double LayerPoint::*member :
             {&LayerPoint::weight_norm, &LayerPoint::weight_grad_norm, &LayerPoint::update_ratio,
              &LayerPoint::delta_norm, &LayerPoint::output_mean, &LayerPoint::output_std,
              &LayerPoint::below_threshold_fraction, &LayerPoint::dead_fraction,
              &LayerPoint::same_sign_fraction}) {
          set(run, l, member, bad, from);
        }
        run.layers[l].signal = {{990, bad, bad, bad, 8}};
      }
      for (std::size_t i = from; i < kRecords; ++i) {
        run.steps[i] = {10 * i, 0, bad, bad, bad, bad, bad, bad};
      }
      for (MetricsPoint& point : run.metrics) point.loss = bad;
      checked(run);
    }
  }
}

TEST_CASE("hostile names stay within their sentence") {
  for (const std::string& text : hostile_strings()) {
    RunLog run = stuck_run();
    for (LayerLog& layer : run.layers) layer.name = text;
    run.layers[3].type = text;
    set(run, 1, &LayerPoint::below_threshold_fraction, 0.9);
    set(run, 3, &LayerPoint::below_threshold_fraction, 0.9);
    set(run, 4, &LayerPoint::update_ratio, 3);
    run.layers[5].scans = {{.step = 990, .units = 8, .dead = 1}};
    run.layers[5].events = {{.event = "died", .step = 50, .unit = 1, .cause = text}};
    FirstNonfinite& first = run.summary->first_nonfinite.emplace();
    first.node = first.direction = first.operation = first.layer_name = first.value = text;
    run.summary->status = "failed";
    run.summary->findings = {text};
    const std::vector<Diagnosis> findings = diagnose(run);
    for (const Diagnosis& finding : findings) {
      CHECK(finding.text.find_first_of("\n\r\t") == std::string::npos);
      CHECK(report::cleaned(finding.text) == finding.text);
    }
    CHECK(findings.size() >= 4);
  }
}

TEST_CASE("severities have words") {
  CHECK(to_text(Severity::note) == "note");
  CHECK(to_text(Severity::warning) == "warning");
  CHECK(to_text(Severity::severe) == "severe");
}

}  // namespace clino::test
