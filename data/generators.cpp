#include "data/generators.hpp"

#include <string>
#include <utility>

#include "data/generator_formulas.hpp"

namespace clino {

namespace {

/// A catalogue entry: what all generators share, then the entry's own options.
CatalogueEntry entry(std::string name, std::string summary, double noise,
                     std::vector<Option> own = {}) {
  std::vector<Option> options = {
      {.name = "samples",
       .types = kInteger,
       .default_value = std::int64_t{1000},
       .description = "samples of all classes together",
       .range = {.minimum = 1, .maximum = 1e8}},
      {.name = "noise",
       .types = kNumber,
       .default_value = noise,
       .description = "standard deviation of Gaussian noise, before standardising",
       .range = kNonNegative},
      {.name = "target",
       .types = kNull | kText,
       .default_value = std::monostate{},
       .description = "\"input\" makes the inputs the targets, for autoencoders",
       .choices = {"input"}}};
  options.insert(options.end(), own.begin(), own.end());
  return {.name = std::move(name), .summary = std::move(summary), .options = std::move(options)};
}

Option number(std::string name, double value, std::string description, Range range) {
  return {.name = std::move(name),
          .types = kNumber,
          .default_value = value,
          .description = std::move(description),
          .range = range};
}

Option count(std::string name, std::int64_t value, std::string description, double least,
             double most) {
  return {.name = std::move(name),
          .types = kInteger,
          .default_value = value,
          .description = std::move(description),
          .range = {.minimum = least, .maximum = most}};
}

}  // namespace

RawData start_generator(const Choice& options, Index features) {
  RawData raw{.name = options.type,
              .rows = static_cast<Index>(options.get<std::int64_t>("samples")),
              .features = features};
  raw.outputs = 1;
  raw.inputs.reserve(static_cast<std::size_t>(raw.rows * features));
  raw.targets.reserve(static_cast<std::size_t>(raw.rows));
  return raw;
}

const std::vector<Generator>& generators() {
  static const std::vector<Generator> list = {
      {entry("two_spirals", "two interleaved spirals, arms 0.5 apart", 0.05,
             {number("turns", 2, "turns of each spiral", kPositive)}),
       two_spirals},
      {entry("moons", "two interleaved half circles, as scikit-learn's make_moons", 0.1), moons},
      {entry("circles", "a circle within a circle, as scikit-learn's make_circles", 0.05,
             {number("factor", 0.5, "radius of the inner circle; the outer one's is 1",
                     {.minimum = 0, .maximum = 1, .open_minimum = true, .open_maximum = true})}),
       circles},
      {entry("xor", "exclusive or of two signs, balanced by reflection into all four quadrants", 0,
             {number("margin", 0.1, "distance of the points to the axes; coordinates end at 1",
                     kUnitBelowOne)}),
       exclusive_or},
      {entry("blobs", "Gaussian clouds around random centres in [-10, 10]", 1,
             {count("classes", 3, "clouds", 1, 10000),
              count("features", 2, "coordinates of a point", 1, 100000)}),
       blobs},
      {entry("checkerboard", "the squares of a checkerboard over [-1, 1] x [-1, 1]", 0,
             {count("cells", 4, "squares along each side", 2, 1000)}),
       checkerboard},
      {entry("sine", "y = sin(pi frequency x) at random x in (-1, 1)", 0.05,
             {number("frequency", 1, "periods over the interval", kPositive)}),
       sine},
      {entry("function", "a function of one variable at even steps over [-1, 1]", 0,
             {{.name = "kind",
               .types = kText,
               .default_value = std::string("sine"),
               .description = "sin(pi x), |x|, a step at 0, or a tent map",
               .choices = {"sine", "abs", "step", "tent"}},
              count("tent_folds", 3,
                    "how often the tent map folds; it has 2^tent_folds linear pieces", 1, 50)}),
       function}};
  return list;
}

}  // namespace clino
