#include "core/instruction_set.hpp"

namespace clino {

std::string instruction_set_text() {
#if defined(__AVX512F__)
  return "avx512";
#elif defined(__AVX2__)
  return "avx2";
#elif defined(__SSE2__)
  return "sse2";
#else
  return "generic";
#endif
}

}  // namespace clino
