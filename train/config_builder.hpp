#pragma once

#include <filesystem>

#include "train/config.hpp"
#include "train/json_value.hpp"

namespace clino {

/// The structs from a document without findings. Absent keys keep the structs' own values; paths
/// that are not absolute begin at `base_directory`. `default_name` is for a config without a name.
Config build_config(const JsonValue& document, const std::string& default_name,
                    const std::filesystem::path& base_directory);

}  // namespace clino
