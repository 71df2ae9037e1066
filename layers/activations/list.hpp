#pragma once

#include <memory>

#include "core/options.hpp"
#include "layers/activations/activation.hpp"
#include "layers/activations/celu.hpp"
#include "layers/activations/elu.hpp"
#include "layers/activations/gelu.hpp"
#include "layers/activations/hard_sigmoid.hpp"
#include "layers/activations/hard_swish.hpp"
#include "layers/activations/hard_tanh.hpp"
#include "layers/activations/identity.hpp"
#include "layers/activations/leaky_relu.hpp"
#include "layers/activations/lecun_tanh.hpp"
#include "layers/activations/log_softmax.hpp"
#include "layers/activations/mish.hpp"
#include "layers/activations/prelu.hpp"
#include "layers/activations/relu.hpp"
#include "layers/activations/relu6.hpp"
#include "layers/activations/selu.hpp"
#include "layers/activations/sigmoid.hpp"
#include "layers/activations/silu.hpp"
#include "layers/activations/softmax.hpp"
#include "layers/activations/softplus.hpp"
#include "layers/activations/softsign.hpp"
#include "layers/activations/tanh.hpp"

/// \file
/// Every activation there is. A new one is its own file, a line above and an entry below: its name
/// in configs, the check of its options, the schema, `clino list`, saturation, gain and tests
/// follow from the list. What an entry consists of: erase.hpp. Beside that it has a `summary`, and
/// where it has options, `options()` as data and `from(choice)` that reads them: the struct, or a
/// variant of those that an option chooses between.

namespace clino {

template <class... A>
struct TypeList {};

using Activations = TypeList<Identity, Sigmoid, Tanh, LecunTanh, Relu, LeakyRelu, Prelu, Relu6, Elu,
                             Selu, Celu, Gelu, Silu, Mish, Softplus, Softsign, HardSigmoid,
                             HardTanh, HardSwish, Softmax, LogSoftmax>;

/// The list as data.
const Catalogue& activation_catalogue();

/// The activation that a config names. Absent options get their defaults. Throws `UsageError` for
/// an unknown name or an option that does not fit.
std::shared_ptr<const Activation> make_activation(const Choice& choice);

/// Whether an activation is the list's own `A`, made by `make_activation`: a name proves nothing,
/// since a user's activation may have any. There for `Identity` and `Prelu`.
template <class A>
bool is_builtin(const Activation& activation);

}  // namespace clino
