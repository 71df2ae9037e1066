#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/graph.hpp"
#include "core/types.hpp"

/// \file
/// Losses of a batch, as one number [1, 1]:
///
///     loss = sum_i w_i l_i / normalizer
///
/// l_i is the loss of sample i, the class weight c_{y_i} included; w_i its weight, from the input
/// `weight` [1, batch], or 1 where that is an invalid handle. The normaliser is
/// `StepContext::normalizer` where that is positive, else sum_i w_i c_{y_i}: the mean, as PyTorch
/// defines it. A batch whose weights sum to 0 has loss 0.
///
/// Gradients flow to the predictions alone: targets and weights are constants. Sums are in double.
/// A target that is not a class number makes the loss NaN.

namespace clino {

struct CrossEntropyOptions {
  double temperature = 1;                  ///< T > 0: divides the logits and nothing else
  double label_smoothing = 0;              ///< s in [0, 1]
  std::vector<double> class_weights = {};  ///< c, one for each class; empty for ones
};

/// Logits x [K, batch], class numbers y [1, batch]. With z = x / T and
/// log p_k = z_k - max z - log sum_j exp(z_j - max z):
///
///     l_i = -(1 - s) c_y log p_y - (s / K) sum_k c_k log p_k
Var softmax_cross_entropy(Graph& graph, Var logits, Var target, Var weight = {},
                          CrossEntropyOptions options = {}, std::string label = "");

/// Logits x [1, batch], class numbers y of 0 and 1 [1, batch], p = 1 / (1 + exp(-x)):
///
///     l_i = -c_y (y log p + (1 - y) log(1 - p)) = c_y (max(x, 0) - x y + log(1 + exp(-|x|)))
Var binary_cross_entropy(Graph& graph, Var logits, Var target, Var weight = {},
                         std::vector<double> class_weights = {}, std::string label = "");

struct DistillationOptions {
  double temperature = 1;                  ///< T > 0: divides the logits of both
  std::vector<double> class_weights = {};  ///< c, one for each class; empty for ones
};

/// What the logits v of a teacher ask of the logits x, both [K, batch] (Hinton, Vinyals and Dean
/// 2015). With q = softmax(v / T) and p = softmax(x / T), and y [1, batch] the sample's own class:
///
///     l_i = -T^2 c_y sum_k q_k log p_k        dl_i / dx_k = T c_y (p_k - q_k)
///
/// The factor T^2 keeps the gradients' size: as T grows they tend to c_y (x_k - v_k) / K for logits
/// of mean 0, however large T is. A single row stands for the logits (0, x) of two classes, as
/// `binary_cross_entropy` has them. The teacher is a constant: no gradient flows to it.
Var distillation_loss(Graph& graph, Var logits, Var teacher, Var target, Var weight = {},
                      DistillationOptions options = {}, std::string label = "");

/// Predictions x and targets y [outputs, batch]:  l_i = mean over outputs of (x - y)^2.
Var mean_squared_error(Graph& graph, Var prediction, Var target, Var weight = {},
                       std::string label = "");

/// l_i = mean over outputs of |x - y|; the slope at 0 is 0.
Var mean_absolute_error(Graph& graph, Var prediction, Var target, Var weight = {},
                        std::string label = "");

/// l_i = mean over outputs of  r^2 / 2  where |r| <= delta, else  delta (|r| - delta / 2),
/// r = x - y (Huber 1964).
Var huber_loss(Graph& graph, Var prediction, Var target, Var weight = {}, double delta = 1,
               std::string label = "");

/// The sum of w_i c_{y_i} over the columns of a batch: what `StepContext::normalizer` is when a
/// step sees the whole batch, and the weight of that batch in the mean loss of an epoch. An empty
/// `weight` stands for ones, and so does an empty `class_weights`. NaN where a class weight is
/// asked for by a target that is not a class number.
template <class T>
double batch_normalizer(Matrix<const T> target, Matrix<const T> weight,
                        std::span<const double> class_weights);

}  // namespace clino
