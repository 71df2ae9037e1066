#pragma once

#include <string>

namespace clino {

/// What the code that computes was compiled for: `avx512`, `avx2`, `sse2` or `generic`. Where it
/// was compiled for several, of the library that the loader chose; not of the program that asks.
std::string instruction_set_text();

}  // namespace clino
