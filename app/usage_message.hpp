#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace clino::app {

/// What is wrong with the command line, in one line: an unknown verb or option with the nearest
/// known name, or what the parser says.
std::string usage_message(const CLI::App& program, const CLI::ParseError& error);

}  // namespace clino::app
