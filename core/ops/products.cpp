#include "core/errors.hpp"
#include "core/kernels/gemm.hpp"
#include "core/ops/ops.hpp"

namespace clino {

namespace {

using kernels::plain;
using kernels::transposed;
using kernels::transposed_rows;

void require_inner(std::string_view operation, const Shape& a, const Shape& b) {
  if (a.batched()) {
    throw ShapeError("[" + std::string(operation) +
                     "] the left factor cannot be a batch: " + to_text(a) + " x " + to_text(b));
  }
  if (a.columns != b.rows) {
    throw ShapeError("[" + std::string(operation) + "] inner dimensions differ: " + to_text(a) +
                     " x " + to_text(b));
  }
}

/// Scratch for a product with a left factor of that shape, and for its gradients.
Index scratch_of(const Shape& left) { return kernels::scratch_size(left.rows, left.columns); }

/// Columns of a weight that one thread computes are a multiple of this: whole tiles.
constexpr Index kColumnsAtOnce = 8;
constexpr Index kRowsAtOnce = 16;

/// C = A B:  dA = dC B^T, the columns of `share`.
template <class T>
void left_gradient(Matrix<const T> dc, Matrix<const T> b, Matrix<T> da, bool fresh, Share share,
                   std::span<T> scratch) {
  if (da.empty()) return;
  const IndexRange columns = share.of(da.columns, kColumnsAtOnce);
  kernels::multiply(plain(dc), transposed_rows(b, columns),
                    da.some_columns(columns.first, columns.size()), !fresh, scratch);
}

/// C = A B:  dB = A^T dC.
template <class T>
void right_gradient(Matrix<const T> a, Matrix<const T> dc, Matrix<T> db, bool fresh,
                    std::span<T> scratch) {
  if (!db.empty()) kernels::multiply(transposed(a), plain(dc), db, !fresh, scratch);
}

constexpr Abilities kProduct{.by_columns = true, .overwrites = true, .divides_parameters = true};

struct MatMul final : OperationOf<MatMul> {
  std::string_view kind() const override { return "matmul"; }
  Shape infer(std::span<const Shape> in) const override {
    require_inner(kind(), in[0], in[1]);
    return {in[0].rows, in[1].columns};
  }
  Index scratch(std::span<const Shape> in) const override { return scratch_of(in[0]); }
  Abilities abilities() const override { return kProduct; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    kernels::multiply(plain(x.inputs[0]), plain(x.inputs[1]), x.output, false, x.scratch);
  }
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    left_gradient(x.output_gradient, x.inputs[1], x.input_gradients[0], x.fresh[0] != 0, x.share,
                  x.scratch);
    right_gradient(x.inputs[0], x.output_gradient, x.input_gradients[1], x.fresh[1] != 0,
                   x.scratch);
  }
};

struct Affine final : OperationOf<Affine> {
  std::string_view kind() const override { return "affine"; }
  Shape infer(std::span<const Shape> in) const override {
    const Shape& weight = in[0];
    const Shape& bias = in[1];
    const Shape& x = in[2];
    require_inner(kind(), weight, x);
    if (bias != Shape{weight.rows, 1}) {
      throw ShapeError("[affine] the bias of weight " + to_text(weight) + " must be " +
                       to_text(Shape{weight.rows, 1}) + ", found " + to_text(bias));
    }
    return {weight.rows, x.columns};
  }
  Index scratch(std::span<const Shape> in) const override { return scratch_of(in[0]); }
  Abilities abilities() const override { return kProduct; }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    kernels::multiply_add_bias(x.inputs[0], x.inputs[2], x.inputs[1], x.output, x.scratch);
  }
  /// y = W x + b:  dW = dy x^T,  db = row sums of dy,  dx = W^T dy.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    left_gradient(x.output_gradient, x.inputs[2], x.input_gradients[0], x.fresh[0] != 0, x.share,
                  x.scratch);
    right_gradient(x.inputs[0], x.output_gradient, x.input_gradients[2], x.fresh[2] != 0,
                   x.scratch);
    if (!x.input_gradients[1].empty()) {
      kernels::row_sums(x.output_gradient, x.input_gradients[1], x.fresh[1] == 0,
                        x.share.of(x.output_gradient.rows, kRowsAtOnce));
    }
  }
};

}  // namespace

Var affine(Graph& graph, Var weight, Var bias, Var x, std::string label) {
  return graph.record(Affine{}, {weight, bias, x}, std::move(label));
}

Var matmul(Graph& graph, Var a, Var b, std::string label) {
  return graph.record(MatMul{}, {a, b}, std::move(label));
}

}  // namespace clino
