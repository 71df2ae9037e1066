#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "layers/activations/activation.hpp"
#include "layers/model.hpp"
#include "theory/mean_field.hpp"

namespace clino::theory {

/// A dense layer with the activation that its output goes through, as the theory sees them.
struct Stage {
  std::size_t dense = 0;                            ///< number in `Model::layers`
  std::optional<std::size_t> activation = {};       ///< the same; none above the last
  std::shared_ptr<const Activation> function = {};  ///< identity where there is none
  Variances variances = {};                         ///< of the dense layer's weights and biases
  double width = 0;
};

/// The stages of a net from the first to the last, or why the theory has none.
struct Stages {
  std::vector<Stage> stages;
  std::string reason = {};  ///< names the layer; empty where there are stages
};
Stages find_stages(const Model& model);

}  // namespace clino::theory
