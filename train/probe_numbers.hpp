#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "train/number_bytes.hpp"

/// \file
/// What probes keep in a checkpoint: `RunState::numbers` by name, as they lie in memory.

namespace clino {

using ProbeNumbers = std::map<std::string, NumberBytes>;

/// Takes over the numbers of that name, where there are as many as expected.
template <class Number>
bool take_bytes(const ProbeNumbers& numbers, const std::string& name, std::span<Number> values) {
  const auto found = numbers.find(name);
  if (found == numbers.end() || found->second.size() != values.size_bytes()) return false;
  found->second.copy_to(values.data());
  return true;
}

/// Takes over the numbers of that name, however many there are.
template <class Number>
bool take_bytes(const ProbeNumbers& numbers, const std::string& name, std::vector<Number>& values) {
  const auto found = numbers.find(name);
  if (found == numbers.end()) return false;
  values.resize(found->second.size() / sizeof(Number));
  return take_bytes(numbers, name, std::span(values));
}

}  // namespace clino
