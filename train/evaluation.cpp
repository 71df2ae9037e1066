#include "train/evaluation.hpp"

#include <algorithm>
#include <cmath>

namespace clino {

namespace {

/// The mean of those that are there.
template <class Values, class Get>
std::optional<double> mean_of(const Values& values, const Get& get) {
  double sum = 0, count = 0;
  for (const auto& each : values) {
    const std::optional<double> value = get(each);
    if (!value) continue;
    sum += *value;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

/// ln(p_k / (1 - p_k)) = z_k - ln sum_{j != k} exp z_j,  p = softmax(z). It orders samples as the
/// probability of class k does, without ending in ties where that is rounded to 1.
template <class T>
void log_odds(std::span<const T> logits, std::span<double> odds) {
  const auto top = std::ranges::max_element(logits) - logits.begin();
  const auto largest = static_cast<double>(logits[static_cast<std::size_t>(top)]);
  double others = 0;  // sum over j != top of exp(z_j - z_top)
  for (std::size_t j = 0; j < logits.size(); ++j) {
    odds[j] = static_cast<double>(logits[j]) - largest;
    if (static_cast<std::ptrdiff_t>(j) != top) others += std::exp(odds[j]);
  }
  for (std::size_t k = 0; k < odds.size(); ++k) {
    const bool is_top = static_cast<std::ptrdiff_t>(k) == top;
    odds[k] -= std::log(is_top ? others : 1 + others - std::exp(odds[k]));
  }
}

/// Collects what classes need: the confusions at once, the scores for the ranking at the end.
class ClassCollector {
 public:
  ClassCollector(TargetKind kind, Index classes, Index samples)
      : kind_(kind), confusion_(classes), odds_(static_cast<std::size_t>(classes)) {
    classes_.reserve(static_cast<std::size_t>(samples));
    scores_.resize(odds_.size());
    for (auto& scores : scores_) scores.reserve(static_cast<std::size_t>(samples));
  }

  template <class T>
  void add(std::span<const T> logits, Index truth) {
    confusion_.add(truth, predicted_class(kind_, logits));
    classes_.push_back(truth);
    if (kind_ == TargetKind::binary) {
      odds_[1] = static_cast<double>(logits[0]);
      odds_[0] = -odds_[1];
    } else {
      log_odds(logits, std::span(odds_));
    }
    for (std::size_t k = 0; k < odds_.size(); ++k) scores_[k].push_back(odds_[k]);
  }

  void finish(Evaluation& result) const {
    for (std::size_t k = 0; k < scores_.size(); ++k) {
      result.auc.push_back(area_under_curve(scores_[k], classes_, static_cast<Index>(k)));
    }
    result.mean_auc = mean_of(result.auc, [](const auto& auc) { return auc; });
    result.confusion = confusion_;
  }

 private:
  TargetKind kind_;
  ConfusionMatrix confusion_;
  std::vector<double> odds_;                 ///< of one sample [classes]
  std::vector<Index> classes_;               ///< [samples]
  std::vector<std::vector<double>> scores_;  ///< [classes][samples]
};

template <class T>
Evaluation evaluate_classes(Evaluator<T>& evaluator, const Preprocessing& preprocessing,
                            const Dataset<T>& dataset) {
  ClassCollector collector(preprocessing.target_kind, preprocessing.classes(), dataset.size());
  Evaluation result;
  result.metrics = evaluator.evaluate(
      dataset, [&](Matrix<const T> prediction, Matrix<const T> target, Index /*first*/) {
        for (Index j = 0; j < prediction.columns; ++j) {
          collector.add(prediction.column(j), static_cast<Index>(target(0, j)));
        }
      });
  collector.finish(result);
  return result;
}

template <class T>
Evaluation evaluate_numbers(Evaluator<T>& evaluator, const Dataset<T>& dataset) {
  std::vector<ErrorSums> sums(static_cast<std::size_t>(dataset.outputs()));
  Evaluation result;
  result.metrics = evaluator.evaluate(
      dataset, [&](Matrix<const T> prediction, Matrix<const T> target, Index /*first*/) {
        for (Index j = 0; j < prediction.columns; ++j) {
          for (std::size_t i = 0; i < sums.size(); ++i) {
            sums[i].add(static_cast<double>(prediction.column(j)[i]),
                        static_cast<double>(target.column(j)[i]));
          }
        }
      });
  for (const ErrorSums& each : sums) result.outputs.push_back(each.errors());
  const auto& outputs = result.outputs;
  const auto mean = [&](const auto& get) { return mean_of(outputs, get).value_or(0); };
  using Value = std::optional<double>;
  result.mean_errors = {.mae = mean([](const auto& e) { return Value(e.mae); }),
                        .rmse = mean([](const auto& e) { return Value(e.rmse); }),
                        .r2 = mean_of(outputs, [](const auto& e) { return e.r2; })};
  return result;
}

}  // namespace

template <class T>
Evaluation evaluate_in_detail(Evaluator<T>& evaluator, const Preprocessing& preprocessing,
                              const Dataset<T>& dataset) {
  if (preprocessing.target_kind == TargetKind::numbers) {
    return evaluate_numbers(evaluator, dataset);
  }
  return evaluate_classes(evaluator, preprocessing, dataset);
}

template Evaluation evaluate_in_detail(Evaluator<float>&, const Preprocessing&,
                                       const Dataset<float>&);
template Evaluation evaluate_in_detail(Evaluator<double>&, const Preprocessing&,
                                       const Dataset<double>&);

}  // namespace clino
