#include <algorithm>
#include <array>

#include "report/axis.hpp"
#include "report/life_lines.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kMostUnits = 200, kMostInAll = 1200;
constexpr double kLifeLeft = 64, kLifeRight = 750;

constexpr std::array<std::pair<const char*, const char*>, 6> kCauses = {{
    {"born_dead", "grey"},
    {"bias_drift", "c0"},
    {"weight_growth", "c1"},
    {"input_shift", "c2"},
    {"learning_rate_spike", "c3"},
    {"", "c4"},
}};

std::string color_of(const std::string& cause) {
  for (const auto& [name, color] : kCauses) {
    if (cause == name) return color;
  }
  return "c4";
}

std::uint64_t last_step(const RunLog& run) {
  std::uint64_t last = run.steps.empty() ? 1 : run.steps.back().step;
  for (const LayerLog& layer : run.layers) {
    if (!layer.scans.empty()) last = std::max(last, layer.scans.back().step);
    for (const UnitEventPoint& event : layer.events) last = std::max(last, event.step);
  }
  return std::max<std::uint64_t>(last, 1);
}

void write_life_lines(Html& html, const std::vector<LifeLine>& lines, const Axis& axis,
                      double pitch) {
  std::string alive;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string y = coordinate(pitch * (static_cast<double>(i) + 0.5));
    alive += "M" + coordinate(kLifeLeft) + " " + y + "H" + coordinate(kLifeRight);
  }
  html.shape("path", {{"class", "alive"}, {"d", alive}});
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (const DeadStretch& stretch : lines[i].dead) {
      const double left = axis.place(static_cast<double>(stretch.from));
      const double width = axis.place(static_cast<double>(stretch.to)) - left;
      html.open("rect", {{"class", "dead " + color_of(stretch.cause)},
                         {"x", coordinate(left)},
                         {"y", coordinate(pitch * (static_cast<double>(i) + 0.14))},
                         {"width", coordinate(std::max(width, 1.5))},
                         {"height", coordinate(pitch * 0.72)}});
      html.leaf("title", {}, stretch.words).close();
    }
    if (pitch < 9) continue;
    html.leaf("text",
              {{"x", coordinate(kLifeLeft - 6)},
               {"y", coordinate(pitch * (static_cast<double>(i) + 0.5))},
               {"class", "y"}},
              std::to_string(lines[i].unit));
  }
}

std::string summary_of(const LayerLog& layer, std::size_t ever, std::size_t shown) {
  std::string text = count_text(ever) + (ever == 1 ? " unit was" : " units were") +
                     (layer.scans.empty() ? " seen to die" : " ever dead");
  if (!layer.scans.empty()) {
    const UnitScanPoint& scan = layer.scans.back();
    text += "; " + std::to_string(scan.dead) + " of " + std::to_string(scan.units) +
            " are at the last scan, step " + count_text(scan.step);
  } else if (layer.partial_scan) {
    const UnitScanPoint& scan = *layer.partial_scan;
    text += "; at most " + std::to_string(scan.dead) + " of " + std::to_string(scan.units) +
            " are dead at step " + count_text(scan.step) + ": so many were not active on the " +
            count_text(static_cast<std::uint64_t>(scan.samples)) +
            " samples that the run was long enough to look at";
  }
  if (shown < ever)
    text += ". Shown: the first " + count_text(shown) + " to die; " + count_text(ever - shown) +
            " are left out";
  return text + ".";
}

void write_layer(Html& html, const LayerLog& layer, std::uint64_t last, std::size_t most) {
  std::vector<LifeLine> lines = life_lines(layer, last);
  const std::size_t ever = lines.size();
  lines.resize(std::min(ever, most));
  html.open("figure", {{"class", "map"}}).open("figcaption");
  html.leaf("h4", {}, layer_label(layer));
  html.leaf("p", {}, summary_of(layer, ever, lines.size())).close();
  if (!lines.empty()) {
    const double pitch = lines.size() <= 24 ? 13 : lines.size() <= 80 ? 6 : 4;
    const double bottom = pitch * static_cast<double>(lines.size());
    const Axis axis{
        .low = 0, .high = static_cast<double>(last), .start = kLifeLeft, .end = kLifeRight};
    open_picture_box(html, "Life lines of " + layer_label(layer));
    html.open("svg",
              {{"viewBox", "0 0 760 " + coordinate(bottom + 22)},
               {"role", "img"},
               {"aria-label", "Life lines of " + count_text(lines.size()) + " units of layer " +
                                  layer_label(layer) + ", one below the other over the steps"}});
    write_life_lines(html, lines, axis, pitch);
    for (const Tick& tick : ticks(axis, 8)) {
      html.leaf("text",
                {{"x", coordinate(axis.place(tick.value))},
                 {"y", coordinate(bottom + 12)},
                 {"class", "x"}},
                tick.text);
    }
    html.close().close();
  }
  html.close();
}

void write_cause_legend(Html& html) {
  html.open("ul", {{"class", "legend"}});
  for (const auto& [cause, color] : kCauses) {
    html.open("li").leaf("span", {{"class", std::string("block ") + color}}, "");
    html.text(" " + cause_words(cause)).close();
  }
  html.close();
}

bool has_units(const LayerLog& layer) {
  return !layer.events.empty() || !layer.scans.empty() ||
         (layer.partial_scan && layer.partial_scan->dead > 0);
}

}  // namespace

void write_units(Html& html, const Page& page) {
  const auto any = [](const RunLog& run) {
    return std::any_of(run.layers.begin(), run.layers.end(), has_units);
  };
  if (std::none_of(page.runs.begin(), page.runs.end(), any)) return;
  open_section(html, "units", "Life lines of units");
  html.leaf(
      "p", {{"class", "about"}},
      "One line for each unit that was ever dead on the whole training set. A bar is the time "
      "for which it was dead, its colour why it died.");
  write_cause_legend(html);
  for (const RunLog& run : page.runs) {
    if (!any(run)) continue;
    html.leaf("h3", {}, page.one_run() ? "By layer" : run.name);
    const auto layers =
        static_cast<std::size_t>(std::count_if(run.layers.begin(), run.layers.end(), has_units));
    const std::size_t most =
        std::clamp(kMostInAll / page.runs.size() / layers, std::size_t{8}, kMostUnits);
    for (const LayerLog& layer : run.layers) {
      if (has_units(layer)) write_layer(html, layer, last_step(run), most);
    }
  }
  html.close();
}

}  // namespace clino::report
