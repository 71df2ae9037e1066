#include "report/screen.hpp"

#include <algorithm>

#include "report/screen_parts.hpp"
#include "report/thinning.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front

constexpr std::size_t kNarrowest = 80;
constexpr std::size_t kMostEvents = 8, kMostFindings = 12;
/// The same, and layers at least, where the height is limited.
constexpr std::size_t kFewEvents = 2, kFewFindings = 3, kFewLayers = 3;

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

std::vector<std::size_t> logged_layers(const RunLog& log) {
  std::vector<std::size_t> layers;
  for (std::size_t i = 0; i < log.layers.size(); ++i) {
    if (!log.layers[i].points.empty()) layers.push_back(i);
  }
  return layers;
}

/// At most `most` of them, evenly, the first and the last among them.
std::vector<std::size_t> some_of(const std::vector<std::size_t>& layers, std::size_t most) {
  if (layers.size() <= most) return layers;
  std::vector<std::size_t> some;
  for (const std::size_t i : spread(layers.size(), most)) some.push_back(layers[i]);
  return some;
}

std::string stacked(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) {
    if (!part.empty()) text += (text.empty() ? "" : "\n") + part;
  }
  return text;
}

}  // namespace

std::string screen_text(const RunLog& log, const ScreenOptions& options) {
  Screen screen{.log = &log, .options = options, .pen = Pen(options.color)};
  screen.options.columns = std::max(options.columns, kNarrowest);
  const std::vector<Diagnosis> findings = diagnose(log);
  const std::vector<std::size_t> layers = logged_layers(log);
  const std::string theory = screen_theory(screen);
  const auto compose = [&](const std::vector<std::size_t>& shown, bool all) {
    std::string table = screen_layers(screen, shown);
    if (shown.size() < layers.size()) {
      table +=
          screen.pen.faint(std::to_string(shown.size()) + " of " + std::to_string(layers.size()) +
                           " layers: a higher window shows more") +
          "\n";
    }
    return stacked({screen_head(screen), table, screen_map(screen, shown), all ? theory : "",
                    screen_units(screen, all ? kMostEvents : kFewEvents),
                    screen_findings(screen, findings, all ? kMostFindings : kFewFindings)});
  };
  std::string text = compose(layers, true);
  if (!options.rows || lines_in(text) <= *options.rows) return text;
  // Every layer takes a line in the table and one in the map.
  const std::size_t fixed = lines_in(compose(some_of(layers, kFewLayers), false)) - 2 * kFewLayers;
  const std::size_t room = *options.rows > fixed ? (*options.rows - fixed) / 2 : 0;
  return compose(some_of(layers, std::max(room, kFewLayers)), false);
}

}  // namespace clino
