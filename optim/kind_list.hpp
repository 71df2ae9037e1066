#pragma once

#include <string_view>

#include "core/options.hpp"

namespace clino {

/// A list of kinds: types with a `kName` and a static `entry()` that describes their options. What
/// a config can name comes from this list alone.
template <class... Kinds>
struct KindList {
  static Catalogue catalogue() { return {Kinds::entry()...}; }

  /// Calls `visitor.template operator()<Kind>()` for the kind of that name; no kind, no call.
  template <class Visitor>
  static void visit(std::string_view name, Visitor&& visitor) {
    (void)((name == Kinds::kName && (visitor.template operator()<Kinds>(), true)) || ...);
  }
};

}  // namespace clino
