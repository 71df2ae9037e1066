#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

void write_run_heading(Html& html, const Page& page, const RunLog& run) {
  if (!page.one_run()) html.leaf("h3", {}, run.name);
}

namespace {

ChartLine line_of(const Series& series, const Page& page) {
  const bool batch = series.quantity == "loss" && series.split.empty();
  return {.label = page.one_run() || !series.layer ? line_label(series, page.runs)
                                                   : page.runs[series.run].name,
          .style = line_style(series, page.runs),
          .steps = series.steps,
          .values = series.values,
          .thin = batch,
          .may_lack = series.may_lack};
}

/// Of several runs the picture shows one layer; page.js lets choose another.
void keep_first_layer(std::vector<const Series*>& lines, const Page& page, std::string& shown) {
  if (page.one_run() || lines.empty() || !lines.front()->layer) return;
  const auto label = [&](const Series& series) {
    return layer_label(page.runs[series.run].layers[*series.layer]);
  };
  shown = label(*lines.front());
  std::erase_if(lines, [&](const Series* series) { return label(*series) != shown; });
}

/// Several runs are compared by their epochs; the batches' noise would cover that.
void drop_batches(std::vector<const Series*>& lines, const Page& page) {
  if (page.one_run()) return;
  std::erase_if(lines, [](const Series* series) {
    return series->quantity == "loss" && series->split.empty();
  });
}

std::string notes_of(const std::vector<const Series*>& lines, const Page& page, bool log) {
  std::size_t broken = 0, hidden = 0, longest = 0;
  for (const Series* series : lines) {
    broken += broken_values(*series);
    longest = std::max(longest, series->values.size());
    for (const double value : series->values) hidden += log && value <= 0 ? 1 : 0;
  }
  std::string notes;
  const std::size_t limit = lines.empty() ? 0 : page.data.limit(*lines.front());
  if (longest > limit) {
    notes = "Thinned from " + count_text(longest) + " to at most " + count_text(limit) +
            " points a line; smallest and largest are kept. ";
  }
  if (broken > 0) {
    notes += count_text(broken) + (broken == 1 ? " value is" : " values are") +
             " not finite: gaps, marked × at the top. ";
  }
  if (hidden > 0) {
    notes += count_text(hidden) + (hidden == 1 ? " value is" : " values are") +
             " zero or below and not on the log axis. ";
  }
  return notes;
}

}  // namespace

void write_chart_figure(Html& html, const Page& page, std::string_view id) {
  const Chart& which = chart(id);
  std::vector<const Series*> lines = lines_of(which, page.series, page.runs);
  if (lines.empty() && !page.options->live) return;
  std::string shown;
  keep_first_layer(lines, page, shown);
  drop_batches(lines, page);
  ChartPicture picture{.description = std::string(which.title),
                       .log = starts_with_log(which, page.series),
                       .from_zero = which.from_zero,
                       .lines = {}};
  for (const Series* series : lines) picture.lines.push_back(line_of(*series, page));
  picture.description += ": " + count_text(lines.size()) +
                         (lines.size() == 1 ? " line" : " lines") + " over the steps" +
                         (picture.log ? ", log axis" : "");
  const std::string heading = "chart-" + std::string(id) + "-title";
  html.open("figure", {{"class", "chart"},
                       {"id", "chart-" + std::string(id)},
                       {"data-chart", std::string(id)},
                       {"aria-labelledby", heading}});
  html.open("figcaption");
  html.leaf("h3", {{"id", heading}}, which.title);
  html.leaf("p", {}, which.caption);
  if (!shown.empty()) html.leaf("p", {{"class", "shown"}}, "Layer " + shown);
  html.close();
  html.open("div", {{"class", "plot wide"},
                    {"tabindex", "0"},
                    {"role", "group"},
                    {"aria-label", std::string(which.title) + ": picture"}});
  write_chart(html, picture);
  html.close();
  const std::string notes = notes_of(lines, page, picture.log);
  if (!notes.empty()) html.leaf("p", {{"class", "note"}}, notes);
  html.close();
}

}  // namespace clino::report
