#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/parameters.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"

/// \file
/// The gradient log: what one layer did in one step. Three series are kept apart, because weight
/// gradients alone hide vanishing: the back-propagated signal (`delta_norm`), the weight gradient
/// (`weight_grad_norm`) and the update. With tanh, weights of variance 1/3n and zero biases the
/// first shrinks by about .57 a layer while the second stays flat (Glorot and Bengio 2010, figures
/// 6 to 8).

namespace clino {

/// One layer in one step. Norms are Frobenius norms, of gradients before clipping; L is the mean
/// loss over the batch.
struct LayerRecord {
  // A layer with learned numbers. A dense layer's weight and bias; zero where there is none.
  double weight_norm = 0;
  double weight_grad_norm = 0;
  double bias_grad_norm = 0;
  /// |update| / |weight|, by the optimiser's real update; 0 where both are 0.
  double update_ratio = 0;
  /// A dense layer: share of the gradients of single samples that have one sign over a row of the
  /// weight; none where all are zero, and for other layers (sign_agreement.hpp).
  std::optional<double> same_sign_fraction = {};
  // Every layer.
  double delta_norm = 0;  ///< |dL/d output| over the batch; NaN where the tape has no such gradient
  double output_mean = 0;
  double output_std = 0;  ///< population standard deviation over all elements
  Index nonfinite = 0;    ///< elements of the output that are infinite or NaN
  // An elementwise activation.
  double below_threshold_fraction = 0;  ///< share of elements with |phi'| below the threshold
  double dead_fraction = 0;  ///< share of units below the threshold on every sample of the batch
};

/// Observes every layer of a model. `LayerRecord`s are in the order of `Model::layers`. Either
/// after the backward pass, by `observe`, or while the passes are going on: `begin`, both passes
/// with `visitor()`, `finish`. The records are the same to the bit.
template <class T>
class LayerProbe {
 public:
  /// `threshold`: an element counts as saturated (inactive, for a piecewise linear kind) where
  /// |phi'| < threshold * max |phi'|.
  LayerProbe(const Model& model, const Parameters<T>& parameters, double threshold = 1e-3);
  LayerProbe(const LayerProbe&) = delete;
  LayerProbe& operator=(const LayerProbe&) = delete;

  /// After the backward pass of a step, before gradients are clipped or weights updated.
  void observe(const Tape<T>& tape, const Parameters<T>& parameters);
  /// Before the forward pass of that tape, which is not to be moved until `finish`.
  void begin(const Tape<T>& tape, const Parameters<T>& parameters);
  TapeVisitor* visitor() { return &visitor_; }
  /// After the backward pass: what it did not come by.
  void finish();
  /// After the update: the sum of its squares for each segment of the parameters.
  void observe_update(std::span<const double> update_squares);

  std::span<const LayerRecord> records() const { return records_; }
  /// |dL/d| of all learned numbers together, from the records: another sweep over them saved.
  double grad_norm() const;
  /// For each unit of an elementwise activation 1 where some sample of the observed batch had
  /// |phi'| at the threshold or above, or NaN, else 0. Empty for any other layer.
  std::span<const unsigned char> active_units(std::size_t layer) const;
  /// The same of all layers, one after the other.
  std::span<const unsigned char> active_units() const { return active_units_; }

 private:
  /// What there is to see of a layer, by when it can be seen.
  enum Part : unsigned { kValues = 1, kDelta = 2, kWeights = 4 };
  class Visitor : public TapeVisitor {
   public:
    explicit Visitor(LayerProbe& probe) : probe_(&probe) {}
    void computed(Var var) override { probe_->observe_node(var, kValues); }
    void gradient_complete(Var var) override { probe_->observe_node(var, kDelta); }
    void handed_on(Var var) override { probe_->observe_node(var, kWeights); }

   private:
    LayerProbe* probe_;
  };

  void observe_node(Var var, Part part);
  void observe_part(std::size_t layer, Part part);
  void observe_output(std::size_t layer);
  void observe_delta(std::size_t layer);
  void observe_weights(std::size_t layer);
  void observe_slopes(std::size_t layer);

  std::vector<Layer> layers_;
  /// Layers by the node of their output: those of node n stand from `first_of_node_[n]` on.
  std::vector<std::size_t> by_node_;
  std::vector<std::size_t> first_of_node_;
  /// Of each dense layer: the layer before it, where no output of that is negative.
  std::vector<std::optional<std::size_t>> nonnegative_inputs_;
  std::vector<unsigned> seen_;  ///< parts of each layer
  const Tape<T>* tape_ = nullptr;
  const Parameters<T>* parameters_ = nullptr;
  Visitor visitor_{*this};
  double threshold_;
  std::vector<LayerRecord> records_;
  std::vector<Index> weight_segments_;   ///< number of each layer's weight segment, or -1
  std::vector<std::size_t> first_unit_;  ///< of each layer in `active_units_`, and the end
  std::vector<unsigned char> active_units_;
};

/// Euclidean norm, exact also where the squares leave the range of double: vanishing gradients are
/// what this is for.
template <class T>
double norm(std::span<const T> values);

}  // namespace clino
