#include "train/measures.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clino {

namespace {

std::optional<double> ratio(Index part, Index whole) {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(Index classes)
    : classes_(classes), counts_(static_cast<std::size_t>(classes * classes), 0) {}

Index ConfusionMatrix::samples(Index truth) const {
  Index sum = 0;
  for (Index k = 0; k < classes_; ++k) sum += (*this)(truth, k);
  return sum;
}

Index ConfusionMatrix::taken_for(Index predicted) const {
  Index sum = 0;
  for (Index k = 0; k < classes_; ++k) sum += (*this)(k, predicted);
  return sum;
}

std::optional<double> ConfusionMatrix::recall(Index truth) const {
  return ratio((*this)(truth, truth), samples(truth));
}

std::optional<double> ConfusionMatrix::precision(Index predicted) const {
  return ratio((*this)(predicted, predicted), taken_for(predicted));
}

// AUC = (R - n_p (n_p + 1) / 2) / (n_p n_n),  R the sum of the positives' ranks, counted from 1 and
// shared evenly among equal scores.
std::optional<double> area_under_curve(std::span<const double> scores,
                                       std::span<const Index> classes, Index positive) {
  if (std::ranges::any_of(scores, [](double score) { return std::isnan(score); })) {
    return std::nullopt;
  }
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::sort(order, {}, [&](std::size_t i) { return scores[i]; });
  double rank_sum = 0, positives = 0;
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    double tied = 0;
    for (; last < order.size() && scores[order[last]] == scores[order[first]]; ++last) {
      tied += classes[order[last]] == positive ? 1 : 0;
    }
    rank_sum += tied * static_cast<double>(first + 1 + last) / 2;
    positives += tied;
  }
  const double negatives = static_cast<double>(scores.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives);
}

void ErrorSums::add(double prediction, double target) {
  const double error = prediction - target;
  absolute_ += std::abs(error);
  squared_ += error * error;
  ++count_;
  const double before = target - mean_;
  mean_ += before / count_;
  variation_ += before * (target - mean_);
}

OutputErrors ErrorSums::errors() const {
  OutputErrors result{.mae = absolute_ / count_, .rmse = std::sqrt(squared_ / count_), .r2 = {}};
  if (variation_ > 0) result.r2 = 1 - squared_ / variation_;
  return result;
}

}  // namespace clino
