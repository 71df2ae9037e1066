#pragma once

#include <string>

#include "data/preprocessing.hpp"

namespace clino {

/// `preprocessing.json`: what prediction needs beside the weights.
std::string preprocessing_json(const Preprocessing& preprocessing);

/// The same, read back and checked: predictions can rely on its sizes. Throws `InputError` naming
/// the file and the key where it is damaged.
Preprocessing load_preprocessing(const std::string& path);

}  // namespace clino
