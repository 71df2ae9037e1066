#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <set>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "report/axis.hpp"
#include "report/legend.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kMostShapes = 24;
constexpr int kCurvePoints = 160;

/// The layers' choices by the names that the log has.
void gather_choices(const std::vector<LayerSpec>& layers, const std::string& prefix,
                    std::map<std::string, Choice>& choices) {
  int number = 0;
  for (const LayerSpec& layer : layers) {
    const std::string name = prefix + std::to_string(number++);
    choices[name] = layer.choice;
    gather_choices(layer.layers, name + ".", choices);
  }
}

/// One activation to draw, and where the layer's inputs lie.
struct Shape {
  const LayerLog* layer;
  std::shared_ptr<const Activation> activation;
  const HistogramPoint* inputs;  ///< the last of the layer before; null where there is none
};

const HistogramPoint* last_inputs(const LayerLog& before) {
  const HistogramPoint* last = nullptr;
  for (const HistogramPoint& point : before.histograms) {
    const bool fits = point.quantity == "pre_activation" && !point.log10 && !point.bins.empty();
    if (fits && point.high > point.low) last = &point;
  }
  return last;
}

/// Each layer whose inputs are known; else each activation once.
std::vector<Shape> shapes_of(const RunLog& run) {
  std::map<std::string, Choice> choices;
  gather_choices(run.config.model.layers, "", choices);
  std::vector<Shape> shapes;
  std::set<std::string> drawn;
  for (std::size_t i = 0; i < run.layers.size(); ++i) {
    const LayerLog& layer = run.layers[i];
    const auto choice = choices.find(layer.name);
    if (!layer.elementwise || choice == choices.end() || choice->second.type != layer.type)
      continue;
    const HistogramPoint* inputs = i > 0 ? last_inputs(run.layers[i - 1]) : nullptr;
    if (!drawn.insert(layer.type).second && inputs == nullptr) continue;
    const auto activation = make_activation(choice->second);
    if (activation->elementwise()) shapes.push_back({&layer, activation, inputs});
  }
  return shapes;
}

struct Curves {
  std::vector<double> x, value, slope;
};

Curves sample(const Activation& activation, double low, double high) {
  Curves curves;
  for (int i = 0; i <= kCurvePoints; ++i) {
    const double x = low + (high - low) * i / kCurvePoints;
    curves.x.push_back(x);
    curves.value.push_back(activation.value(x));
    curves.slope.push_back(activation.slope(x));
  }
  return curves;
}

std::string curve_path(const std::vector<double>& xs, const std::vector<double>& ys, const Axis& x,
                       const Axis& y) {
  std::string path;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    path += (i == 0 ? "M" : "L") + coordinate(x.place(xs[i])) + " " +
            coordinate(std::clamp(y.place(ys[i]), -500.0, 900.0));
  }
  return path;
}

void write_inputs(Html& html, const HistogramPoint& inputs, const Axis& x, double base) {
  const auto most = static_cast<double>(*std::max_element(inputs.bins.begin(), inputs.bins.end()));
  const double step = (inputs.high - inputs.low) / static_cast<double>(inputs.bins.size());
  std::string path = "M" + coordinate(x.place(inputs.low)) + " " + coordinate(base);
  for (std::size_t i = 0; i < inputs.bins.size() && most > 0; ++i) {
    path += "V" + coordinate(base - 44 * static_cast<double>(inputs.bins[i]) / most) + "H" +
            coordinate(x.place(inputs.low + step * static_cast<double>(i + 1)));
  }
  html.shape("path", {{"class", "inputs"}, {"d", path + "V" + coordinate(base) + "z"}});
}

void write_shape(Html& html, const Shape& shape) {
  double low = -4, high = 4;
  if (shape.inputs != nullptr) {
    low = std::min(low, shape.inputs->low);
    high = std::max(high, shape.inputs->high);
  }
  const Curves curves = sample(*shape.activation, low, high);
  const Axis x{.low = low, .high = high, .start = 30, .end = 252};
  const std::vector<const std::vector<double>*> both = {&curves.value, &curves.slope};
  Axis y = fitted_axis(both, false, true);
  y.start = 150;
  y.end = 8;
  html.open("figure", {{"class", "map small"}}).open("figcaption");
  html.leaf("h3", {}, layer_label(*shape.layer)).close();
  html.open("svg",
            {{"viewBox", "0 0 260 172"},
             {"role", "img"},
             {"aria-label", "The activation " + shape.activation->name() + " and its slope" +
                                (shape.inputs != nullptr ? ", with its inputs' histogram" : "")}});
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(y, 4)) {
    const std::string place = coordinate(y.place(tick.value));
    html.shape("path", {{"d", "M30 " + place + "H252"}});
    html.leaf("text", {{"x", "26"}, {"y", place}, {"class", "y"}}, tick.text);
  }
  for (const Tick& tick : ticks(x, 5)) {
    html.leaf("text", {{"x", coordinate(x.place(tick.value))}, {"y", "163"}, {"class", "x"}},
              tick.text);
  }
  html.close();
  if (shape.inputs != nullptr) write_inputs(html, *shape.inputs, x, 150);
  html.open("g", {{"class", "lines"}});
  html.shape("path", {{"class", "c0"}, {"d", curve_path(curves.x, curves.value, x, y)}});
  html.shape("path", {{"class", "c1 k1"}, {"d", curve_path(curves.x, curves.slope, x, y)}});
  html.close().close();
  if (shape.inputs != nullptr) {
    html.leaf("p", {{"class", "note"}}, "inputs at step " + count_text(shape.inputs->step));
  }
  html.close();
}

}  // namespace

void write_shapes(Html& html, const Page& page) {
  if (!page.one_run()) return;
  const std::vector<Shape> shapes = shapes_of(page.runs.front());
  if (shapes.empty()) return;
  const std::size_t shown = std::min(shapes.size(), kMostShapes);
  open_section(html, "shapes", "Activations and where their inputs lie");
  write_legend(html, {{"swatch c0", "value φ(z)"},
                      {"swatch c1 k1", "slope φ′(z)"},
                      {"block grey", "pre-activations z"}});
  if (shown < shapes.size()) {
    html.leaf("p", {{"class", "note"}},
              "The first " + count_text(shown) + " of " + count_text(shapes.size()) + " layers.");
  }
  html.open("div", {{"class", "smalls"}});
  for (std::size_t i = 0; i < shown; ++i) write_shape(html, shapes[i]);
  html.close().close();
}

}  // namespace clino::report
