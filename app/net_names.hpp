#pragma once

#include <string>

#include "data/preprocessing.hpp"

namespace clino::app {

/// What output k of a net stands for: a target's name, or the logit of a class. A binary net has
/// the second class's alone.
inline std::string output_name(const Preprocessing& preprocessing, Index k) {
  const auto i = static_cast<std::size_t>(k);
  switch (preprocessing.target_kind) {
    case TargetKind::numbers:
      return preprocessing.target_names[i];
    case TargetKind::binary:
      return "logit " + preprocessing.class_names[1];
    case TargetKind::classes:
      break;
  }
  return "logit " + preprocessing.class_names[i];
}

/// Whether some model input is not the raw value itself.
inline bool is_scaled(const Preprocessing& preprocessing) {
  for (std::size_t j = 0; j < preprocessing.means.size(); ++j) {
    if (preprocessing.means[j] != 0 || preprocessing.scales[j] != 1) return true;
  }
  return false;
}

}  // namespace clino::app
