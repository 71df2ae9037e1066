#pragma once

#include <algorithm>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compare/page.hpp"
#include "tests/catch.hpp"
#include "tests/report/markup.hpp"

/// \file
/// What holds of the page of a comparison, whatever was compared.

namespace clino::test {

inline std::vector<Element> elements_of(const compare::Comparison& comparison,
                                        const std::filesystem::path& directory = "/nowhere") {
  return read_markup(compare::comparison_html(comparison, directory));
}

inline std::vector<std::string> section_ids(const std::vector<Element>& elements) {
  std::vector<std::string> ids;
  for (const Element& one : all_of(elements, "section")) ids.push_back(one.attributes.at("id"));
  return ids;
}

inline bool has_class(const Element& element, const std::string& name) {
  const auto found = element.attributes.find("class");
  return found != element.attributes.end() &&
         (" " + found->second + " ").find(" " + name + " ") != std::string::npos;
}

/// Pictures are of numbers, and curves do not leave their picture.
inline void check_pictures(const std::vector<Element>& elements) {
  double width = 0, height = 0;
  for (const Element& element : elements) {
    if (element.tag == "svg" && element.attributes.contains("viewBox")) {
      std::istringstream box(element.attributes.at("viewBox"));
      box >> width >> width >> width >> height;
    }
    for (const char* name : {"d", "x", "y", "cx", "width", "height", "viewBox"}) {
      const auto found = element.attributes.find(name);
      if (found == element.attributes.end()) continue;
      CHECK_FALSE(found->second.empty());
      CHECK(found->second.find_first_of("nif") == std::string::npos);  // nan, inf
    }
    if (element.tag != "path" || !element.attributes.contains("d")) continue;
    std::string data = element.attributes.at("d");
    if (data.find_first_not_of("MLh0123456789. z") != data.npos) continue;  // not a curve
    std::ranges::replace_if(
        data, [](char c) { return c == 'M' || c == 'L' || c == 'z'; }, ' ');
    for (std::size_t at = data.find("h0"); at != data.npos; at = data.find("h0")) {
      data.replace(at, 2, "  ");
    }
    std::istringstream numbers(data);
    // The backdrop has no size of its own.
    if (element.attributes.contains("id")) continue;
    for (double x = 0, y = 0; numbers >> x >> y;) {
      if (x < 0 || x > width || y < 0 || y > height) FAIL_CHECK(x << " " << y);
    }
    CHECK(numbers.eof());
  }
}

/// What holds of every page, whatever was compared.
inline void check_page(const std::vector<Element>& elements) {
  CHECK(all_of(elements, "h1").size() == 1);
  CHECK(all_of(elements, "script").empty());
  char level = '1';
  std::set<std::string> ids;
  for (const Element& element : elements) {
    CHECK_FALSE(element.attributes.contains("style"));
    if (element.tag.size() == 2 && element.tag[0] == 'h' && element.tag[1] >= '1' &&
        element.tag[1] <= '6') {
      CHECK(element.tag[1] <= level + 1);
      level = element.tag[1];
    }
    if (element.attributes.contains("id")) CHECK(ids.insert(element.attributes.at("id")).second);
    if (element.tag == "th") CHECK(element.attributes.contains("scope"));
    if (element.tag != "svg") continue;
    const bool hidden = element.attributes.contains("aria-hidden");
    CHECK(hidden != (element.attributes.contains("role")));
    if (!hidden) CHECK_FALSE(element.attributes.at("aria-label").empty());
  }
  for (const char* tag : {"a", "use"}) {
    for (const Element& link : all_of(elements, tag)) {
      const std::string& address = link.attributes.at("href");
      if (address.starts_with("#")) CHECK(ids.contains(address.substr(1)));
    }
  }
  check_pictures(elements);
}

}  // namespace clino::test
