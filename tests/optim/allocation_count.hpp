#pragma once

namespace clino::test {

/// How often this program has asked for memory.
long allocation_count();

}  // namespace clino::test
