#pragma once

#include <cstdint>

namespace clino {

/// What the memory of a training is for, in bytes. What is switched off has 0.
struct MemoryUse {
  std::uint64_t program = 0;  ///< resident before anything of the run was there
  std::uint64_t parameters = 0;
  std::uint64_t gradients = 0;
  std::uint64_t optimizer_state = 0;
  std::uint64_t activations = 0;  ///< and their gradients: the training tape
  std::uint64_t data = 0;         ///< all parts, and the order of an epoch
  std::uint64_t evaluation = 0;   ///< the tape of the evaluation
  std::uint64_t best = 0;         ///< the best weights so far
  std::uint64_t teacher = 0;      ///< its answers
  std::uint64_t probes = 0;  ///< their tape, what they remember of the weights and of the units
  std::uint64_t log = 0;     ///< lines and records that are not yet written
  std::uint64_t mapped = 0;  ///< inputs that stay in their file: no part of the total
  std::uint64_t peak_loading = 0;  ///< of the program, when the data were there and no step taken

  std::uint64_t total() const {
    return program + parameters + gradients + optimizer_state + activations + data + evaluation +
           best + teacher + probes + log;
  }
};

/// Memory that this process occupies now, and the most that it has occupied since it began; 0 where
/// the system does not tell. Mapped files count as far as they have been looked at.
std::uint64_t resident_bytes();
std::uint64_t peak_resident_bytes();

}  // namespace clino
