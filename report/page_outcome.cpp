#include <algorithm>

#include "report/diagnosis.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

const MetricsPoint* last_metrics(const RunLog& run, std::string_view split) {
  const MetricsPoint* last = nullptr;
  for (const MetricsPoint& point : run.metrics) {
    if (point.split == split) last = &point;
  }
  return last;
}

const MetricsPoint* metrics_at(const RunLog& run, std::string_view split, std::uint64_t epoch) {
  for (const MetricsPoint& point : run.metrics) {
    if (point.split == split && point.epoch == epoch) return &point;
  }
  return nullptr;
}

namespace {

std::string status_text(const RunLog& run) {
  if (run.running) return "still going on";
  return run.summary ? run.summary->status : "stopped without an end";
}

void write_fact(Html& html, std::string_view name, std::string_view value,
                std::string_view detail = "") {
  html.open("div").leaf("dt", {}, name).open("dd").text(value);
  if (!detail.empty()) html.text(" ").leaf("small", {}, detail);
  html.close().close();
}

std::string metrics_text(const MetricsPoint& point) {
  return "loss " + number_text(point.loss) +
         (point.accuracy ? ", accuracy " + percent_text(*point.accuracy) : "");
}

void write_facts(Html& html, const RunLog& run) {
  html.open("dl", {{"class", "facts"}});
  write_fact(html, "Status", status_text(run));
  for (const char* split : {"train", "validation", "test"}) {
    const MetricsPoint* last = last_metrics(run, split);
    if (last == nullptr) continue;
    const std::string name = std::string(split) + (last->accuracy ? " accuracy" : " loss");
    write_fact(html, name, last->accuracy ? percent_text(*last->accuracy) : number_text(last->loss),
               last->accuracy ? "loss " + number_text(last->loss) : "");
  }
  if (run.summary) {
    const RunSummary& summary = *run.summary;
    if (summary.best_epoch) {
      const MetricsPoint* best = metrics_at(run, "validation", *summary.best_epoch);
      write_fact(html, "Best epoch", count_text(*summary.best_epoch),
                 best != nullptr ? metrics_text(*best) : "");
    }
    write_fact(html, "Steps", count_text(summary.steps), count_text(summary.epochs) + " epochs");
    write_fact(
        html, "Time", duration_text(summary.seconds),
        count_text(static_cast<std::uint64_t>(std::clamp(summary.samples_per_second, 0.0, 1e15))) +
            " samples/s");
    write_fact(html, "Parameters", count_text(static_cast<std::uint64_t>(summary.parameters)));
  }
  html.close();
}

/// A word for how bad it is, so that colour is not needed to see it.
void write_finding(Html& html, const Diagnosis& finding) {
  std::string word(to_text(finding.severity));
  html.open("li", {{"class", word}}).leaf("strong", {}, word + ":");
  html.text(" " + finding.text).close();
}

/// What the program itself had to say. The message of a run that failed comes first in a summary;
/// the diagnosis has it, with its figures.
std::span<const std::string> remarks_of(const RunLog& run) {
  if (!run.summary) return {};
  const std::span<const std::string> all = run.summary->findings;
  return run.summary->status == "failed" && !all.empty() ? all.subspan(1) : all;
}

}  // namespace

void write_outcome(Html& html, const Page& page) {
  open_section(html, "outcome", page.one_run() ? "Outcome" : "Outcomes");
  for (const RunLog& run : page.runs) {
    write_run_heading(html, page, run);
    html.leaf("p", {{"class", "lead"}}, what_was_trained(run));
    write_facts(html, run);
  }
  html.close();
}

void write_findings(Html& html, const Page& page) {
  open_section(html, "findings", "Findings");
  for (const RunLog& run : page.runs) {
    write_run_heading(html, page, run);
    html.open("ul", {{"class", "findings"}});
    for (const Diagnosis& finding : diagnose(run)) write_finding(html, finding);
    for (const std::string& remark : remarks_of(run)) html.leaf("li", {}, remark);
    html.close();
  }
  html.close();
}

}  // namespace clino::report
