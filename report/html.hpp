#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Markup is written through `Html` alone, so that it is escaped and balanced by construction.

namespace clino::report {

/// The text as valid UTF-8 that cannot change how its surroundings read: broken sequences, control
/// characters but tab and newline, and marks that turn the direction of writing (U+202A to U+202E,
/// U+2066 to U+2069, U+200E, U+200F, U+061C) become U+FFFD.
std::string cleaned(std::string_view text);

/// `cleaned`, with `& < > " '` as character references: for content and for quoted attributes.
std::string escaped(std::string_view text);

/// `cleaned`, and cut to at most `length` characters, of which the last is then `…`.
std::string shortened(std::string_view text, std::size_t length);

/// An attribute. Its value is escaped.
struct Attribute {
  std::string_view name;
  std::string value;
};
using Attributes = std::vector<Attribute>;

/// Writes HTML and SVG. What it opens it closes: `text()` of an unfinished document throws.
class Html {
 public:
  Html& open(std::string_view tag, const Attributes& attributes = {});
  Html& close();
  /// An element with text in it, or none.
  Html& leaf(std::string_view tag, const Attributes& attributes, std::string_view content);
  /// An element that has no content and no end tag, such as `meta`.
  Html& empty(std::string_view tag, const Attributes& attributes);
  /// An element of SVG without content: `<path .../>`.
  Html& shape(std::string_view tag, const Attributes& attributes);
  Html& text(std::string_view content);
  /// Markup that was written by an `Html`, or one of the page's own texts.
  Html& raw(std::string_view markup);

  /// Throws `std::logic_error` where an element is still open.
  const std::string& markup() const;

 private:
  void start(std::string_view tag, const Attributes& attributes);

  std::string markup_;
  std::vector<std::string> open_;
};

}  // namespace clino::report
