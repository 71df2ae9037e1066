#include <algorithm>
#include <cmath>

#include "report/analysis_words.hpp"
#include "report/number_text.hpp"
#include "report/pen.hpp"
#include "report/text_fields.hpp"
#include "report/text_plot.hpp"

namespace clino {

namespace {

using namespace report;  // NOLINT(google-build-using-namespace): this file is its front
using theory::CriticalLinePoint;

constexpr std::size_t kFigureNameWidth = 16, kPlotRows = 10, kGap = 2;

class AnalysisScreen {
 public:
  AnalysisScreen(const AnalysisReport& report, const ScreenOptions& options)
      : report_(report), options_(options), pen_(options.color) {}

  std::string text() const {
    const theory::ActivationAnalysis& analysis = report_.analysis;
    std::string text = pen_.heading(one_line(analysed_name(analysis.choice))) + "\n";
    for (const std::string& line : {report_.summary, analysis_caution(analysis)}) {
      if (!line.empty()) text += wrapped(one_line(line), options_.columns, 0) + "\n";
    }
    text += "\n" + plots() + "\n" + facts_text(curve_facts(analysis));
    text += section("Gaussian moments, u normal with variance q = 1") + moments();
    text +=
        section("Deep wide nets: " + variances_text(report_)) + facts_text(signal_facts(analysis));
    text += section("Critical line: chi = 1 where the length rests") + critical_line();
    if (!report_.costs.empty()) {
      text += section("Cost: nanoseconds per element on this machine (times ReLU's)") + costs();
    }
    return text;
  }

 private:
  std::string section(const std::string& title) const { return "\n" + pen_.heading(title) + "\n"; }

  std::string facts_text(const std::vector<Fact>& facts) const {
    std::string text;
    for (const Fact& fact : facts) {
      text += left_field(fact.name, kFigureNameWidth) +
              wrapped(fact.text, options_.columns, kFigureNameWidth) + "\n";
    }
    return text;
  }

  std::string plots() const {
    const std::size_t width = (std::min<std::size_t>(options_.columns, 120) - kGap) / 2;
    const TextPlotOptions options{.columns = width, .rows = kPlotRows, .unicode = options_.unicode};
    const theory::ActivationAnalysis& analysis = report_.analysis;
    const auto left = text_plot(analysis.value.x, analysis.value.y, options);
    const auto right = text_plot(analysis.slope.x, analysis.slope.y, options);
    constexpr std::size_t kIndent = 9;
    const std::string indent(kIndent, ' ');
    std::string text = indent + left_field("phi(x)", width - kIndent) + std::string(kGap, ' ') +
                       indent + "phi'(x)\n";
    for (std::size_t i = 0; i < left.size(); ++i) {
      text += left[i] + std::string(kGap, ' ') + right[i] + "\n";
    }
    return text;
  }

  std::string moments() const {
    const theory::ActivationAnalysis& analysis = report_.analysis;
    std::string head, row;
    const auto add = [&](const std::string& name, const std::string& figure) {
      head += left_field(name, kFigureNameWidth);
      row += left_field(figure, kFigureNameWidth);
    };
    add("E phi", number_text(std::abs(analysis.at_one.mean) < 1e-12 ? 0 : analysis.at_one.mean, 6));
    add("E phi^2", number_text(analysis.at_one.mean_square, 6));
    add("E phi'^2", number_text(analysis.at_one.mean_square_slope, 6));
    add("gain", analysis.gain ? number_text(*analysis.gain, 6) : "none");
    head.erase(head.find_last_not_of(' ') + 1);
    row.erase(row.find_last_not_of(' ') + 1);
    return pen_.faint(head) + "\n" + row + "\n" +
           wrapped("The gain 1 / sqrt(E phi^2) on weights of variance gain^2 / fan_in keeps q = 1.",
                   options_.columns, 0) +
           "\n";
  }

  std::string critical_line() const {
    const theory::ActivationAnalysis& analysis = report_.analysis;
    std::string text;
    if (has_critical_line(analysis)) {
      constexpr std::size_t kLabel = 11, kWidth = 7;
      std::string biases = left_field("sigma_b^2", kLabel),
                  weights = left_field("sigma_w^2", kLabel), lengths = left_field("q*", kLabel);
      for (const CriticalLinePoint& point : analysis.critical_line) {
        biases += right_field(number_text(point.bias_variance, 3), kWidth);
        weights +=
            right_field(point.point ? number_text(point.point->weight_variance, 4) : "-", kWidth);
        lengths += right_field(!point.point                ? "-"
                               : point.point->every_length ? "any"
                                                           : number_text(point.point->length, 3),
                               kWidth);
      }
      text = pen_.faint(biases) + "\n" + weights + "\n" + lengths + "\n";
    }
    return text + wrapped(critical_text(analysis), options_.columns, 0) + "\n";
  }

  std::string costs() const {
    constexpr std::size_t kWidth = 18;
    std::string text = pen_.faint(left_field("", kFigureNameWidth + 10) +
                                  left_field("forward", kWidth) + "backward") +
                       "\n";
    const auto figure = [](double nanoseconds, double ratio) {
      return number_text(nanoseconds, 3) + " (" + number_text(ratio, 3) + ")";
    };
    for (const CostRow& row : report_.costs) {
      text += left_field(row.dtype, 10) +
              left_field(row.code == "library" ? "vector code" : "plain libm", kFigureNameWidth) +
              left_field(figure(row.forward, row.forward_ratio), kWidth) +
              figure(row.backward, row.backward_ratio) + "\n";
    }
    return text;
  }

  const AnalysisReport& report_;
  const ScreenOptions& options_;
  Pen pen_;
};

}  // namespace

std::string analysis_screen(const AnalysisReport& report, const ScreenOptions& options) {
  return AnalysisScreen(report, options).text();
}

}  // namespace clino
