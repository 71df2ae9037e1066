#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace clino {

/// The kinds of config that `clino init` can begin: classification, regression, csv, images.
const std::vector<std::string>& config_template_kinds();

/// A commented config of that kind, ready to be edited. Throws `UsageError` for an unknown kind.
std::string config_template(std::string_view kind);

}  // namespace clino
