#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/run_log.hpp"

/// \file
/// The phrases that findings are made of.

namespace clino::report {

/// Three significant digits: `0.232`, `3.91e-14`, `254,000`.
std::string figure(double value);

/// A share by as many: `71.3 %`, `0.0337 %`.
std::string share_text(double fraction);

/// `step 1,200`
std::string step_words(std::uint64_t step);

/// `tanh layer 3`; names and types are cut to a length that a sentence can bear.
std::string layer_words(const LayerLog& layer);

/// `tanh layer 3`, `tanh layers 3 and 5`, `20 tanh layers (1 to 39)`; where types differ,
/// `4 layers (1 to 7)`. At least one.
std::string layers_words(const std::vector<const LayerLog*>& layers);

/// `1, 2 and 5`
std::string listed(const std::vector<std::string>& words);

/// `1 unit`, `5 units`
std::string counted(std::uint64_t count, std::string_view noun);

/// With a capital letter in front.
std::string sentence(std::string text);

}  // namespace clino::report
