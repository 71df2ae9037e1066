#include "train/number_bytes.hpp"

#include <algorithm>
#include <cstring>

namespace clino {

void NumberBytes::copy_to(void* target) const {
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  for (std::size_t first = 0; first < size(); first += kPiece) {
    const std::string_view piece = view_.substr(first, kPiece);
    std::memcpy(static_cast<char*>(target) + first, piece.data(), piece.size());
    if (file_) {
      file_->release(static_cast<std::size_t>(piece.data() - file_->bytes().data()), piece.size());
    }
  }
}

}  // namespace clino
