#include "tests/browser/sample_run.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace clino::test {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kScans = 10;
constexpr Index kUnits = 16;

/// A curve that differs by layer: no two lines of a chart hide each other.
double curve(std::size_t step, std::size_t layer) {
  const auto t = static_cast<double>(step), l = static_cast<double>(layer);
  return std::exp(-0.3 * l - 0.002 * t) * (1.1 + std::sin(0.05 * t + l));
}

LayerPoint point(std::size_t step, std::size_t layer, bool dense) {
  const double value = curve(step, layer);
  LayerPoint point{};
  point.step = step;
  point.weight_norm = dense ? 3 + value : kNan;
  point.weight_grad_norm = dense ? 0.2 * value : kNan;
  point.bias_grad_norm = dense ? 0.1 * value : kNan;
  point.update_ratio = dense ? 1e-3 * value : kNan;
  point.delta_norm = value;
  point.output_mean = 0.1 * value - 0.05;
  point.output_std = 0.5 + 0.1 * value;
  point.below_threshold_fraction = dense ? kNan : 0.3 * value / (1 + value);
  point.dead_fraction = dense ? kNan : 0.1 * value / (1 + value);
  point.same_sign_fraction = dense ? 0.9 - 0.03 * static_cast<double>(layer) + 0.01 * value : kNan;
  return point;
}

HistogramPoint histogram(std::size_t step, const std::string& quantity) {
  HistogramPoint histogram;
  histogram.step = step;
  histogram.quantity = quantity;
  histogram.log10 = quantity == "gradient";
  histogram.low = histogram.log10 ? -12 : -2;
  histogram.high = histogram.log10 ? 4 : 2;
  for (std::size_t bin = 0; bin < 32; ++bin) {
    const double x = (static_cast<double>(bin) - 15.5) / 6;
    histogram.bins.push_back(static_cast<std::uint64_t>(1000 * std::exp(-x * x)));
  }
  histogram.underflow = 3;
  return histogram;
}

void add_rare(LayerLog& log, std::size_t step, std::size_t layer, bool dense) {
  const double value = curve(step, layer);
  log.signal.push_back({.step = step,
                        .mean_square = value,
                        .cosine_similarity = 0.5 * std::sin(value),
                        .effective_rank = 1 + 8 * value,
                        .samples = 128});
  log.jacobian.push_back({.step = step,
                          .singular_values = {2 * value, value, 0.1},
                          .samples = 16,
                          .largest = 3 * value});
  for (const char* quantity : {"weight", "gradient"}) {
    if (dense) log.histograms.push_back(histogram(step, quantity));
  }
  log.histograms.push_back(histogram(step, dense ? "pre_activation" : "activation"));
  if (!dense)
    log.scans.push_back({.step = step,
                         .units = kUnits,
                         .dead = static_cast<Index>(layer) / 2 + (step > 0 ? 1 : 0)});
}

std::vector<UnitEventPoint> events(std::size_t last, const TextOf& text) {
  return {{.event = "born_dead", .step = 0, .unit = 3},
          {.event = "died",
           .step = last,
           .unit = 5,
           .last_active_step = last / 2,
           .first_inactive_step = last / 2 + 1,
           .cause = text("bias_drift"),
           .bias_change = -2.5,
           .weight_change = 0.1,
           .input_change = 0.0,
           .learning_rate_ratio = 1.0},
          {.event = "revived", .step = last, .unit = 3, .last_active_step = last}};
}

LayerLog layer_log(std::size_t number, std::size_t records, const TextOf& text) {
  const bool dense = number % 2 == 0;
  LayerLog log;
  log.layer = static_cast<Index>(number);
  log.name = text(std::to_string(number));
  log.type = text(dense ? "dense" : "tanh");
  log.learned = dense;
  log.elementwise = !dense;
  const std::size_t rarely = std::max<std::size_t>(1, records / kScans);
  for (std::size_t step = 0; step < records; ++step) {
    log.points.push_back(point(step, number, dense));
    if (step % rarely == 0) add_rare(log, step, number, dense);
  }
  if (!dense) log.events = events(records - 1, text);
  return log;
}

Film film(std::size_t last, const TextOf& text) {
  Film film{.plane = true,
            .columns = 20,
            .rows = 15,
            .x_low = -1,
            .x_high = 1,
            .y_low = -1,
            .y_high = 1,
            .x_name = text("width"),
            .y_name = text("length"),
            .target = "classes",
            .classes = {text("setosa"), text("virginica")},
            .points = {{-0.5, -0.5, 0}, {0.5, 0.5, 1}, {0.1, -0.3, 1}},
            .frames = {}};
  for (std::size_t frame = 0; frame < 5; ++frame) {
    Film::Frame one{.step = last * frame / 4, .epoch = frame, .values = {}};
    for (Index i = 0; i < film.columns * film.rows; ++i) {
      const auto x = static_cast<double>(i % film.columns + static_cast<Index>(frame));
      one.values.push_back((x > 10 ? 1 : 0) + 0.04 * x - std::floor(0.04 * x));
    }
    film.frames.push_back(std::move(one));
  }
  return film;
}

RunSummary summary(std::size_t records, const TextOf& text) {
  RunSummary summary{.status = "completed",
                     .epochs = 5,
                     .steps = records,
                     .seconds = 1.5,
                     .samples_per_second = 12345,
                     .parameters = 321,
                     .best_epoch = 3,
                     .findings = {text("layer 1, tanh: 71 % of units saturated since step 20")},
                     .first_nonfinite = {},
                     .environment = {{"version", text("0.1.0")}, {"compiler", text("g++ 12")}}};
  summary.first_nonfinite = FirstNonfinite{.step = records - 1,
                                           .node = text("2.weight"),
                                           .direction = "forward",
                                           .operation = text("affine"),
                                           .layer_name = text("2"),
                                           .value = "nan",
                                           .layer = 2,
                                           .unit = 1,
                                           .sample = 0,
                                           .largest_before = 1e30};
  return summary;
}

Config config(const TextOf& text) {
  Config config = parse_config(R"({"data": {"source": "moons"}, "model": {"hidden": [16]},
      "loss": "softmax_cross_entropy"})",
                               "sample.json", "/");
  config.name = text("sample of a config");
  config.data.source = {.type = "csv",
                        .options = {{"path", text("/data/iris.csv")}, {"target", text("species")}}};
  return config;
}

}  // namespace

RunLog sample_run(std::size_t layers, std::size_t records, const TextOf& text) {
  RunLog run;
  run.directory = text("runs/sample-1");
  run.name = text("sample");
  run.config = config(text);
  run.config_text = nlohmann::json({{"name", text("sample as written")}})
                        .dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  run.summary = summary(records, text);
  for (std::size_t step = 0; step < records; ++step) {
    const double value = curve(step, 0);
    run.steps.push_back(
        {.step = step,
         .epoch = step / 100,
         .loss = value,
         .learning_rate = 0.01,
         .grad_norm = 2 * value,
         .clip_scale = 0.5,
         .clipped_grad_norm = value,
         .update_cosine = step == 0 ? std::nullopt : std::optional(std::cos(value))});
  }
  for (std::uint64_t epoch = 1; epoch <= 5; ++epoch) {
    for (const char* split : {"train", "validation"}) {
      const double loss = curve(epoch * records / 5, *split == 't' ? 0 : 1);
      run.metrics.push_back({.epoch = epoch,
                             .step = epoch * records / 5,
                             .split = split,
                             .loss = loss,
                             .accuracy = 1 / (1 + loss)});
    }
  }
  for (std::size_t layer = 0; layer < 2 * layers; ++layer) {
    run.layers.push_back(layer_log(layer, records, text));
  }
  run.jacobian = {
      {.step = 0, .singular_values = {3, 1, 0.5}, .samples = 16, .largest = 4},
      {.step = records - 1, .singular_values = {2, 1, 0.1}, .samples = 16, .largest = 3}};
  run.film = film(records - 1, text);
  return run;
}

RunLog sample_run(std::size_t layers, std::size_t records) {
  return sample_run(layers, records, [](std::string_view usual) { return std::string(usual); });
}

}  // namespace clino::test
