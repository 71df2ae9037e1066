#pragma once

#include <string>

#include "tests/browser/browser.hpp"
#include "tests/temporary_folder.hpp"

namespace clino::test {

/// A page made of `body` and what `head` adds, opened.
struct Opened {
  explicit Opened(const std::string& body, const View& view = {}, const std::string& head = "")
      : file(folder.write("page #1.html",
                          "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">" + head +
                              "<title>a page</title></head><body>" + body + "</body></html>")),
        tab(file, view) {}

  TemporaryFolder folder;
  std::string file;
  Tab tab;
};

}  // namespace clino::test
