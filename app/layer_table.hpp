#pragma once

#include <ostream>

#include "train/trainer.hpp"

namespace clino::app {

/// The table at the end of a run: for each layer its shape, parameters, delta norm, weight-gradient
/// norm, update ratio, saturated and dead shares at the last logged step. 80 columns wide.
void print_layer_table(std::ostream& out, const TrainResult& result);

}  // namespace clino::app
