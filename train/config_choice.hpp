#pragma once

#include <string>
#include <string_view>

#include "core/options.hpp"
#include "train/json_value.hpp"

/// \file
/// Between JSON and `Choice`: a name alone or an object that names its type. Options with dots in
/// their names are nested objects in JSON.

namespace clino {

/// The type that a value names: a string, or an object's `type_key`. `fallback` where it names
/// none.
std::string type_of(const JsonValue* value, const std::string& type_key,
                    const std::string& fallback);

/// A complete choice from a value that the schema has accepted; null or absent stands for
/// `fallback`. Keys that are no options of the type are left out.
Choice choice_from(const JsonValue* value, const Catalogue& catalogue, const std::string& type_key,
                   const std::string& fallback);

/// The choice as an object with all its options, in the catalogue's order.
JsonValue choice_json(const Choice& choice, const Catalogue& catalogue,
                      const std::string& type_key);

}  // namespace clino
