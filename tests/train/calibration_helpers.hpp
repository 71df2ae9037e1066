#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/random.hpp"
#include "train/temperature_fit.hpp"

namespace clino::test {

/// Two classes: `right` of `count` samples are of class 1, and all say class 1 by `gap`.
inline ClassScores one_gap(Index count, Index right, double gap) {
  ClassScores samples{.classes = 2, .scores = {}, .labels = {}};
  for (Index i = 0; i < count; ++i) {
    samples.scores.insert(samples.scores.end(), {-gap / 2, gap / 2});
    samples.labels.push_back(Index{i < right});
  }
  return samples;
}

/// Labels drawn from softmax(u), u normal; the scores are `factor` u.
inline ClassScores drawn_scores(Index count, Index classes, double factor, std::uint64_t seed) {
  Random random(seed, stream_id("test"));
  ClassScores samples{.classes = classes, .scores = {}, .labels = {}};
  for (Index i = 0; i < count; ++i) {
    std::vector<double> weights;
    double sum = 0;
    for (Index k = 0; k < classes; ++k) {
      const double u = 1.5 * random.normal();
      samples.scores.push_back(factor * u);
      weights.push_back(std::exp(u));
      sum += weights.back();
    }
    double left = random.uniform() * sum;
    Index label = 0;
    while (label + 1 < classes && (left -= weights[static_cast<std::size_t>(label)]) > 0) ++label;
    samples.labels.push_back(label);
  }
  return samples;
}

/// The mean of -ln softmax(s / T) at the labels, by its definition.
inline double mean_nll(const ClassScores& samples, double temperature) {
  double total = 0;
  for (Index i = 0; i < samples.size(); ++i) {
    double sum = 0;
    const double* s = samples.of(i);
    const double truth = s[samples.labels[static_cast<std::size_t>(i)]];
    double largest = s[0];
    for (Index k = 0; k < samples.classes; ++k) largest = std::max(largest, s[k]);
    for (Index k = 0; k < samples.classes; ++k) sum += std::exp((s[k] - largest) / temperature);
    total += std::log(sum) + (largest - truth) / temperature;
  }
  return total / static_cast<double>(samples.size());
}

}  // namespace clino::test
