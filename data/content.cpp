#include "data/content.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/errors.hpp"

namespace clino {

namespace {

/// As `ContentHash::add` of all bytes at once.
void add_images(ContentHash& hash, const RawData& raw) {
  constexpr Index kPiece = Index{1} << 20U;
  const MappedNumbers& mapped = *raw.mapped;
  hash.begin(mapped.bytes());
  Index released = 0;
  for (Index first = 0; first < mapped.count; first += kPiece) {
    const Index count = std::min(kPiece, mapped.count - first);
    hash.more(mapped.data() + first, static_cast<std::size_t>(count));
    released = mapped.pass(released, first + count);
  }
}

/// As `ContentHash::add` of a vector of doubles.
void add_numbers(ContentHash& hash, RawData& raw) {
  std::vector<double> numbers(static_cast<std::size_t>(raw.features));
  hash.begin(static_cast<std::size_t>(raw.mapped->count) * sizeof(double));
  raw.visit_all_rows([&](Index row, const auto* values) {
    for (std::size_t j = 0; j < numbers.size(); ++j) {
      numbers[j] = static_cast<double>(values[j]);
      raw.largest_mapped = std::max(raw.largest_mapped, std::abs(numbers[j]));
      if (std::isfinite(numbers[j])) continue;
      throw InputError(raw.name + ", row " + std::to_string(row) + ", column " + std::to_string(j) +
                       " (from 0): expected a finite number");
    }
    hash.more(numbers.data(), numbers.size() * sizeof(double));
  });
}

}  // namespace

void add_content(ContentHash& hash, RawData& raw) {
  if (raw.mapped && !raw.images) {
    add_numbers(hash, raw);
  } else {
    hash.add(raw.inputs);
  }
  if (raw.mapped && raw.images) {
    add_images(hash, raw);
  } else {
    hash.add(raw.bytes);
  }
  hash.add(raw.targets);
  hash.add(raw.weights);
}

}  // namespace clino
