#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "probe/jacobian.hpp"
#include "train/json_value.hpp"

namespace clino::app {

/// The Jacobians of a net on some samples of a part of the data.
struct JacobianOutput {
  std::string part;
  std::vector<Layer> layers;
  std::vector<JacobianRecord> records;
};

/// A table of 80 columns: one line for the whole net and each layer, then the bound that the layers
/// put on the whole.
void print_jacobian(std::ostream& out, const JacobianOutput& output);

/// `part`, and under `whole` and `layers` what the log has.
JsonValue jacobian_json(const JacobianOutput& output);

/// Says how long it will take where that is more than some seconds.
void warn_of_cost(const Model& model, Index samples);

}  // namespace clino::app
