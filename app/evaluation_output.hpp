#pragma once

#include <ostream>
#include <string>

#include "data/preprocessing.hpp"
#include "train/evaluation.hpp"
#include "train/json_value.hpp"

namespace clino::app {

/// The evaluation of one part of the data, 80 columns wide: a line of totals, a table by class or
/// output, and the confusions: as a matrix where that fits, else the most frequent ones.
void print_evaluation(std::ostream& out, const std::string& part, const Evaluation& evaluation,
                      const Preprocessing& preprocessing);

/// All of it, with nothing left out.
JsonValue evaluation_json(const Evaluation& evaluation, const Preprocessing& preprocessing);

}  // namespace clino::app
