#pragma once

#include <string>

#include "report/run_log.hpp"

/// \file
/// The figures of the screen (screen.hpp) for other programs. Numbers read back to the same bits;
/// one that is not finite is the text "nan", "inf" or "-inf".

namespace clino {

/// One object: `run`, `name`, `status`, `running`, `steps`, `epochs`, `metrics` by part, `loss`,
/// `layers` with their latest figures and trends, `heat_map`, `theory`, `unit_events`, `findings`.
/// What is not there is null. A name that is not UTF-8 has U+FFFD for what is broken. Ends with a
/// line break.
std::string inspection_json(const RunLog& log);

/// A header and one line for each layer (RFC 4180, but lines end in LF): its latest figures under
/// the names of the logs. What it does not have is empty.
std::string inspection_csv(const RunLog& log);

}  // namespace clino
