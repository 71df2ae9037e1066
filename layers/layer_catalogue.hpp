#pragma once

#include "core/options.hpp"

namespace clino {

/// Every kind of layer that a config's `layers` can hold: dense, batch_norm, layer_norm, dropout,
/// residual, and all activations. Two keys of a layer are not options, because their values are
/// described by catalogues of their own: `init` of dense (initialiser) and `layers` of residual
/// (a list of layers). They are fields of `LayerSpec`.
const Catalogue& layer_catalogue();

}  // namespace clino
