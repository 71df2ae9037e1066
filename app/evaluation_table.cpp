#include <algorithm>
#include <numeric>
#include <spdlog/fmt/fmt.h>

#include "app/evaluation_output.hpp"
#include "app/number_format.hpp"
#include "report/text_fields.hpp"

namespace clino::app {

namespace {

using report::left_field, report::right_field;

constexpr std::size_t kMostRows = 20;
constexpr std::size_t kNameWidth = 20;

std::string text(const std::optional<double>& value) {
  return value ? number_text("{:.4f}", *value) : "-";
}

std::string name_field(const std::string& name) { return left_field(name, kNameWidth); }

/// The numbers 0 to `count` - 1; where these are too many for a table, the `kMostRows` of them that
/// are worst by `value`, the smallest first.
template <class Value>
std::vector<Index> rows_to_show(std::size_t count, const Value& value) {
  std::vector<Index> rows(count);
  std::iota(rows.begin(), rows.end(), Index{0});
  if (count <= kMostRows) return rows;
  std::ranges::stable_sort(rows, {}, value);
  rows.resize(kMostRows);
  return rows;
}

void say_what_is_left_out(std::ostream& out, std::size_t shown, std::size_t count,
                          const char* what) {
  if (shown == count) return;
  out << fmt::format("({} of {} {}, the worst first; --json has them all)\n", shown, count, what);
}

void print_classes(std::ostream& out, const Evaluation& evaluation,
                   const std::vector<std::string>& names) {
  const ConfusionMatrix& confusion = *evaluation.confusion;
  out << name_field("class")
      << fmt::format("{:>10}{:>10}{:>11}{:>10}\n", "samples", "recall", "precision", "AUC");
  // A class without samples has no recall, and is not a bad one.
  const auto rows =
      rows_to_show(names.size(), [&](Index k) { return confusion.recall(k).value_or(2); });
  for (const Index k : rows) {
    const auto i = static_cast<std::size_t>(k);
    out << name_field(names[i])
        << fmt::format("{:>10}{:>10}{:>11}{:>10}\n", confusion.samples(k),
                       text(confusion.recall(k)), text(confusion.precision(k)),
                       text(evaluation.auc[i]));
  }
  say_what_is_left_out(out, rows.size(), names.size(), "classes");
}

void print_matrix(std::ostream& out, const ConfusionMatrix& confusion,
                  const std::vector<std::string>& names, std::size_t cell) {
  out << "\nconfusion (a row is the true class, a column the predicted one):\n" << name_field("");
  for (const std::string& name : names) {
    out << right_field(name, cell);
  }
  out << '\n';
  for (Index truth = 0; truth < confusion.classes(); ++truth) {
    out << name_field(names[static_cast<std::size_t>(truth)]);
    for (Index k = 0; k < confusion.classes(); ++k) {
      out << fmt::format("{:>{}}", confusion(truth, k), cell);
    }
    out << '\n';
  }
}

void print_worst_confusions(std::ostream& out, const ConfusionMatrix& confusion,
                            const std::vector<std::string>& names) {
  struct Pair {
    Index truth = 0, predicted = 0;
  };
  std::vector<Pair> pairs;
  for (Index truth = 0; truth < confusion.classes(); ++truth) {
    for (Index k = 0; k < confusion.classes(); ++k) {
      if (k != truth && confusion(truth, k) > 0) pairs.push_back({truth, k});
    }
  }
  if (pairs.empty()) return;
  std::ranges::stable_sort(
      pairs, {}, [&](const Pair& pair) { return -confusion(pair.truth, pair.predicted); });
  pairs.resize(std::min(pairs.size(), kMostRows));
  out << "\nmost frequent confusions:\n"
      << name_field("true class") << name_field("predicted") << "    samples\n";
  for (const auto& [truth, k] : pairs) {
    out << name_field(names[static_cast<std::size_t>(truth)])
        << name_field(names[static_cast<std::size_t>(k)])
        << fmt::format("{:>11}\n", confusion(truth, k));
  }
}

void print_confusion(std::ostream& out, const ConfusionMatrix& confusion,
                     const std::vector<std::string>& names) {
  Index largest = 0;
  for (Index truth = 0; truth < confusion.classes(); ++truth) {
    for (Index k = 0; k < confusion.classes(); ++k) {
      largest = std::max(largest, confusion(truth, k));
    }
  }
  const std::size_t room = (kPageWidth - kNameWidth) / names.size();
  const std::size_t needed = std::max<std::size_t>(5, std::to_string(largest).size() + 1);
  if (room < needed) {
    print_worst_confusions(out, confusion, names);
  } else {
    print_matrix(out, confusion, names, std::min<std::size_t>(room, 10));
  }
}

/// R2 may be far below 0.
std::string r2_field(const std::optional<double>& r2) {
  return right_field(r2 && *r2 <= -1000 ? number_text("{:.1e}", *r2) : text(r2), 10);
}

void print_errors(std::ostream& out, const std::string& name, const OutputErrors& errors) {
  out << name_field(name) << right_field(number_text("{:.6g}", errors.mae), 14)
      << right_field(number_text("{:.6g}", errors.rmse), 14) << r2_field(errors.r2) << '\n';
}

void print_outputs(std::ostream& out, const Evaluation& evaluation,
                   const std::vector<std::string>& names) {
  out << name_field("output") << fmt::format("{:>14}{:>14}{:>10}\n", "MAE", "RMSE", "R2");
  const auto rows = rows_to_show(names.size(), [&](Index i) {
    return evaluation.outputs[static_cast<std::size_t>(i)].r2.value_or(2);
  });
  for (const Index row : rows) {
    const auto i = static_cast<std::size_t>(row);
    print_errors(out, names[i], evaluation.outputs[i]);
  }
  say_what_is_left_out(out, rows.size(), names.size(), "outputs");
  if (names.size() > 1) print_errors(out, "mean", *evaluation.mean_errors);
}

}  // namespace

void print_evaluation(std::ostream& out, const std::string& part, const Evaluation& evaluation,
                      const Preprocessing& preprocessing) {
  const Metrics& metrics = evaluation.metrics;
  out << fmt::format("{}: {} samples", part, metrics.samples)
      << number_text(", loss {:.6g}", metrics.loss);
  if (metrics.accuracy) out << number_text(", accuracy {:.4f}", *metrics.accuracy);
  if (evaluation.mean_auc) out << number_text(", AUC {:.4f}", *evaluation.mean_auc);
  out << "\n\n";
  if (evaluation.confusion) {
    print_classes(out, evaluation, preprocessing.class_names);
    print_confusion(out, *evaluation.confusion, preprocessing.class_names);
  } else {
    print_outputs(out, evaluation, preprocessing.target_names);
  }
}

}  // namespace clino::app
