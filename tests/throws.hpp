#pragma once

#include <string>

#include "tests/catch.hpp"

/// The message of the exception of type `E` that `action` throws; fails the test where it throws
/// none or another.
template <class E, class Action>
std::string message_of(const Action& action) {
  try {
    action();
  } catch (const E& error) {
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}
