#include "data/standardize.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/errors.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

constexpr double kByteScale = 255;

/// Mean and standard deviation of each feature over some rows, missing values left out.
struct Moments {
  std::vector<double> counts, means, deviations;
};

/// A constant feature has the deviation 0 exactly, and its value as the mean.
void settle_constants(Moments& moments, const std::vector<double>& least,
                      const std::vector<double>& most) {
  for (std::size_t j = 0; j < least.size(); ++j) {
    if (least[j] != most[j]) continue;
    moments.means[j] = least[j];
    moments.deviations[j] = 0;
  }
}

// mean = sum x / n,  deviation = sqrt(sum (x - mean)^2 / n)
Moments moments_of(const RawData& raw, std::span<const Index> rows) {
  const auto width = static_cast<std::size_t>(raw.features);
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  std::vector<double> least(width, kInfinity), most(width, -kInfinity);
  Moments moments{std::vector<double>(width), std::vector<double>(width),
                  std::vector<double>(width)};
  const auto for_each = [&](auto&& visit) {
    raw.visit_rows(rows, [&](Index, const auto* values) {
      for (std::size_t j = 0; j < width; ++j) {
        const auto x = static_cast<double>(values[j]);
        if (!std::isnan(x)) visit(j, x);
      }
    });
  };
  for_each([&](std::size_t j, double x) {
    moments.counts[j] += 1;
    moments.means[j] += x;
    least[j] = std::min(least[j], x);
    most[j] = std::max(most[j], x);
  });
  for (std::size_t j = 0; j < width; ++j) moments.means[j] /= moments.counts[j];
  for_each([&](std::size_t j, double x) {
    const double d = x - moments.means[j];
    moments.deviations[j] += d * d;
  });
  for (std::size_t j = 0; j < width; ++j) {
    moments.deviations[j] = std::sqrt(moments.deviations[j] / moments.counts[j]);
  }
  settle_constants(moments, least, most);
  return moments;
}

// n^2 deviation^2 = n sum x^2 - (sum x)^2, in whole numbers: exact, and one pass over the images.
Moments byte_moments(const RawData& raw, std::span<const Index> rows) {
  const auto width = static_cast<std::size_t>(raw.features);
  std::vector<std::uint64_t> sums(width), squares(width);
  raw.visit_rows(rows, [&](Index, const auto* bytes) {
    for (std::size_t j = 0; j < width; ++j) {
      const auto x = static_cast<std::uint64_t>(bytes[j]);
      sums[j] += x;
      squares[j] += x * x;
    }
  });
  const auto n = static_cast<std::uint64_t>(rows.size());
  const auto count = static_cast<double>(n);
  Moments moments{std::vector<double>(width, count), std::vector<double>(width),
                  std::vector<double>(width)};
  for (std::size_t j = 0; j < width; ++j) {
    moments.means[j] = static_cast<double>(sums[j]) / count;
    const auto difference = static_cast<double>(n * squares[j] - sums[j] * sums[j]);
    moments.deviations[j] = std::sqrt(difference) / count;
  }
  return moments;
}

void check_values(const RawData& raw, const Moments& moments, const Preprocessing& preprocessing) {
  for (std::size_t j = 0; j < moments.counts.size(); ++j) {
    const std::string feature =
        raw.name + ": the feature " + in_quotes(preprocessing.feature_names[j]);
    if (moments.counts[j] == 0) {
      throw InputError(feature + " has no value in the training part");
    }
    if (!std::isfinite(moments.means[j]) || !std::isfinite(moments.deviations[j])) {
      throw InputError(feature + " has values too large to standardise");
    }
  }
}

}  // namespace

Index fit_inputs(const RawData& raw, std::span<const Index> rows, bool standardize,
                 bool replace_missing, Preprocessing& preprocessing) {
  const auto width = static_cast<std::size_t>(raw.features);
  preprocessing.means.assign(width, 0);
  preprocessing.scales.assign(width, raw.images ? kByteScale : 1);
  if (!standardize && !replace_missing) return 0;

  const Moments moments = raw.images ? byte_moments(raw, rows) : moments_of(raw, rows);
  check_values(raw, moments, preprocessing);
  if (replace_missing) preprocessing.replacements = moments.means;
  if (!standardize) return 0;
  preprocessing.means = moments.means;
  for (std::size_t j = 0; j < width; ++j) {
    if (moments.deviations[j] > 0) preprocessing.scales[j] = moments.deviations[j];
  }
  return static_cast<Index>(std::count(moments.deviations.begin(), moments.deviations.end(), 0.0));
}

}  // namespace clino
