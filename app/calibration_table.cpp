#include <algorithm>
#include <cmath>
#include <spdlog/fmt/fmt.h>

#include "app/calibration_output.hpp"
#include "app/number_format.hpp"
#include "report/calibration_text.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

using report::right_field;

constexpr std::size_t kPartNameWidth = 32;
constexpr std::size_t kFieldWidth = 12;
constexpr std::size_t kBarWidth = 40;

void print_sentences(std::ostream& out, const Calibration& calibration) {
  std::string text = report::calibration_sentence(calibration);
  for (const std::string& more : {report::total_temperature_sentence(calibration),
                                  report::missing_test_sentence(calibration)}) {
    if (!more.empty()) text += " " + more;
  }
  out << report::wrapped(text, kPageWidth, 0) << "\n\n";
}

void print_row(std::ostream& out, const char* name, const Calibration& calibration,
               double Reliability::*value) {
  out << fmt::format("{:<{}}", name, kPartNameWidth);
  for (const CalibratedPart& part : calibration.parts) {
    out << right_field(number_text("{:.4f}", part.before.*value), kFieldWidth);
    if (part.after) out << right_field(number_text("{:.4f}", (*part.after).*value), kFieldWidth);
  }
  out << '\n';
}

void print_figures(std::ostream& out, const Calibration& calibration) {
  out << std::string(kPartNameWidth, ' ');
  for (const CalibratedPart& part : calibration.parts) {
    const std::size_t width = part.after ? 2 * kFieldWidth : kFieldWidth;
    out << right_field(part.name, width);
  }
  out << '\n' << fmt::format("{:<{}}", "", kPartNameWidth);
  for (const CalibratedPart& part : calibration.parts) {
    out << right_field("before", kFieldWidth);
    if (part.after) out << right_field("after", kFieldWidth);
  }
  out << '\n';
  const std::string error =
      fmt::format("calibration error, {} bin{}", calibration.parts.front().before.bins.size(),
                  calibration.parts.front().before.bins.size() == 1 ? "" : "s");
  print_row(out, "negative log-likelihood", calibration, &Reliability::nll);
  print_row(out, error.c_str(), calibration, &Reliability::ece);
  print_row(out, "Brier score", calibration, &Reliability::brier);
  print_row(out, "mean confidence", calibration, &Reliability::confidence);
  print_row(out, "accuracy", calibration, &Reliability::accuracy);
}

/// `=` up to the accuracy and `|` at the confidence, on a line from 0 to 1.
std::string bar_of(const ReliabilityBin& bin) {
  const auto place = [](double share) {
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(kBarWidth)));
  };
  std::string bar(place(bin.accuracy), '=');
  const std::size_t mark = std::max<std::size_t>(place(bin.confidence), 1) - 1;
  if (bar.size() <= mark) bar.resize(mark + 1, ' ');
  bar[mark] = '|';
  return bar;
}

void print_bins(std::ostream& out, const CalibratedPart& part, const Reliability& measured,
                const char* when) {
  out << fmt::format("\n{}, {}\n", part.name, when);
  out << fmt::format("{:<13}{:>8}{:>8}{:>8}  {}\n", "confidence", "samples", "mean", "right",
                     "= right, | where the mean confidence is");
  for (const ReliabilityBin& bin : measured.bins) {
    if (bin.samples == 0) continue;
    out << fmt::format("{:.3f}-{:.3f}  {:>8}{:>8.3f}{:>8.3f}  {}\n", bin.low, bin.high, bin.samples,
                       bin.confidence, bin.accuracy, bar_of(bin));
  }
}

}  // namespace

void print_calibration(std::ostream& out, const Calibration& calibration) {
  if (calibration.fit.found()) print_sentences(out, calibration);
  print_figures(out, calibration);
  // The part that was not fitted on is what counts.
  const CalibratedPart& part = calibration.parts.back();
  print_bins(out, part, part.before, "before");
  if (part.after) print_bins(out, part, *part.after, "after");
}

}  // namespace clino::app
