#pragma once

#include <memory>
#include <string>

#include "layers/activations/list.hpp"

namespace clino::test {

/// An activation of the list, with no options given.
inline std::shared_ptr<const Activation> named(const std::string& name) {
  return make_activation({name, {}});
}

}  // namespace clino::test
