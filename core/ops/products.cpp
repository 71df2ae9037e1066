#include "core/errors.hpp"
#include "core/kernels/gemm.hpp"
#include "core/ops/ops.hpp"

namespace clino {

namespace {

using kernels::plain;
using kernels::transposed;

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
Shape scratch_shape(const Shape& left) {
  return {kernels::scratch_size(left.rows, left.columns), 1};
}

/// C = A B:  dA = dC B^T,  dB = A^T dC.
template <class T>
void product_gradient(Matrix<const T> a, Matrix<const T> b, Matrix<const T> dc, Matrix<T> da,
                      Matrix<T> db, Matrix<T> scratch) {
  if (!da.empty()) kernels::multiply(plain(dc), transposed(b), da, true, scratch.elements());
  if (!db.empty()) kernels::multiply(transposed(a), plain(dc), db, true, scratch.elements());
}

struct MatMul final : OperationOf<MatMul> {
  std::string_view kind() const override { return "matmul"; }
  Shape infer(std::span<const Shape> in) const override {
    require_inner(kind(), in[0], in[1]);
    return {in[0].rows, in[1].columns};
  }
  Shape workspace(std::span<const Shape> in) const override { return scratch_shape(in[0]); }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    kernels::multiply(plain(x.inputs[0]), plain(x.inputs[1]), x.output, false,
                      x.workspace.elements());
  }
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    product_gradient(x.inputs[0], x.inputs[1], x.output_gradient, x.input_gradients[0],
                     x.input_gradients[1], x.workspace);
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
  Shape workspace(std::span<const Shape> in) const override { return scratch_shape(in[0]); }
  template <class T>
  void value(const StepContext& /*step*/, const Arguments<T>& x) const {
    kernels::multiply_add_bias(x.inputs[0], x.inputs[2], x.inputs[1], x.output,
                               x.workspace.elements());
  }
  /// y = W x + b:  dW = dy x^T,  db = row sums of dy,  dx = W^T dy.
  template <class T>
  void gradient(const StepContext& /*step*/, const Arguments<T>& x) const {
    product_gradient(x.inputs[0], x.inputs[2], x.output_gradient, x.input_gradients[0],
                     x.input_gradients[2], x.workspace);
    if (!x.input_gradients[1].empty()) {
      kernels::add_row_sums(x.output_gradient, x.input_gradients[1]);
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
