#pragma once

#include "claims/net.hpp"

namespace clino::claims {

/// t(t(...t(u))), `folds` times, u = (x + 1) / 2, of the tent t(u) = 1 - |2 u - 1|: what the data
/// source `function` calls "tent". By hand: two ReLUs a layer, t(u) = 2 relu(u) - 4 relu(u - 1/2)
/// on [0, 1], which the next layer's weights take in.
template <class T>
Net<T> folded_tent(int folds, const Setting& setting);

/// The same by its formula.
double tent_value(double x, int folds);

}  // namespace clino::claims
