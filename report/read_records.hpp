#pragma once

#include "report/json_record.hpp"
#include "report/run_log.hpp"

/// \file
/// What one line of each log adds to a `RunLog`. All throw `InputError` as `JsonRecord` does.

namespace clino::report {

void add_step(RunLog& log, const JsonRecord& record);
void add_metrics(RunLog& log, const JsonRecord& record);
void add_layer(RunLog& log, const JsonRecord& record);
void add_signal(RunLog& log, const JsonRecord& record);
void add_histogram(RunLog& log, const JsonRecord& record);
/// A scan or an event; kinds that are not known add nothing.
void add_unit(RunLog& log, const JsonRecord& record);
void add_jacobian(RunLog& log, const JsonRecord& record);
/// The first line says what is shown; the others are frames.
void add_film(RunLog& log, const JsonRecord& record);

/// The layer that a record is about; a new one where it is met for the first time.
LayerLog& layer_of(RunLog& log, const JsonRecord& record);

/// `summary.json`, `text` as it stands in `file`.
RunSummary read_summary(const std::string& text, const std::string& file);

}  // namespace clino::report
