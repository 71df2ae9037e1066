#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// The page of one run or several: one HTML file that needs no other and no network, and shows its
/// numbers, tables and pictures without scripts too.

namespace clino {

struct ReportOptions {
  /// Follows a run that is being trained: the page opens an event source at `/events` of the server
  /// that it came from. What it expects there stands at the top of report/assets/page.js.
  bool live = false;
  /// Where a live page goes on: what it asks for as `/events?from=...`.
  std::string live_position = {};
};

/// A part of the page that can be written anew by itself: an HTML `section` with that id.
struct ReportSection {
  std::string id;
  std::string html;
  bool only_charts = false;  ///< of a live page: new records reach them without a new section
};

/// The sections of the page, in its order. What a run has no data for is left out; of a live page
/// it is there and says so.
std::vector<ReportSection> report_sections(std::span<const RunLog> runs,
                                           const ReportOptions& options = {});

/// The whole page. Strings from config, data and log are escaped; the content security policy lets
/// nothing run but the page's own code. Throws `UsageError` where `runs` is empty.
std::string report_html(std::span<const RunLog> runs, const ReportOptions& options = {});

/// Reads run directories and writes their page, whole or not at all. Throws as `read_run_log` and
/// `write_atomically` do.
void write_report(const std::filesystem::path& file, std::span<const std::filesystem::path> runs);

}  // namespace clino
