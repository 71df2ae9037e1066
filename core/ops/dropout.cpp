#include "core/ops/dropout.hpp"

#include <utility>

#include "core/errors.hpp"
#include "core/random.hpp"

namespace clino {
namespace {

/// y = mask x, where an element of the mask is 0 or 1 / (1 - rate). The workspace holds the mask.
class Dropout final : public OperationOf<Dropout> {
 public:
  Dropout(double rate, std::uint32_t stream) : rate_(rate), stream_(stream) {}

  std::string_view kind() const override { return "dropout"; }
  std::map<std::string, OptionValue> attributes() const override {
    return {{"rate", rate_}, {"stream", static_cast<std::int64_t>(stream_)}};
  }
  bool depends_on_mode() const override { return rate_ > 0; }
  Shape infer(std::span<const Shape> inputs) const override { return inputs[0]; }
  Shape workspace(std::span<const Shape> inputs) const override { return inputs[0]; }
  Abilities abilities() const override { return {.by_columns = true}; }

  template <class T>
  void value(const StepContext& step, const Arguments<T>& a) const {
    draw_mask(step, a.workspace);
    for (Index k = 0; k < a.output.size(); ++k) {
      a.output.data[k] = a.workspace.data[k] * a.inputs[0].data[k];
    }
  }

  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& a) const {
    for (Index k = 0; k < a.output.size(); ++k) {
      a.input_gradients[0].data[k] += a.workspace.data[k] * a.output_gradient.data[k];
    }
  }

 private:
  template <class T>
  void draw_mask(const StepContext& step, Matrix<T> mask) const {
    const bool drops = step.mode == Mode::train && rate_ > 0;
    const T threshold = static_cast<T>(rate_);
    const T kept = drops ? static_cast<T>(1 / (1 - rate_)) : T{1};
    for (Index j = 0; j < mask.columns; ++j) {
      const std::span<T> column = mask.column(j);
      if (drops) fill_uniform(step.seed, stream_, step.epoch, step.sample(j), column);
      for (T& element : column) element = drops && element < threshold ? T{0} : kept;
    }
  }

  double rate_;
  std::uint32_t stream_;
};

}  // namespace

Var dropout(Graph& graph, Var x, double rate, std::uint32_t stream, std::string label) {
  if (!kUnitBelowOne.contains(rate)) {
    throw UsageError("[dropout] rate must be in [0, 1), found " + to_text(OptionValue(rate)));
  }
  return graph.record(Dropout(rate, stream), {x}, std::move(label));
}

}  // namespace clino
