#pragma once

#include <string>

#include "core/types.hpp"

namespace clino::claims {

/// `model.hidden=[300,300,...]`: an override that makes a claim's net deeper or wider.
inline std::string hidden_override(Index width, Index layers) {
  std::string text = "model.hidden=[";
  for (Index layer = 0; layer < layers; ++layer) {
    if (layer > 0) text += ',';
    text += std::to_string(width);
  }
  return text + "]";
}

}  // namespace clino::claims
