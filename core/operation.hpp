#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/options.hpp"
#include "core/share.hpp"
#include "core/step_context.hpp"
#include "core/types.hpp"

/// \file
/// What an operation is: a rule that infers a shape, computes a value and passes a gradient back.
/// Recording (core/graph.hpp) and replaying (core/tape.hpp) know operations only by this.

namespace clino {

/// The shape of a recorded value. `columns == kBatch` is the number of samples in the batch, which
/// is known only when a step runs.
struct Shape {
  static constexpr Index kBatch = -1;

  Index rows = 0;
  Index columns = kBatch;

  bool batched() const { return columns == kBatch; }
  bool operator==(const Shape&) const = default;
};

/// `[16, batch]` or `[16, 2]`.
std::string to_text(const Shape& shape);

/// What an operation finds when it is replayed. All views stay valid and in place from step to
/// step; batched ones show the columns of the current batch.
template <class T>
struct Arguments {
  std::span<const Matrix<const T>> inputs;
  Matrix<T> output;
  /// Memory of the shape that `workspace` asked for; written in forward, still there in backward.
  Matrix<T> workspace;
  /// As many elements as `scratch` asked for; what is in them is lost when the rule returns.
  std::span<T> scratch;
  /// For each input: its values as mutable where the input is a buffer (running statistics), else
  /// an empty view.
  std::span<const Matrix<T>> buffers;
  /// dL/d output. Backward only.
  Matrix<const T> output_gradient;
  /// For each input: dL/d input, to be *added to*; an empty view where nobody wants it, which is
  /// never so for all of them. Backward only.
  std::span<const Matrix<T>> input_gradients;
  /// For each input: not 0 where nothing has been added to its gradient yet, and what stands there
  /// is not to be read but replaced. Only for operations that say that they do so; for others the
  /// gradient is zeroed beforehand.
  std::span<const char> fresh;
  /// Which part of the gradients of parameters to compute. Only for operations that say that they
  /// divide them; for others it is the whole.
  Share share;
};

/// target[i] = value(i) where the target is `fresh`, else target[i] += value(i).
template <class T, class Value>
[[gnu::always_inline]] inline void write_gradient(std::span<T> target, bool fresh,
                                                  const Value& value) {
  const std::size_t size = target.size();
  if (fresh) {
    for (std::size_t i = 0; i < size; ++i) target[i] = value(i);
  } else {
    for (std::size_t i = 0; i < size; ++i) target[i] += value(i);
  }
}

/// What an operation promises beyond its rules, so that a step takes less time.
struct Abilities {
  /// A column of a batched output, and of every gradient but those of parameters, depends on that
  /// column of the inputs alone: some columns may be computed here and others there.
  bool by_columns = false;
  /// Honours `Arguments::fresh`.
  bool overwrites = false;
  /// Honours `Arguments::share`.
  bool divides_parameters = false;
};

/// An operation: immutable, so that one object serves any number of tapes.
class Operation {
 public:
  virtual ~Operation() = default;

  /// Its kind and attributes as data: enough to name it in a log or to export it.
  virtual std::string_view kind() const = 0;
  virtual std::map<std::string, OptionValue> attributes() const { return {}; }

  /// Whether a training step may compute another value than evaluation does.
  virtual bool depends_on_mode() const { return false; }

  /// The shape of the output. Throws `ShapeError` where the inputs do not fit together.
  virtual Shape infer(std::span<const Shape> inputs) const = 0;
  /// The shape of the memory that it wants from forward to backward; no rows for none.
  virtual Shape workspace(std::span<const Shape> /*inputs*/) const { return {0, 0}; }
  /// How many elements of memory it wants while a rule runs.
  virtual Index scratch(std::span<const Shape> /*inputs*/) const { return 0; }
  virtual Abilities abilities() const { return {}; }

  virtual void forward(const StepContext& step, const Arguments<float>& arguments) const = 0;
  virtual void forward(const StepContext& step, const Arguments<double>& arguments) const = 0;
  virtual void backward(const StepContext& step, const Arguments<float>& arguments) const = 0;
  virtual void backward(const StepContext& step, const Arguments<double>& arguments) const = 0;

  virtual std::unique_ptr<Operation> clone() const = 0;
};

/// Base of a concrete operation, which writes its two rules once as templates over the element
/// type: `template <class T> void value(const StepContext&, const Arguments<T>&) const` and
/// `template <class T> void gradient(const StepContext&, const Arguments<T>&) const`.
template <class Derived>
class OperationOf : public Operation {
 public:
  void forward(const StepContext& step, const Arguments<float>& arguments) const final {
    self().value(step, arguments);
  }
  void forward(const StepContext& step, const Arguments<double>& arguments) const final {
    self().value(step, arguments);
  }
  void backward(const StepContext& step, const Arguments<float>& arguments) const final {
    self().gradient(step, arguments);
  }
  void backward(const StepContext& step, const Arguments<double>& arguments) const final {
    self().gradient(step, arguments);
  }
  std::unique_ptr<Operation> clone() const final { return std::make_unique<Derived>(self()); }

 private:
  const Derived& self() const { return static_cast<const Derived&>(*this); }
};

}  // namespace clino
