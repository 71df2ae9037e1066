#pragma once

#include <map>
#include <string>
#include <vector>

/// \file
/// The layout of the sources as rules: who may include whom, and what may not be met in a header.

/// The text of each file by its path, relative to the root: `core/graph.hpp`.
using SourceTree = std::map<std::string, std::string>;

/// The sources and READMEs of the library's folders, as they are on disk.
SourceTree read_source_tree(const std::string& root);

/// Everything that breaks a rule, one line each: `core/graph.hpp:3: ...`.
std::vector<std::string> layering_findings(const SourceTree& tree);
