#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/options.hpp"

/// \file
/// What data a config can name, described as data: the generators and the readers with every
/// option, its type, default and range. JSON appears nowhere in this folder: a source is a
/// `Choice`, and an object nested in a config is written with dots (`train.images`).

namespace clino {

/// Every data source: two_spirals, moons, circles, xor, blobs, checkerboard, sine, function, csv,
/// idx, npy. Options that name a file have `path` set.
const Catalogue& data_source_catalogue();

/// Something that the catalogue's types and ranges cannot express, about one option of a source.
struct SourceFinding {
  std::string option;
  std::string message;
};

/// What is impossible about the options of a source that fits the catalogue: samples of xor that
/// are no multiple of four, a single class or fewer samples than classes, more numbers than any
/// memory holds, labels that are neither given nor the input. Reads no file. `source` is
/// complete (see `complete`).
std::vector<SourceFinding> source_findings(const Choice& source);

/// Which files of a source are missing and, where known, the Debian package that brings them; empty
/// where all are there. Looks, but reads nothing.
std::optional<std::string> missing_data(const Choice& source);

}  // namespace clino
