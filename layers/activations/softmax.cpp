#include "layers/activations/softmax.hpp"

#include "core/ops/softmax.hpp"
#include "layers/activations/log_softmax.hpp"

namespace clino {

std::vector<Option> Softmax::options() {
  return {{.name = "temperature",
           .default_value = 1.0,
           .description = "divides x: large evens out, small tends to one-hot",
           .range = kPositive}};
}

RecordedActivation Softmax::record(Graph& graph, Var x, const std::string& label) const {
  return {.output = softmax(graph, x, temperature, label)};
}

std::vector<Option> LogSoftmax::options() { return Softmax::options(); }

RecordedActivation LogSoftmax::record(Graph& graph, Var x, const std::string& label) const {
  return {.output = log_softmax(graph, x, temperature, label)};
}

}  // namespace clino
