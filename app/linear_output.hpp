#pragma once

#include <optional>
#include <ostream>
#include <string>

#include "data/preprocessing.hpp"
#include "probe/best_linear_loss.hpp"
#include "probe/linear_collapse.hpp"
#include "train/json_value.hpp"

namespace clino::app {

/// What `clino linear` found out about a run whose net is linear.
struct LinearOutput {
  Index layers = 0;
  LinearCollapse map = {};
  LinearDeviation deviation = {};  ///< on samples of the training part
  double loss = 0;                 ///< of the net, on the training part
  std::optional<BestLinearLoss> best = {};
  std::string left_out = {};  ///< why there is no `best`
};

void print_linear(std::ostream& out, const LinearOutput& output,
                  const Preprocessing& preprocessing);

/// Adds the figures to an object.
void add_linear_json(JsonValue& json, const LinearOutput& output);

}  // namespace clino::app
