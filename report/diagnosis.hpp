#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// What a log says in plain words.

namespace clino {

/// One conspicuous thing, with its figures in the text.
struct Diagnosis {
  enum class Severity {
    note,     ///< worth knowing
    warning,  ///< slows the training down or spoils its result
    severe,   ///< the net, or a part of it, does not learn
  };

  Severity severity = Severity::note;
  std::string text;                 ///< one sentence, plain UTF-8, without a line break
  std::optional<Index> layer = {};  ///< `LayerLog::layer`
  std::optional<std::uint64_t> since_step = {};  ///< holds from here to the last logged step
};

/// `note`, `warning` or `severe`.
std::string_view to_text(Diagnosis::Severity severity);

/// Everything conspicuous in a run, the most severe first; one note where there is nothing.
std::vector<Diagnosis> diagnose(const RunLog& log);

}  // namespace clino
