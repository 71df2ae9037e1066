#pragma once

#include <stdexcept>
#include <string>

/// \file
/// Everything Clino throws. The class says who can mend it; the program turns it into an exit code.

namespace clino {

/// Base of all errors that Clino throws on purpose. The message says what is wrong, where, and
/// what was expected.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Operands whose shapes do not fit together: thrown while a graph is recorded, never in training.
/// The message names the operation and both shapes: `[matmul] inner dimensions differ: [3, 4] x
/// [5, 6]`.
class ShapeError : public Error {
 public:
  using Error::Error;
};

/// A call, an option or a config that makes no sense (exit code 2).
class UsageError : public Error {
 public:
  using Error::Error;
};

/// A file that is missing, damaged or cannot be written (exit code 3). The message names the file
/// and, for a damaged one, the byte offset or the line and column.
class InputError : public Error {
 public:
  using Error::Error;
};

/// A computation that failed: a loss or gradient that is not finite (exit code 1).
class NumericalError : public Error {
 public:
  using Error::Error;
};

}  // namespace clino
