#include "compare/comparison_table.hpp"

#include <algorithm>

#include "compare/comparison_columns.hpp"
#include "compare/text_parts.hpp"
#include "report/number_text.hpp"
#include "report/pen.hpp"
#include "report/text_fields.hpp"

namespace clino::compare {

namespace {

using report::number_text;

/// Beside it there is room for rank, times and their interval on 80 columns.
constexpr std::size_t kLongestLabel = 32;

class Table {
 public:
  Table(const Comparison& comparison, const ScreenOptions& options)
      : comparison_(comparison), options_(options), pen_(options.color) {}

  std::string write() const {
    const std::string head = report::one_line(comparison_.name) + ": " + what();
    std::string text = pen_.heading(report::wrapped(head, width() - 1, 0)) + "\n\n";
    text += table(columns_of(comparison_)) + "\n";
    if (comparison_.folds) {
      text += "Mean over the seeds in each fold:\n" + table(fold_columns(comparison_)) + "\n";
    }
    for (const std::string& sentence : comparison_.sentences) text += bullet(sentence);
    text += more_pairs() + "\n";
    for (const std::string& remark : comparison_.remarks) text += faint_lines(remark);
    for (const AssertionResult& assertion : comparison_.assertions) text += line(assertion);
    return text;
  }

 private:
  std::size_t width() const { return std::max<std::size_t>(options_.columns, 80); }

  std::string what() const {
    std::string text = counted(comparison_.variations.size(), "variation") + ", ";
    if (comparison_.existing) {
      text += counted(comparison_.runs.size(), "run");
    } else {
      text += counted(static_cast<std::size_t>(comparison_.seeds), "seed") + " each";
      if (comparison_.folds) text += ", " + std::to_string(*comparison_.folds) + " folds";
    }
    const bool ranks = comparison_.primary->better != Better::neither;
    text += (ranks ? "; ranked by " : "; compared by ") + std::string(comparison_.primary->title);
    if (comparison_.target) text += " (" + to_text(*comparison_.target) + ")";
    return text;
  }

  std::string bullet(const std::string& sentence) const {
    return (options_.unicode ? "• " : "* ") +
           report::wrapped(report::one_line(sentence), width() - 1, 2) + "\n";
  }

  std::string more_pairs() const {
    const std::size_t pairs = comparison_.primary_pairs().size();
    if (pairs <= comparison_.sentences.size()) return "";
    if (comparison_.existing)
      return pen_.faint("--out DIR writes what is known of all pairs") + "\n";
    return pen_.faint("All " + std::to_string(pairs) + " pairs: in comparison.json") + "\n";
  }

  std::string faint_lines(const std::string& remark) const {
    return pen_.faint(report::wrapped(report::one_line(remark), width() - 1, 0)) + "\n";
  }

  std::string line(const AssertionResult& assertion) const {
    const auto value = [](const std::optional<double>& x) {
      return x ? number_text(*x, 6) : std::string("no value");
    };
    std::string text = report::one_line(assertion.text) + " (" + value(assertion.left) + " and " +
                       value(assertion.right) + ")";
    if (!assertion.reason.empty()) text += ": " + report::one_line(assertion.reason);
    return assertion.holds ? "holds: " + text + "\n" : pen_.severe("does not hold: ") + text + "\n";
  }

  /// Before the first of a group.
  std::string group_heading(const std::vector<std::size_t>& order, std::size_t position) const {
    const std::string& group = comparison_.variations[order[position]].group;
    const bool first = position == 0 || comparison_.variations[order[position - 1]].group != group;
    return first && !group.empty() ? report::one_line(group) + "\n" : "";
  }

  std::string table(const std::vector<Column>& columns) const {
    std::vector<std::vector<std::string>> cells;  // by column, the title first
    std::size_t label_width = report::columns_of("variation");
    for (const VariationResult& v : comparison_.variations) {
      label_width = std::max(label_width, report::columns_of(report::one_line(v.name)));
    }
    label_width = std::min(label_width, kLongestLabel) + 1;
    std::size_t used = label_width;
    const std::vector<std::size_t> order = by_rank(comparison_);
    std::vector<std::size_t> widths;
    for (const Column& column : columns) {
      std::vector<std::string> of_column = {column.title};
      for (const std::size_t i : order) of_column.push_back(column.cell(comparison_.variations[i]));
      std::size_t widest = 0;
      for (const std::string& cell : of_column) widest = std::max(widest, report::columns_of(cell));
      if (used + widest + 2 >= width()) continue;
      used += widest + 2;
      widths.push_back(widest + 2);
      cells.push_back(std::move(of_column));
    }
    std::string text;
    for (std::size_t row = 0; row <= order.size(); ++row) {
      const std::string label =
          row == 0 ? "variation" : comparison_.variations[order[row - 1]].name;
      if (row > 0) text += group_heading(order, row - 1);
      std::string line = report::left_field(label, label_width);
      for (std::size_t c = 0; c < cells.size(); ++c) {
        line += report::right_field(cells[c][row], widths[c]);
      }
      line.erase(line.find_last_not_of(' ') + 1);
      text += (row == 0 ? pen_.heading(line) : line) + "\n";
    }
    return text;
  }

  const Comparison& comparison_;
  const ScreenOptions& options_;
  report::Pen pen_;
};

}  // namespace

std::string comparison_table(const Comparison& comparison, const ScreenOptions& options) {
  return Table(comparison, options).write();
}

}  // namespace clino::compare
