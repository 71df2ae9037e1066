#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// Reads a page as a browser would, as far as what Clino writes needs it: strict where a browser
/// would guess.

namespace clino::test {

struct Element {
  std::string tag;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< its own and that of what is in it, references resolved
  std::vector<std::string> within;
};

/// Resolves character references; throws at any that Clino does not write.
inline std::string resolved(std::string_view text) {
  static const std::map<std::string, char, std::less<>> kKnown = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  std::string result;
  while (!text.empty()) {
    if (text.front() != '&') {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = text.find(';');
    const auto known = kKnown.find(text.substr(0, end == text.npos ? 0 : end + 1));
    if (known == kKnown.end())
      throw std::runtime_error("a bare & in " + std::string(text.substr(0, 40)));
    result += known->second;
    text.remove_prefix(end + 1);
  }
  return result;
}

class MarkupReader {
 public:
  explicit MarkupReader(std::string_view text) : rest_(text) {}

  /// All elements in the order of their start tags. Throws where the markup is not well-formed.
  std::vector<Element> read() {
    take("<!DOCTYPE html>\n");
    while (!rest_.empty()) {
      if (rest_.starts_with("</")) {
        close();
      } else if (rest_.front() == '<') {
        open();
      } else {
        const std::size_t end = std::min(rest_.find('<'), rest_.size());
        add_text(resolved(rest_.substr(0, end)));
        rest_.remove_prefix(end);
      }
    }
    if (!stack_.empty()) fail("not closed: " + elements_[stack_.back()].tag);
    return elements_;
  }

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error(why + " before " + std::string(rest_.substr(0, 60)));
  }
  void take(std::string_view expected) {
    if (!rest_.starts_with(expected)) fail("expected " + std::string(expected));
    rest_.remove_prefix(expected.size());
  }
  std::string name() {
    std::size_t end = 0;
    while (end < rest_.size() &&
           (std::isalnum(static_cast<unsigned char>(rest_[end])) != 0 || rest_[end] == '-'))
      ++end;
    if (end == 0) fail("expected a name");
    const std::string found(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return found;
  }
  void add_text(const std::string& text) {
    for (const std::size_t i : stack_) elements_[i].text += text;
  }

  void open() {
    take("<");
    Element element;
    element.tag = name();
    for (const std::size_t i : stack_) element.within.push_back(elements_[i].tag);
    while (rest_.starts_with(" ")) {
      take(" ");
      const std::string attribute = name();
      take("=\"");
      const std::size_t end = rest_.find('"');
      if (end == rest_.npos || rest_.substr(0, end).find('<') != rest_.npos) fail("bad attribute");
      if (!element.attributes.emplace(attribute, resolved(rest_.substr(0, end))).second)
        fail("twice");
      rest_.remove_prefix(end + 1);
    }
    const bool shape = rest_.starts_with("/>");
    take(shape ? "/>" : ">");
    elements_.push_back(element);
    if (shape || element.tag == "meta") return;
    stack_.push_back(elements_.size() - 1);
    if (element.tag == "script" || element.tag == "style") {
      const std::size_t end = rest_.find("</" + element.tag);
      if (end == rest_.npos) fail("no end of " + element.tag);
      elements_.back().text = rest_.substr(0, end);
      rest_.remove_prefix(end);
    }
  }

  void close() {
    take("</");
    const std::string tag = name();
    take(">");
    if (stack_.empty() || elements_[stack_.back()].tag != tag)
      fail("</" + tag + "> closes nothing");
    stack_.pop_back();
  }

  std::string_view rest_;
  std::vector<Element> elements_;
  std::vector<std::size_t> stack_;
};

inline std::vector<Element> read_markup(const std::string& page) {
  return MarkupReader(page).read();
}

/// Those with a tag, and, where `attribute` is given, with that value of it.
inline std::vector<Element> all_of(const std::vector<Element>& elements, const std::string& tag,
                                   const std::string& attribute = "",
                                   const std::string& value = "") {
  std::vector<Element> found;
  for (const Element& element : elements) {
    if (element.tag != tag) continue;
    const auto place = element.attributes.find(attribute);
    if (attribute.empty() || (place != element.attributes.end() && place->second == value)) {
      found.push_back(element);
    }
  }
  return found;
}

}  // namespace clino::test
