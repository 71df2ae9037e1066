#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "core/options.hpp"
#include "layers/activations/activation.hpp"

namespace clino {

/// y_i = e^(x_i / T) / sum_j e^(x_j / T) over the units of a sample; T is the option `temperature`.
/// The rules are in core/ops/softmax.hpp.
struct Softmax {
  static constexpr std::string_view name = "softmax";
  static constexpr std::string_view summary = "e^(x_i / T) over its sum: to (0, 1), sums to 1";

  double temperature = 1;

  static std::vector<Option> options();
  static Softmax from(const Choice& choice) { return {choice.get<double>("temperature")}; }

  RecordedActivation record(Graph& graph, Var x, const std::string& label) const;
};

}  // namespace clino
