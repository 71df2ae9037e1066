#include <algorithm>

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
  return run.summary ? run.summary->status : "still going on";
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

/// Where the first number that is not finite was born: the thing to see first.
void write_first_nonfinite(Html& html, const RunLog& run) {
  if (!run.summary || !run.summary->first_nonfinite) return;
  const FirstNonfinite& first = *run.summary->first_nonfinite;
  std::string text = "The first number that is not finite (" + first.value + ") came up in step " +
                     count_text(first.step) + ", " + first.direction + " pass, at " + first.node;
  if (!first.operation.empty()) text += " (" + first.operation + ")";
  if (first.unit) text += ", unit " + std::to_string(*first.unit);
  if (first.sample) text += ", sample " + std::to_string(*first.sample) + " of the batch";
  text += ". The largest magnitude just before it was " + number_text(first.largest_before) + ".";
  html.leaf("p", {{"class", "alarm"}}, text);
}

}  // namespace

void write_outcome(Html& html, const Page& page) {
  open_section(html, "outcome", page.one_run() ? "Outcome" : "Outcomes");
  for (const RunLog& run : page.runs) {
    write_run_heading(html, page, run);
    html.leaf("p", {{"class", "lead"}}, what_was_trained(run));
    write_first_nonfinite(html, run);
    write_facts(html, run);
  }
  html.close();
}

void write_findings(Html& html, const Page& page) {
  const auto words = [&](std::size_t i) {
    const auto& given = page.options->findings;
    std::vector<std::string> all = i < given.size() ? given[i] : std::vector<std::string>{};
    const auto& summary = page.runs[i].summary;
    if (summary) all.insert(all.end(), summary->findings.begin(), summary->findings.end());
    return all;
  };
  Html lists;
  for (std::size_t i = 0; i < page.runs.size(); ++i) {
    const std::vector<std::string> findings = words(i);
    if (findings.empty()) continue;
    write_run_heading(lists, page, page.runs[i]);
    lists.open("ul", {{"class", "findings"}});
    for (const std::string& finding : findings) lists.leaf("li", {}, finding);
    lists.close();
  }
  if (lists.markup().empty()) return;
  open_section(html, "findings", "Findings");
  html.raw(lists.markup()).close();
}

}  // namespace clino::report
