#include <algorithm>
#include <cmath>

#include "report/number_text.hpp"
#include "report/screen_parts.hpp"
#include "report/text_fields.hpp"
#include "report/theory_overlay.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kIndent = 6;

/// How far off the worst is, in half widths of its range.
double distance(const Compared& value) {
  const double half = std::max((value.high - value.low) / 2, 1e-300);
  return std::abs(value.measured - value.predicted) / half;
}

/// How many layers lie in the range, and the one that is furthest off where not all do.
std::string count_line(const Screen& screen, const TheoryOverlay& overlay, const std::string& name,
                       Compared TheoryRow::*which, const std::string& more) {
  const InsideCount count = count_inside(overlay, which);
  if (count.compared == 0) return "";
  std::string text = std::to_string(count.inside) + " of " + std::to_string(count.compared) +
                     " layers in the range" + more;
  const TheoryRow* worst = nullptr;
  for (const TheoryRow& row : overlay.rows) {
    const Compared& value = row.*which;
    if (!value.both() || value.inside()) continue;
    if (worst == nullptr || distance(value) > distance(worst->*which)) worst = &row;
  }
  if (worst != nullptr) {
    const LayerLog& layer = screen.log->layers[worst->layer];
    const Compared& value = worst->*which;
    text += "; furthest off: layer " + one_line(layer.name) + " " + one_line(layer.type) + ", " +
            number_text(value.measured, 3) + ", predicted " + number_text(value.low, 3) + " to " +
            number_text(value.high, 3);
  }
  return left_field(name, kIndent) + wrapped(text, screen.columns(), kIndent) + "\n";
}

std::string factors(const LayerFactor& factor) {
  if (!std::isfinite(factor.predicted) || !std::isfinite(factor.measured)) return "";
  return "; a hidden layer x" + number_text(factor.measured, 3) + ", predicted x" +
         number_text(factor.predicted, 3);
}

}  // namespace

std::string screen_theory(const Screen& screen) {
  if (screen.log->layers.empty()) return "";
  const TheoryOverlay overlay = theory_overlay(*screen.log);
  if (!overlay.reason.empty()) {
    return wrapped("Theory of wide nets: not for this one. " + one_line(overlay.reason),
                   screen.columns(), 0) +
           "\n";
  }
  std::string text =
      screen.pen.faint("Theory of wide nets at step 0; its range holds 95 % of all first weights") +
      "\n";
  text +=
      count_line(screen, overlay, "|d|", &TheoryRow::delta_ratio, factors(delta_factor(overlay)));
  text += count_line(screen, overlay, "q", &TheoryRow::mean_square, "");
  text += count_line(screen, overlay, "cos", &TheoryRow::cosine, "");
  if (!overlay.missing.empty()) {
    text += wrapped("missing: " + overlay.missing, screen.columns(), 0) + "\n";
  }
  return text;
}

}  // namespace clino::report
