#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "core/options.hpp"
#include "layers/activations/activation.hpp"

namespace clino {

/// y_i = x_i / T - ln sum_j e^(x_j / T) over the units of a sample; T is the option `temperature`.
/// The rules are in core/ops/softmax.hpp.
struct LogSoftmax {
  static constexpr std::string_view name = "log_softmax";
  static constexpr std::string_view summary = "the logarithm of softmax";

  double temperature = 1;

  static std::vector<Option> options();
  static LogSoftmax from(const Choice& choice) { return {choice.get<double>("temperature")}; }

  RecordedActivation record(Graph& graph, Var x, const std::string& label) const;
};

}  // namespace clino
