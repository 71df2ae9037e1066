#include "data/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace clino {

namespace {

using Lists = std::vector<std::vector<Index>>;

/// The units of each class, shuffled.
Lists shuffled_classes(std::span<const Index> strata, Random& random) {
  Lists classes;
  for (std::size_t unit = 0; unit < strata.size(); ++unit) {
    const auto number = static_cast<std::size_t>(strata[unit]);
    if (number >= classes.size()) classes.resize(number + 1);
    classes[number].push_back(static_cast<Index>(unit));
  }
  for (std::vector<Index>& units : classes) random.shuffle(units);
  return classes;
}

/// How many units of each class a part takes: fraction * count rounded down, and one more for the
/// classes with the largest remainders until the part is complete (Hamilton's method). One unit of
/// each class is always left.
std::vector<Index> shares(const std::vector<Index>& counts, const Lists& available,
                          double fraction) {
  const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), Index{0}));
  Index missing = std::llround(fraction * total);
  std::vector<Index> taken(counts.size());
  std::vector<double> remainders(counts.size());
  for (std::size_t c = 0; c < counts.size(); ++c) {
    const double ideal = fraction * static_cast<double>(counts[c]);
    const Index most = std::max<Index>(static_cast<Index>(available[c].size()) - 1, 0);
    taken[c] = std::min(static_cast<Index>(std::floor(ideal)), most);
    remainders[c] = ideal - std::floor(ideal);
    missing -= taken[c];
  }
  std::vector<std::size_t> order(counts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
  for (const std::size_t c : order) {
    const bool leaves_one = taken[c] + 1 < static_cast<Index>(available[c].size());
    if (missing <= 0 || remainders[c] == 0 || !leaves_one) continue;
    ++taken[c];
    --missing;
  }
  return taken;
}

/// Moves each class's share to a part.
std::vector<Index> take(Lists& classes, const std::vector<Index>& share) {
  std::vector<Index> part;
  for (std::size_t c = 0; c < classes.size(); ++c) {
    const auto begin = classes[c].end() - share[c];
    part.insert(part.end(), begin, classes[c].end());
    classes[c].erase(begin, classes[c].end());
  }
  return part;
}

/// The rows of a part's units, in the order of the file.
std::vector<Index> rows_of(std::vector<Index> units, Index group) {
  std::sort(units.begin(), units.end());
  std::vector<Index> rows;
  rows.reserve(units.size() * static_cast<std::size_t>(group));
  for (const Index unit : units) {
    for (Index i = 0; i < group; ++i) rows.push_back(unit * group + i);
  }
  return rows;
}

std::vector<Index> sizes(const Lists& classes) {
  std::vector<Index> counts;
  counts.reserve(classes.size());
  for (const auto& units : classes) counts.push_back(static_cast<Index>(units.size()));
  return counts;
}

}  // namespace

Parts split(std::span<const Index> strata, Index group, double validation_fraction,
            double test_fraction, Random& random) {
  Lists classes = shuffled_classes(strata, random);
  const std::vector<Index> counts = sizes(classes);

  Parts parts;
  parts.test = rows_of(take(classes, shares(counts, classes, test_fraction)), group);
  parts.validation = rows_of(take(classes, shares(counts, classes, validation_fraction)), group);
  std::vector<Index> rest;
  for (const auto& units : classes) rest.insert(rest.end(), units.begin(), units.end());
  parts.train = rows_of(std::move(rest), group);
  return parts;
}

Parts split_into_folds(std::span<const Index> strata, Index group, Index folds, Index fold,
                       double test_fraction, Random& random) {
  Lists classes = shuffled_classes(strata, random);
  Parts parts;
  parts.test = rows_of(take(classes, shares(sizes(classes), classes, test_fraction)), group);

  // A class is dealt from where the one before ended: if all began at the first fold, it would get
  // the odd unit of every class.
  std::vector<Index> held_out, rest;
  Index next = 0;
  for (const auto& units : classes) {
    for (const Index unit : units) {
      (next == fold ? held_out : rest).push_back(unit);
      next = (next + 1) % folds;
    }
  }
  parts.validation = rows_of(std::move(held_out), group);
  parts.train = rows_of(std::move(rest), group);
  return parts;
}

}  // namespace clino
