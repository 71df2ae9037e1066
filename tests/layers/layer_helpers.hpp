#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/tape.hpp"
#include "tests/catch.hpp"

namespace clino {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Holds two lists together, each element to `tolerance` times the largest.
template <class A, class B>
void check_close(const A& found, const B& expected, double tolerance) {
  REQUIRE(std::size(found) == std::size(expected));
  double largest = 1e-300;
  for (const double x : expected) largest = std::max(largest, std::abs(x));
  for (std::size_t i = 0; i < std::size(found); ++i) {
    INFO("element " << i);
    CHECK(std::abs(static_cast<double>(found[i]) - static_cast<double>(expected[i])) <=
          tolerance * largest);
  }
}

template <class T>
void copy_into(const std::vector<double>& values, Matrix<T> target) {
  REQUIRE(std::ssize(values) == target.size());
  std::transform(values.begin(), values.end(), target.data,
                 [](double x) { return static_cast<T>(x); });
}

}  // namespace clino
