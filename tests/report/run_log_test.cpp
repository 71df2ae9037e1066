#include "report/run_log.hpp"

#include <cmath>

#include "core/errors.hpp"
#include "report/follow.hpp"
#include "tests/allocations.hpp"
#include "tests/report/run_folder.hpp"
#include "tests/throws.hpp"

namespace clino {
namespace {

using test::RunFolder, test::step_line;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a run without logs is read; a folder without a config is none") {
  const RunFolder run;
  const RunLog log = read_run_log(run.path());
  CHECK(log.name == "by hand");
  CHECK(log.steps.empty());
  CHECK(log.layers.empty());
  CHECK_FALSE(log.summary);
  CHECK_FALSE(log.film);
  CHECK(contains(message_of<InputError>([&] { read_run_log(run / "nowhere"); }), "does not exist"));
  const test::TemporaryFolder empty;
  CHECK(contains(message_of<InputError>([&] { read_run_log(empty.path()); }),
                 "config.json is missing"));
}

TEST_CASE("a step of an older run has its clipped norm from the scale") {
  const RunFolder run;
  run.append("steps.jsonl", step_line(0));
  run.append(
      "steps.jsonl",
      R"({"step":1,"epoch":2,"loss":"nan","learning_rate":0.1,"grad_norm":"inf","clip_scale":0,)"
      R"("clipped_grad_norm":3,"update_cosine":-0.5,"new":{"a":[{}]},"newer":[[1,[2]],"x"]})"
      "\n");
  const RunLog log = read_run_log(run.path());
  REQUIRE(log.steps.size() == 2);
  CHECK(log.steps[0].clipped_grad_norm == 1);
  CHECK_FALSE(log.steps[0].update_cosine);
  CHECK(log.steps[1].epoch == 2);
  CHECK(std::isnan(log.steps[1].loss));
  CHECK(log.steps[1].grad_norm == std::numeric_limits<double>::infinity());
  CHECK(log.steps[1].clipped_grad_norm == 3);
  CHECK(log.steps[1].update_cosine == -0.5);
}

TEST_CASE("layers say what they are, and what they do not have is not a number") {
  const RunFolder run;
  run.append("layers.jsonl", std::string(test::kDenseLine) + test::kReluLine);
  const RunLog log = read_run_log(run.path());
  REQUIRE(log.layers.size() == 2);
  const LayerLog &dense = log.layers[0], &relu = log.layers[1];
  CHECK(dense.learned);
  CHECK_FALSE(dense.elementwise);
  CHECK(dense.points[0].weight_norm == 2);
  CHECK(std::isnan(dense.points[0].weight_grad_norm));
  CHECK(dense.points[0].bias_grad_norm == std::numeric_limits<double>::infinity());
  CHECK(dense.points[0].delta_norm == -std::numeric_limits<double>::infinity());
  CHECK(std::isnan(dense.points[0].same_sign_fraction));
  CHECK(std::isnan(dense.points[0].dead_fraction));
  CHECK(dense.points[0].nonfinite == 3);
  CHECK(relu.name == "1");
  CHECK(relu.type == "relu");
  CHECK(relu.elementwise);
  CHECK(relu.piecewise_linear);
  CHECK(relu.points[0].below_threshold_fraction == 0.75);
  CHECK(std::isnan(relu.points[0].weight_norm));
}

TEST_CASE("a damaged line is named with its file, number and what was expected") {
  const RunFolder run;
  const auto message = [&](const std::string& name, const std::string& text) {
    run.write(name, text);
    std::string said = message_of<InputError>([&] { read_run_log(run.path()); });
    std::filesystem::remove(run / name);
    return said;
  };
  CHECK(contains(message("steps.jsonl", step_line(0) + "{\"step\":\n"), "steps.jsonl:2: "));
  CHECK(contains(message("steps.jsonl", step_line(0) + "\n"), "steps.jsonl:2: "));
  CHECK(contains(message("steps.jsonl", "{\"step\":1.5}\n"),
                 "steps.jsonl:1: \"step\": expected a whole number"));
  CHECK(contains(message("steps.jsonl", "{\"step\":1}\n"), "\"epoch\": expected a whole number"));
  CHECK(contains(message("steps.jsonl", "{\"step\":1,\"epoch\":0,\"loss\":\"big\"}\n"),
                 "\"loss\": expected a number, \"nan\""));
  for (const char* text : {"[1]\n", "3\n", "\"x\"\n", "null\n"}) {
    CHECK(contains(message("steps.jsonl", text), "expected a JSON object"));
  }
  CHECK(contains(message("summary.json", "{\"status\": 1}"), "summary.json: \"status\": expected"));
  CHECK(
      contains(message("film.jsonl",
                       "{\"kind\":\"line\",\"columns\":2,\"x_low\":0,\"x_high\":1,\"x_name\":\"x\","
                       "\"points\":[[1,2]]}\n{\"step\":0,\"epoch\":0,\"values\":[1]}\n"),
               "film.jsonl:2: \"values\": expected 2 numbers"));
}

TEST_CASE("all that an instrument wrote is read") {
  const RunFolder run;
  run.write(
      "units.jsonl",
      R"({"event":"scan","step":5,"epoch":1,"layer":1,"name":"1","type":"relu","units":64,"dead":3})"
      "\n"
      R"({"event":"died","step":5,"epoch":1,"layer":1,"name":"1","type":"relu","unit":7,"last_active_step":3,"first_inactive_step":4,"cause":"bias_drift","bias_change":-1.5,"weight_change":0.25,"input_change":0,"learning_rate_ratio":null})"
      "\n"
      R"({"event":"partial_scan","step":6,"epoch":1,"layer":1,"name":"1","type":"relu","units":64,"inactive":5,"samples":90})"
      "\n{\"event\":\"slept\",\"dreams\":1}\n");
  run.write(
      "signal.jsonl",
      R"({"step":0,"epoch":0,"layer":0,"name":"0","type":"dense","mean_square":2,"mean_square_deviation":0.25,"cosine_similarity":null,"effective_rank":3.5,"samples":128})"
      "\n");
  run.write(
      "histograms.jsonl",
      R"({"step":0,"epoch":0,"layer":0,"name":"0","type":"dense","quantity":"gradient","scale":"log10","low":-12,"high":4,"bins":[1,2],"underflow":3,"overflow":4,"nonfinite":5})"
      "\n");
  run.write(
      "jacobian.jsonl",
      R"({"step":0,"epoch":0,"layer":null,"name":null,"type":null,"singular_values":[2,"inf"],"largest":"inf","samples":16})"
      "\n"
      R"({"step":0,"epoch":0,"layer":1,"name":"1","type":"relu","singular_values":[1],"largest":1.5,"samples":16})"
      "\n");
  run.write(
      "film.jsonl",
      R"({"kind":"plane","columns":2,"rows":1,"x_low":0,"x_high":1,"y_low":2,"y_high":3,"x_name":"a","y_name":"b","target":"classes","classes":["u","nan"],"points":[[0,1,1],[1,2,0]]})"
      "\n"
      R"({"step":9,"epoch":1,"loss":null,"values":[0.5,"nan"]})"
      "\n");
  const RunLog log = read_run_log(run.path());
  REQUIRE(log.layers.size() == 2);
  const LayerLog &dense = log.layers[0], &relu = log.layers[1];
  REQUIRE(relu.scans.size() == 1);
  CHECK(relu.scans[0].units == 64);
  CHECK(relu.scans[0].dead == 3);
  REQUIRE(relu.partial_scan.has_value());
  CHECK(relu.partial_scan->dead == 5);
  CHECK(relu.partial_scan->samples == 90);
  REQUIRE(relu.events.size() == 1);
  CHECK(relu.events[0].unit == 7);
  CHECK(relu.events[0].last_active_step == 3);
  CHECK(relu.events[0].cause == "bias_drift");
  CHECK(relu.events[0].bias_change == -1.5);
  CHECK_FALSE(relu.events[0].learning_rate_ratio);
  REQUIRE(dense.signal.size() == 1);
  CHECK(std::isnan(dense.signal[0].cosine_similarity));
  CHECK(dense.signal[0].mean_square_deviation == .25);
  CHECK(std::isnan(dense.signal[0].cosine_deviation));
  CHECK(dense.signal[0].effective_rank == 3.5);
  REQUIRE(dense.histograms.size() == 1);
  CHECK(dense.histograms[0].log10);
  CHECK(dense.histograms[0].bins == std::vector<std::uint64_t>{1, 2});
  CHECK(dense.histograms[0].nonfinite == 5);
  REQUIRE(log.jacobian.size() == 1);
  CHECK(log.jacobian[0].singular_values[0] == 2);
  CHECK(std::isinf(log.jacobian[0].singular_values[1]));
  CHECK(relu.jacobian.size() == 1);
  CHECK(relu.jacobian[0].largest == 1.5);
  REQUIRE(log.film);
  CHECK(log.film->classes == std::vector<std::string>{"u", "nan"});
  CHECK(log.film->points == std::vector<std::vector<double>>{{0, 1, 1}, {1, 2, 0}});
  REQUIRE(log.film->frames.size() == 1);
  CHECK(std::isnan(log.film->frames[0].values[1]));
}

TEST_CASE("a summary is read with what is in it") {
  const RunFolder run;
  run.write("summary.json", R"({"status": "failed", "epochs": 2, "steps": 9, "seconds": 1.5,
    "parameters": 12, "best": {"epoch": 1, "validation": {"loss": 1}}, "version": "0.1",
    "findings": ["it \"failed\""], "first_nonfinite": {"step": 9, "epoch": 0, "node": "2.weight",
    "direction": "forward", "operation": null, "layer": 2, "name": "2", "unit": 3, "sample": null,
    "value": "nan", "largest_before": 1e30, "count": 1}})");
  const std::optional<RunSummary> summary = read_run_log(run.path()).summary;
  REQUIRE(summary);
  CHECK(summary->status == "failed");
  CHECK(summary->best_epoch == 1);
  CHECK(summary->findings == std::vector<std::string>{"it \"failed\""});
  CHECK(summary->environment.front() == std::pair<std::string, std::string>{"version", "0.1"});
  REQUIRE(summary->first_nonfinite);
  CHECK(summary->first_nonfinite->node == "2.weight");
  CHECK(summary->first_nonfinite->unit == 3);
  CHECK_FALSE(summary->first_nonfinite->sample);
  CHECK(summary->first_nonfinite->largest_before == 1e30);
}

TEST_CASE("a line that is still being written is read when it is whole") {
  const RunFolder run;
  const std::string line = step_line(1);
  run.append("steps.jsonl", step_line(0) + line.substr(0, 20));
  RunFollower follower(run.path());
  CHECK(follower.log().steps.size() == 1);
  CHECK_FALSE(follower.refresh());
  run.append("steps.jsonl", line.substr(20));
  CHECK(follower.refresh());
  REQUIRE(follower.log().steps.size() == 2);
  CHECK(follower.log().steps[1].step == 1);
  run.append("metrics.jsonl",
             R"({"epoch":0,"step":2,"split":"train","loss":1,"learning_rate":0.1,"seconds":0})"
             "\n");
  CHECK(follower.refresh());
  CHECK(follower.log().metrics.size() == 1);
  CHECK_FALSE(follower.refresh());
  run.append("steps.jsonl", "{\n");
  CHECK(contains(message_of<InputError>([&] { follower.refresh(); }), "steps.jsonl:3: "));
}

TEST_CASE("a run that was started again is read anew, also where its log is longer already") {
  const RunFolder run;
  run.append("steps.jsonl", step_line(0) + step_line(1));
  RunFollower follower(run.path());
  run.write("steps.jsonl", step_line(0));
  CHECK(follower.refresh());
  CHECK(follower.log().steps.size() == 1);
  run.write("steps.jsonl", step_line(5) + step_line(6) + step_line(7));
  CHECK(follower.refresh());
  REQUIRE(follower.log().steps.size() == 3);
  CHECK(follower.log().steps[0].step == 5);
}

TEST_CASE("a line takes the same to read however long the log is") {
  const auto bytes_for = [](std::size_t steps) {
    const RunFolder run;
    std::string text;
    for (std::size_t i = 0; i < steps; ++i) (text += test::kDenseLine) += test::kReluLine;
    run.write("layers.jsonl", text);
    const AllocationCount count;
    const RunLog log = read_run_log(run.path());
    CHECK(log.layers[1].points.size() == steps);
    return count.bytes_since_start();
  };
  // Powers of two: room for points doubles, and is full in both.
  const std::size_t few = bytes_for(1024);
  CHECK(bytes_for(64 * 1024) <= 64 * few);
}

}  // namespace
}  // namespace clino
