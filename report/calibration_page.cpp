#include "report/calibration_page.hpp"

#include "report/assets.hpp"
#include "report/calibration_text.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"
#include "report/reliability_diagram.hpp"

namespace clino::report {

namespace {

DocumentHead head_of(const std::string& run) {
  return {.title = run,
          .styles = {{report_assets::page_css, report_assets::page_css_sha256},
                     {report_assets::calibration_css, report_assets::calibration_css_sha256}},
          .scripts = {}};
}

/// `test`: what it is called in the middle of a sentence and in an id; as a title `Test part`.
std::string part_title(const CalibratedPart& part) {
  return part.name == "test" ? "Test part" : "Validation part";
}

void write_figure(Html& html, const CalibratedPart& part, const Reliability& measured,
                  const std::string& when) {
  const std::string text = "Expected calibration error " + number_text(measured.ece) +
                           ", mean confidence " + percent_text(measured.confidence) +
                           ", accuracy " + percent_text(measured.accuracy) + ".";
  html.open("figure").open("figcaption").leaf("h3", {}, when).leaf("p", {}, text).close();
  write_reliability_diagram(html, measured,
                            "Accuracy by confidence of the " + part.name + " part, " + when);
  html.close();
}

void write_row(Html& html, const std::string& name, const CalibratedPart& part,
               double Reliability::*value) {
  html.open("tr").leaf("th", {{"scope", "row"}}, name);
  html.leaf("td", {}, number_text(part.before.*value));
  if (part.after) html.leaf("td", {}, number_text((*part.after).*value));
  html.close();
}

void write_figures_table(Html& html, const CalibratedPart& part) {
  open_scroll_box(html, "Figures of the " + part.name + " part");
  html.open("table", {{"class", "numbers"}});
  std::vector<std::string> columns{"", "before"};
  if (part.after) columns.emplace_back("after");
  write_table_head(html, columns);
  html.open("tbody");
  write_row(html, "negative log-likelihood", part, &Reliability::nll);
  write_row(html, "expected calibration error", part, &Reliability::ece);
  write_row(html, "Brier score", part, &Reliability::brier);
  write_row(html, "mean confidence", part, &Reliability::confidence);
  write_row(html, "accuracy", part, &Reliability::accuracy);
  html.close().close().close();
}

void write_bin_cells(Html& html, const ReliabilityBin& bin) {
  html.leaf("td", {}, count_text(static_cast<std::uint64_t>(bin.samples)));
  html.leaf("td", {}, bin.samples > 0 ? number_text(bin.confidence) : "–");
  html.leaf("td", {}, bin.samples > 0 ? number_text(bin.accuracy) : "–");
}

void write_bins_table(Html& html, const CalibratedPart& part) {
  html.open("details").leaf("summary", {}, "All bins of the " + part.name + " part");
  open_scroll_box(html, "Bins of the " + part.name + " part");
  html.open("table", {{"class", "numbers"}});
  std::vector<std::string> columns{"confidence", "samples before", "confidence before",
                                   "accuracy before"};
  if (part.after) {
    for (const char* column : {"samples after", "confidence after", "accuracy after"}) {
      columns.emplace_back(column);
    }
  }
  write_table_head(html, columns);
  html.open("tbody");
  for (std::size_t m = 0; m < part.before.bins.size(); ++m) {
    const ReliabilityBin& bin = part.before.bins[m];
    html.open("tr").leaf("th", {{"scope", "row"}},
                         number_text(bin.low, 3) + " to " + number_text(bin.high, 3));
    write_bin_cells(html, bin);
    if (part.after) write_bin_cells(html, part.after->bins[m]);
    html.close();
  }
  html.close().close().close().close();
}

void write_part(Html& html, const CalibratedPart& part, bool fitted_on) {
  open_section(html, part.name, part_title(part));
  std::string about = count_text(static_cast<std::uint64_t>(part.samples)) +
                      (part.samples == 1 ? " sample" : " samples");
  if (part.after) {
    about += fitted_on ? ", which the temperature was fitted on: \"after\" is no test of it here."
                       : ", which neither training nor fitting has seen.";
  } else {
    about += ".";
  }
  html.leaf("p", {{"class", "about"}}, about);
  html.open("div", {{"class", "sides"}});
  write_figure(html, part, part.before, "before");
  if (part.after) write_figure(html, part, *part.after, "after");
  html.close();
  write_figures_table(html, part);
  write_bins_table(html, part);
  html.close();
}

void write_bins_legend(Html& html) {
  html.open("ul", {{"class", "legend"}});
  const auto item = [&](const char* role, const std::string& text) {
    html.open("li").leaf("span", {{"class", role}, {"aria-hidden", "true"}}, "");
    html.text(" ").text(text).close();
  };
  item("block share", "accuracy of the samples in a bin of confidence");
  item("block over", "by how much their confidence is above it");
  item("block under", "by how much it is below");
  item("block share few", "faint: fewer than " + std::to_string(kFewSamples) + " samples");
  html.close();
}

void write_summary(Html& html, const Calibration& calibration, const std::string& weights) {
  open_section(html, "summary", "Temperature");
  html.leaf("p", {{"class", "lead"}}, calibration_sentence(calibration));
  for (const std::string& sentence :
       {total_temperature_sentence(calibration), missing_test_sentence(calibration)}) {
    if (!sentence.empty()) html.leaf("p", {}, sentence);
  }
  html.leaf("p", {{"class", "about"}},
            "Temperature scaling (Guo et al. 2017) divides what the softmax or sigmoid is taken of "
            "by one number, so that the predicted classes stay the same. Weights: " +
                weights + ".");
  write_bins_legend(html);
  html.close();
}

}  // namespace

std::string calibration_html(const Calibration& calibration, const std::string& run,
                             const std::string& weights) {
  Html html;
  open_document(html, head_of(run));
  html.open("body");
  html.leaf("a", {{"class", "skip"}, {"href", "#main"}}, "Skip to the content");
  html.open("header").leaf("p", {{"class", "mark"}}, "Clino calibration");
  html.leaf("h1", {}, run).close();
  std::vector<ContentsEntry> contents{{"summary", "Temperature"}};
  // The part that was not fitted on comes first: it is what counts.
  std::vector<const CalibratedPart*> parts;
  for (const CalibratedPart& part : calibration.parts) parts.insert(parts.begin(), &part);
  for (const CalibratedPart* part : parts) contents.push_back({part->name, part_title(*part)});
  write_contents(html, contents);
  html.open("main", {{"id", "main"}, {"tabindex", "-1"}});
  write_summary(html, calibration, weights);
  for (const CalibratedPart* part : parts) {
    write_part(html, *part, part == &calibration.parts.front());
  }
  html.close().close().close().raw("\n");
  return html.markup();
}

}  // namespace clino::report
