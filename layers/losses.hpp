#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph.hpp"
#include "core/ops/losses.hpp"  // batch_normalizer
#include "core/options.hpp"
#include "core/target_kind.hpp"
#include "core/types.hpp"

/// \file
/// Losses as a config names them. The arithmetic is in core/ops/losses.hpp.

namespace clino {

/// softmax_cross_entropy, binary_cross_entropy, mse, mae and huber.
const Catalogue& loss_catalogue();

/// Throws `UsageError` for a name that is not a loss.
TargetKind target_kind(std::string_view loss_type);

/// How many outputs a net needs: K for `classes`, 1 for `binary` (K must be 2), the number of
/// target columns for `numbers`. `count` is K or that number. Throws `UsageError` where the loss
/// cannot serve it.
Index outputs_needed(std::string_view loss_type, Index count);

/// Rows of the target input of a net with so many outputs: 1 for class numbers, else `outputs`.
Index target_rows(TargetKind kind, Index outputs);

/// The weight of each class that the loss's `class_weights` asks for: empty for none, the list as
/// given (throws `UsageError` where it is not one number for each class), or for "balanced"
/// n / (K n_k), where n_k is the training weight of class k and n their sum; a class without
/// training samples weighs 1.
std::vector<double> resolve_class_weights(const Choice& loss, std::span<const double> class_totals);

/// Records the loss [1, 1] of a batch:  sum_i w_i c_{y_i} l_i / normalizer.  `weight` holds w_i
/// [1, batch]; an invalid handle stands for ones. `class_weights` holds c; empty stands for ones.
/// Throws `ShapeError` or `UsageError`; the latter also where the loss asks for class weights and
/// the list is empty.
Var record_loss(Graph& graph, const Choice& loss, Var prediction, Var target, Var weight,
                std::span<const double> class_weights, std::string label = "loss");

/// How much a teacher's answers count beside the targets.
struct Teaching {
  double temperature = 1;  ///< T > 0: divides the logits of teacher and student
  double mix = 0.5;        ///< in [0, 1]: share of the teacher

  bool operator==(const Teaching&) const = default;
};

/// Records  (1 - mix) target_loss + mix d  [1, 1], d the `distillation_loss` of the prediction and
/// the logits `teacher` [outputs, batch]. `target_loss` is what `record_loss` gave for the same
/// loss, prediction, target, weight and class weights. A temperature of the loss's own divides the
/// student's logits first, as it does in `target_loss`; the teacher's are taken as they come.
/// Throws `UsageError` for a loss without classes or a mix outside of [0, 1].
Var record_teaching(Graph& graph, const Choice& loss, Var target_loss, Var prediction, Var teacher,
                    Var target, Var weight, std::span<const double> class_weights,
                    const Teaching& teaching);

}  // namespace clino
