#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/html.hpp"

/// \file
/// What every page of Clino is made of, whatever it shows.

namespace clino::report {

/// A text that a page carries with it, and the SHA-256 of its bytes in hexadecimal.
struct Asset {
  std::string_view text, sha256;
};

struct DocumentHead {
  std::string title;
  std::vector<Asset> styles, scripts;
  bool asks_for_more = false;  ///< from where it was loaded
};

/// Opens the document and writes its head: nothing is loaded and nothing runs but what `head` has.
/// The caller opens and closes `body`, and closes `html`.
void open_document(Html& html, const DocumentHead& head);

struct ContentsEntry {
  std::string id;     ///< of the section
  std::string title;  ///< shorter than its heading
};
/// The list of contents that stays in sight.
void write_contents(Html& html, const std::vector<ContentsEntry>& entries);

/// Opens `<section id=...>` with its heading; the caller closes it.
void open_section(Html& html, std::string_view id, std::string_view title);
/// A table's head: the first column names the rows.
void write_table_head(Html& html, const std::vector<std::string>& columns);
/// Opens what lets a wide table scroll, by keyboard too; the caller closes it.
void open_scroll_box(Html& html, const std::string& label);
/// Opens what lets a wide picture scroll on a narrow screen; the caller closes it.
void open_picture_box(Html& html, const std::string& label);

}  // namespace clino::report
