#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/types.hpp"
#include "data/mapped_numbers.hpp"

namespace clino {

/// What a source yields, before anything is learned from it. A column is a sample.
struct RawData {
  std::string name;  ///< the file or the generator, for messages
  Index rows = 0;
  Index features = 0;
  Index outputs = 0;                         ///< rows of `targets`; 0 where the target is the input
  std::vector<double> inputs = {};           ///< [features, rows]; NaN where a value is missing
  std::vector<std::uint8_t> bytes = {};      ///< [features, rows] instead of `inputs`: images
  std::optional<MappedNumbers> mapped = {};  ///< [features, rows] instead of both
  bool images = false;                       ///< the inputs are bytes that a scale takes to 0..1
  double largest_mapped = 0;                 ///< in size, once `add_content` has seen them
  bool stays_mapped = false;                 ///< `mapped` is not to be read into memory
  std::vector<double> targets = {};          ///< [outputs, rows]; class numbers for classes
  std::vector<std::string> labels = {};      ///< [rows] where classes are read as text
  std::vector<double> weights = {};          ///< [rows], or empty
  std::vector<Index> lines = {};             ///< [rows] where the source is text
  std::string targets_name = {};             ///< the file of the targets, where that is another one
  Index group = 1;  ///< so many successive rows belong together and are not split

  /// Where a row stands: `a.csv, line 3`, `a.npy, row 2` (from 0).
  std::string place(Index row) const;
  /// The same of a row's target.
  std::string target_place(Index row) const;
  /// Calls `visit` with a pointer to the inputs, of the type that they have.
  template <class Visit>
  void visit_inputs(const Visit& visit) const {
    if (mapped) {
      mapped->visit(visit);
    } else if (images) {
      visit(bytes.data());
    } else {
      visit(inputs.data());
    }
  }
  /// Calls `visit` with each of `count` ascending rows and a pointer to its inputs. Which rows
  /// these are, `row_of(k)` tells.
  template <class RowOf, class Visit>
  void visit_rows_of(Index count, const RowOf& row_of, const Visit& visit) const {
    visit_inputs([&](const auto* values) {
      Index released = 0;
      for (Index k = 0; k < count; ++k) {
        const Index row = row_of(k);
        visit(row, values + row * features);
        if (mapped) released = mapped->pass(released, (row + 1) * features);
      }
    });
  }
  template <class Visit>
  void visit_rows(std::span<const Index> some, const Visit& visit) const {
    const auto row_of = [&](Index k) { return some[static_cast<std::size_t>(k)]; };
    visit_rows_of(std::ssize(some), row_of, visit);
  }
  template <class Visit>
  void visit_all_rows(const Visit& visit) const {
    visit_rows_of(
        rows, [](Index row) { return row; }, visit);
  }
  /// What holds the targets, for messages.
  const std::string& targets_in() const { return targets_name.empty() ? name : targets_name; }
};

}  // namespace clino
