#pragma once

#include <cstdint>

namespace clino {

/// Bytes of memory that this process may use at most: the machine's, or those of the control group
/// that it runs in, where that has less.
std::uint64_t machine_memory();

}  // namespace clino
