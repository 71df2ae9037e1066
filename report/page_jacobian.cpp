#include <algorithm>
#include <cmath>
#include <numeric>

#include "report/axis.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

struct Row {
  std::string label;
  const JacobianPoint* first;
  const JacobianPoint* last;
};

std::vector<Row> rows_of(const RunLog& run) {
  std::vector<Row> rows;
  const auto add = [&](const std::string& label, const std::vector<JacobianPoint>& points) {
    if (!points.empty()) rows.push_back({label, &points.front(), &points.back()});
  };
  add("whole net", run.jacobian);
  for (const LayerLog& layer : run.layers) add(layer_label(layer), layer.jacobian);
  return rows;
}

double mean_square(const std::vector<double>& values) {
  if (values.empty()) return 0;
  const double sum = std::transform_reduce(values.begin(), values.end(), 0.0, std::plus<>(),
                                           [](double value) { return value * value; });
  return sum / static_cast<double>(values.size());
}

std::string ticks_path(const std::vector<double>& values, const Axis& axis, double top,
                       double tall) {
  std::string path;
  for (const double value : values) {
    if (!axis.shows(value)) continue;
    path += "M" + coordinate(axis.place(value)) + " " + coordinate(top) + "v" + coordinate(tall);
  }
  return path;
}

/// A row for each spectrum, a stroke for each singular value: the first record above, faint, the
/// last below.
void write_spectra(Html& html, const std::vector<Row>& rows) {
  std::vector<const std::vector<double>*> values;
  for (const Row& row : rows) {
    values.push_back(&row.first->singular_values);
    values.push_back(&row.last->singular_values);
  }
  Axis axis = fitted_axis(values, true, false);
  axis.start = 92;
  axis.end = 750;
  const double bottom = 20 * static_cast<double>(rows.size());
  open_picture_box(html, "Spectra");
  html.open("svg", {{"viewBox", "0 0 760 " + coordinate(bottom + 22)},
                    {"role", "img"},
                    {"aria-label",
                     "Singular values on a log axis, one row for the whole net and "
                     "each layer"}});
  html.open("g", {{"class", "axis"}});
  for (const Tick& tick : ticks(axis, 8)) {
    const std::string x = coordinate(axis.place(tick.value));
    html.shape("path", {{"d", "M" + x + " 0V" + coordinate(bottom)}});
    html.leaf("text", {{"x", x}, {"y", coordinate(bottom + 12)}, {"class", "x"}}, tick.text);
  }
  html.close();
  html.open("g", {{"class", "lines"}});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double top = 20 * static_cast<double>(i);
    html.shape("path", {{"class", "grey"},
                        {"d", ticks_path(rows[i].first->singular_values, axis, top + 3, 6)}});
    html.shape("path", {{"class", "c0"},
                        {"d", ticks_path(rows[i].last->singular_values, axis, top + 10, 8)}});
  }
  html.close();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    html.leaf("text",
              {{"x", "86"}, {"y", coordinate(20 * static_cast<double>(i) + 10)}, {"class", "y"}},
              shortened(rows[i].label, 15));
  }
  html.close().close();
}

void write_spectra_table(Html& html, const RunLog& run, const std::vector<Row>& rows) {
  open_scroll_box(html, "Singular values of the Jacobians of " + run.name);
  html.open("table", {{"class", "numbers"}});
  write_table_head(html, {"Jacobian", "step", "singular values", "largest", "smallest",
                          "mean square", "samples"});
  html.open("tbody");
  for (const Row& row : rows) {
    const std::vector<double>& values = row.last->singular_values;
    html.open("tr").leaf("th", {{"scope", "row"}}, row.label);
    html.leaf("td", {}, count_text(row.last->step)).leaf("td", {}, count_text(values.size()));
    html.leaf("td", {}, number_text(row.last->largest));
    html.leaf("td", {}, values.empty() ? "–" : number_text(values.back()));
    html.leaf("td", {}, number_text(mean_square(values)));
    html.leaf("td", {}, std::to_string(row.last->samples)).close();
  }
  html.close().close().close();
}

}  // namespace

void write_jacobian(Html& html, const Page& page) {
  const auto has_any = [](const RunLog& run) { return !rows_of(run).empty(); };
  if (std::none_of(page.runs.begin(), page.runs.end(), has_any)) return;
  open_section(html, "jacobian", "Singular values of the Jacobians");
  html.leaf(
      "p", {{"class", "about"}},
      "Of the prediction with respect to the input, and of each layer's output with respect to "
      "its own; root mean squares over some samples. Grey: the first record. Near 1 signals pass "
      "unchanged. Largest: on any sample; the product over the layers bounds the whole.");
  for (const RunLog& run : page.runs) {
    const std::vector<Row> rows = rows_of(run);
    if (rows.empty()) continue;
    write_run_heading(html, page, run);
    html.open("figure", {{"class", "map"}, {"aria-label", "Spectra of " + run.name}});
    write_spectra(html, rows);
    html.close();
    write_spectra_table(html, run, rows);
  }
  html.close();
}

}  // namespace clino::report
