#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "report/inspection.hpp"
#include "report/report.hpp"
#include "report/screen.hpp"
#include "report/theory_overlay.hpp"
#include "tests/catch.hpp"
#include "tests/report/markup.hpp"
#include "tests/train/run_helpers.hpp"
#include "theory/mean_field.hpp"

namespace clino::test {
namespace {

using report::Compared;
using report::TheoryOverlay;
using report::TheoryRow;

/// Five hidden layers of tanh, 100 wide, two steps.
RunLog wide_run(const std::vector<std::string>& more = {}) {
  const TemporaryFolder folder;
  std::vector<std::string> overrides = {
      R"(model={"hidden": [100, 100, 100, 100, 100], "activation": "tanh"})",
      "training.max_steps=2", "log.every=1", "log.signal=1", "report=false"};
  overrides.insert(overrides.end(), more.begin(), more.end());
  run(small_config(overrides), folder / "run");
  return read_run_log(folder / "run");
}

const RunLog& known_run() {
  static const RunLog log = wide_run();
  return log;
}

std::string section(const std::string& page, const std::string& id) {
  const std::size_t begin = page.find("<section id=\"" + id + "\"");
  REQUIRE(begin != std::string::npos);
  return page.substr(begin, page.find("</section>", begin) - begin);
}

}  // namespace

TEST_CASE("a run's first records lie beside what theory says of them") {
  const RunLog& log = known_run();
  const TheoryOverlay overlay = report::theory_overlay(log);
  CHECK(overlay.reason.empty());
  CHECK(overlay.missing.empty());
  REQUIRE(overlay.rows.size() == 11);
  for (std::size_t i = 0; i < overlay.rows.size(); ++i) {
    const TheoryRow& row = overlay.rows[i];
    const LayerLog& layer = log.layers[row.layer];
    INFO("layer " << i << " delta " << row.delta_ratio.measured << " in " << row.delta_ratio.low
                  << " to " << row.delta_ratio.high);
    CHECK(row.dense == (i % 2 == 0));
    CHECK(row.mean_square.measured == layer.signal.front().mean_square);
    CHECK(row.cosine.measured == layer.signal.front().cosine_similarity);
    CHECK(row.delta_ratio.measured ==
          Approx(layer.points.front().delta_norm / log.layers.back().points.front().delta_norm));
    // Every range is a factor of its own; none of the 11 layers leaves twice its width.
    CHECK(std::abs(std::log(row.delta_ratio.measured / row.delta_ratio.predicted)) <=
          2 * std::log(row.delta_ratio.high / row.delta_ratio.predicted));
    if (i + 1 == overlay.rows.size()) continue;  // two outputs: the range is a factor of 17
    CHECK(row.mean_square.low > .3 * row.mean_square.predicted);
    CHECK(row.mean_square.inside());
  }
  CHECK(overlay.rows.front().mean_square.predicted == overlay.rows.front().mean_square.measured);
  CHECK(overlay.rows.back().delta_ratio.measured == 1);
  // The first is where the prediction starts; two outputs have no cosine to predict.
  CHECK(report::count_inside(overlay, &TheoryRow::mean_square).compared == 10);
  CHECK(report::count_inside(overlay, &TheoryRow::cosine).compared == 9);
  CHECK(report::count_inside(overlay, &TheoryRow::delta_ratio).compared == 10);
  const report::LayerFactor factor = report::delta_factor(overlay);
  CHECK(factor.measured ==
        Approx(std::pow(overlay.rows[0].delta_ratio.measured / overlay.rows[8].delta_ratio.measured,
                        .25)));
  CHECK(std::abs(factor.measured / factor.predicted - 1) < .3);
}

TEST_CASE("of a net of layers that are alike the overlay knows where signals end up") {
  // auto: sigma_w^2 = 1 / E tanh^2 at q = 1, so that q* = 1, and chi = .464403 / .394294.
  const TheoryOverlay overlay = report::theory_overlay(known_run());
  REQUIRE(overlay.depth);
  REQUIRE(overlay.depth->length);
  CHECK(*overlay.depth->length == Approx(1).epsilon(1e-5));
  CHECK(overlay.depth->susceptibility == Approx(.464403 / .394294).epsilon(1e-5));
  CHECK(overlay.depth->scale == Approx(1 / std::log(.464403 / .394294)).epsilon(1e-4));
  CHECK(report::depth_text(*overlay.depth).find("it grows") != std::string::npos);
  RunLog log = known_run();
  log.config.model.layers[2].init = Choice{"normal", {{"std", .3}}};
  CHECK_FALSE(report::theory_overlay(log).depth);
}

TEST_CASE("depths in words") {
  const auto text = [](double chi, std::optional<double> length) {
    return report::depth_text({chi, length, theory::depth_scale(chi)});
  };
  // Sigmoid with variances of 1 / fan_in.
  CHECK(text(.05572, .26469)
            .find("comes to rest at 0.265, where a layer multiplies the "
                  "back-propagated signal by 0.236") != std::string::npos);
  CHECK(text(.05572, .26469).find("6 ξ = 2.08 layers nothing is left") != std::string::npos);
  CHECK(text(1, std::nullopt).find("neither fades nor grows") != std::string::npos);
}

TEST_CASE("a layer that is not where theory has it is named") {
  RunLog log = known_run();
  log.layers[4].points.front().delta_norm *= 100;
  log.layers[2].signal.front().mean_square = 40;
  const TheoryOverlay overlay = report::theory_overlay(log);
  CHECK_FALSE(overlay.rows[4].delta_ratio.inside());
  CHECK_FALSE(overlay.rows[2].mean_square.inside());
  const std::string screen = screen_text(log);
  CHECK(screen.find("furthest off: layer 4 dense") != std::string::npos);
  CHECK(screen.find("furthest off: layer 2 dense, 40,") != std::string::npos);
  CHECK(screen_text(known_run()).find("Theory of wide nets at step 0") != std::string::npos);
}

TEST_CASE("where theory says nothing, inspect and the page say why") {
  const auto reason = [](const RunLog& log) {
    const TheoryOverlay overlay = report::theory_overlay(log);
    CHECK(overlay.rows.empty());
    const std::vector<RunLog> runs = {log};
    const std::string part = section(report_html(runs), "theory");
    CHECK(part.find("says nothing of this one") != std::string::npos);
    CHECK(part.find("<svg") == std::string::npos);
    CHECK(screen_text(log).find("Theory of wide nets: not for this one.") != std::string::npos);
    CHECK(Json::parse(inspection_json(log)).at("theory").at("reason") == overlay.reason);
    return overlay.reason;
  };
  RunLog log = known_run();
  log.config.model.weights = "first.safetensors";
  CHECK(reason(log).find("given weights") != std::string::npos);
  log = known_run();
  log.inputs = 0;
  CHECK(reason(log).find("not known") != std::string::npos);
  log = known_run();
  for (LayerLog& layer : log.layers) layer.signal.clear();
  log.config.data.standardize = false;
  CHECK(reason(log).find("log.signal") != std::string::npos);
  log = known_run();
  for (LayerLog& layer : log.layers) {
    layer.signal.clear();
    layer.points.erase(layer.points.begin());
  }
  CHECK(reason(log).find("no layer was logged at step 0") != std::string::npos);
  log = known_run();
  log.config.model.layers = hidden_layers(std::vector<Index>{32}, {"tanh", {}});
  CHECK(reason(log).find("layer 0 (dense) has 32 units") != std::string::npos);
  log = known_run();
  log.config.model.layers[0].choice.type = "sparse";
  CHECK(reason(log).find("cannot be described") != std::string::npos);
}

TEST_CASE("a net of any loss is described as it was trained") {
  // Two classes: two outputs of softmax, one of the binary loss; numbers have one each.
  struct Case {
    std::vector<std::string> overrides;
    Index outputs;
  };
  for (const Case& each :
       {Case{{"loss=softmax_cross_entropy"}, 2}, Case{{"loss=binary_cross_entropy"}, 1},
        Case{{"loss=mse", R"(data={"source": "sine", "samples": 100})"}, 1}}) {
    const RunLog log = wide_run(each.overrides);
    INFO(each.overrides.front());
    CHECK(log.outputs == each.outputs);
    const TheoryOverlay overlay = report::theory_overlay(log);
    CHECK(overlay.reason == "");
    CHECK(overlay.rows.size() == 11);
    CHECK(report::count_inside(overlay, &TheoryRow::delta_ratio).compared == 10);
  }
}

TEST_CASE("what was not logged is missing, and the rest is shown") {
  RunLog log = known_run();
  for (LayerLog& layer : log.layers) layer.signal.clear();
  const TheoryOverlay without = report::theory_overlay(log);
  CHECK(without.missing.find("standardised inputs") != std::string::npos);
  CHECK(report::count_inside(without, &TheoryRow::mean_square).compared == 0);
  CHECK(report::count_inside(without, &TheoryRow::cosine).compared == 0);
  CHECK(report::count_inside(without, &TheoryRow::delta_ratio).compared == 10);
  // The first layer's q of inputs of mean square 1: E tanh^2 at q = 1 is not needed yet.
  CHECK(without.rows[0].mean_square.predicted == Approx(1).epsilon(1e-9));
  log = known_run();
  log.layers.back().points.front().delta_norm = 0;
  const TheoryOverlay forward = report::theory_overlay(log);
  CHECK(forward.missing.find("back-propagated signal") != std::string::npos);
  CHECK(report::count_inside(forward, &TheoryRow::delta_ratio).compared == 0);
  CHECK(report::count_inside(forward, &TheoryRow::mean_square).compared == 10);
}

TEST_CASE("the page draws the theory, and inspect --json has its figures") {
  const RunLog& log = known_run();
  const std::vector<RunLog> runs = {log};
  const std::string page = report_html(runs);
  const std::string part = section(page, "theory");
  CHECK(test::all_of(test::read_markup("<!DOCTYPE html>\n" + part + "</section>"), "svg").size() ==
        3);
  CHECK(part.find("class=\"bands\"") != std::string::npos);
  CHECK(part.find("In this net a hidden layer multiplies") != std::string::npos);
  const Json theory = Json::parse(inspection_json(log)).at("theory");
  CHECK(theory.at("reason").is_null());
  CHECK(theory.at("depth").at("length").get<double>() == Approx(1).epsilon(1e-5));
  REQUIRE(theory.at("layers").size() == 11);
  const Json& layer = theory.at("layers").at(2);
  CHECK(layer.at("type") == "dense");
  CHECK(layer.at("mean_square").at("measured") == log.layers[2].signal.front().mean_square);
  CHECK(layer.at("delta_ratio").at("low") < layer.at("delta_ratio").at("predicted"));
  CHECK(layer.at("cosine_similarity").at("high") > layer.at("cosine_similarity").at("predicted"));
}

TEST_CASE("the theory takes few lines of a screen, none of them too long") {
  const std::string screen = screen_text(known_run());
  const std::size_t begin = screen.find("Theory of wide nets");
  REQUIRE(begin != std::string::npos);
  const std::string part = screen.substr(begin, screen.find("\n\n", begin) - begin);
  CHECK(std::ranges::count(part, '\n') < 7);
  std::istringstream lines(part);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("a delta below the range of float is no measurement") {
  RunLog log = known_run();
  for (LayerLog& layer : log.layers) layer.points.front().delta_norm *= 1e-37;
  log.layers[0].points.front().delta_norm = 0;
  const TheoryOverlay overlay = report::theory_overlay(log);
  CHECK(std::isnan(overlay.rows[0].delta_ratio.measured));
  log.layers.back().points.front().delta_norm = 1;
  const TheoryOverlay dead = report::theory_overlay(log);
  CHECK(dead.rows[0].delta_ratio.measured == 0);  // here it should have been there
  CHECK_FALSE(dead.rows[0].delta_ratio.inside());
}

}  // namespace clino::test
