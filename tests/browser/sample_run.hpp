#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "report/run_log.hpp"

namespace clino::test {

/// What stands in a string field of a run: its usual text, or something else.
using TextOf = std::function<std::string(std::string_view usual)>;

/// A run made by hand that has something for every part of the page: `layers` times dense and
/// tanh, `records` logged steps, ten of them with histograms, signal and Jacobian, scans and events
/// of units, a film over a plane, findings and a number that is not finite. Every string of it that
/// can be of a user's making goes through `text`.
RunLog sample_run(std::size_t layers, std::size_t records, const TextOf& text);
RunLog sample_run(std::size_t layers, std::size_t records);

}  // namespace clino::test
