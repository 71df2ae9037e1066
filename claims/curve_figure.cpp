#include "claims/curve_figure.hpp"

#include "claims/on_tape.hpp"

namespace clino::claims {

report::Figure curve_figure(const Setting& setting, const std::string& activation,
                            const std::string& label, std::string caption) {
  const std::vector<double> points = even_points(-6, 6, 241);
  const OnTape seen = on_tape(setting, *setting.parts.activation({.type = activation}), points);
  return {.title = label + " and its slope",
          .caption = std::move(caption),
          .x_title = "pre-activation x",
          .y_title = "φ(x) and φ′(x)",
          .lines = {{.label = label, .style = {"c0", 0}, .x = points, .y = seen.values},
                    {.label = "its slope", .style = {"c1", 1}, .x = points, .y = seen.slopes}}};
}

}  // namespace clino::claims
