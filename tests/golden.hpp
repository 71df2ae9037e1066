#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/options.hpp"

namespace clino::test {

/// One case of a file that a make_golden.py wrote: what it is of, and the numbers of the reference.
struct GoldenCase {
  std::string title;
  Choice choice;
  std::vector<std::vector<double>> rows;
};

inline OptionValue option_value(const std::string& text) {
  if (text == "true" || text == "false") return text == "true";
  return std::stod(text);
}

inline std::vector<GoldenCase> read_golden(const std::string& file) {
  std::ifstream stream(std::string(CLINO_SOURCE_DIR) + "/tests/" + file);
  std::vector<GoldenCase> cases;
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    if (line.starts_with("case ")) {
      GoldenCase next{.title = line, .choice = {}, .rows = {}};
      std::string word;
      words >> word >> next.choice.type;
      while (words >> word) {
        const auto equals = word.find('=');
        next.choice.options[word.substr(0, equals)] = option_value(word.substr(equals + 1));
      }
      cases.push_back(std::move(next));
    } else {
      std::vector<double> row;
      for (double x = 0; words >> x;) row.push_back(x);
      cases.back().rows.push_back(std::move(row));
    }
  }
  return cases;
}

}  // namespace clino::test
