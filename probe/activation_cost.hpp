#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/types.hpp"
#include "layers/activations/activation.hpp"

/// \file
/// What an activation costs on this machine, in nanoseconds of processor time per element: the
/// library's own operation, replayed from a tape as in training, and the plain formula with libm,
/// one number at a time.

namespace clino {

struct CostOptions {
  Index elements = 4096;  ///< of a block, a multiple of 64: small enough for the nearest memory
  int repetitions = 15;
  double seconds = 1e-3;  ///< of one repetition of one pass, about
};

/// Nanoseconds per element in each repetition. Passes take turns: repetition i of one and of
/// another met the same machine.
using Times = std::vector<double>;

struct PassTimes {
  Times forward, backward;
};

struct ActivationCost {
  PassTimes vectorised;
  std::optional<PassTimes> plain;  ///< none where there is no such formula (plain_activation.hpp)
  /// Of all that was computed: what was timed was not left out.
  double checksum = 0;
};

/// T is float or double. Inputs are uniform in (-2, 2). The backward pass of the tape also zeroes
/// the gradient and adds to it, and has the gradient of what is learned. Takes about `repetitions`
/// times `seconds` for each of two or four passes of each activation. Throws `UsageError` unless
/// `elements` is a multiple of 64, and all three are > 0.
template <class T>
std::vector<ActivationCost> measure_costs(
    std::span<const std::shared_ptr<const Activation>> activations,
    const CostOptions& options = {});

/// An activation beside ReLU: medians of nanoseconds per element, and of their quotients.
struct CostRow {
  std::string_view dtype;  ///< `float32`, `float64`
  std::string_view code;   ///< `library`, `libm`
  double forward = 0, backward = 0;
  double forward_ratio = 1, backward_ratio = 1;  ///< times ReLU's by the same code
};

/// Both dtypes; libm where there is a plain formula. Takes about a quarter of a second.
std::vector<CostRow> cost_beside_relu(const std::shared_ptr<const Activation>& activation,
                                      const CostOptions& options = {});

/// The middle one.
double median(const Times& times);
/// The middle one of the quotients of each repetition.
double median_ratio(const Times& times, const Times& reference);

}  // namespace clino
