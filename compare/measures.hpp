#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compare/outcome.hpp"
#include "core/options.hpp"
#include "statistics/sample.hpp"

namespace clino::compare {

enum class Better { lower, higher, neither };

/// A figure of a run that variations are compared by.
struct Measure {
  std::string_view name;   ///< in files and assertions
  std::string_view title;  ///< in tables and sentences: `final accuracy`
  Better better = Better::neither;
  statistics::Scale scale = statistics::Scale::difference;
  bool to_target = false;  ///< a time that is censored where the target is not reached
  bool clock = false;  ///< depends on the machine's speed: differs from repetition to repetition
  bool share = false;  ///< lies in [0, 1]
  /// The step in which a run's value is counted; 0 for none.
  double (*resolution)(const RunOutcome&) = nullptr;
};

/// All of them, in the order of tables.
std::span<const Measure> measures();
/// That of a name, or null.
const Measure* find_measure(std::string_view name);
std::vector<std::string> measure_names();
/// The same for `clino list`.
Catalogue measure_catalogue();

}  // namespace clino::compare
