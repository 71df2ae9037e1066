#pragma once

#include <algorithm>
#include <numeric>
#include <span>
#include <type_traits>
#include <vector>

#include "bench/limit_layer.hpp"
#include "bench/limit_loss.hpp"
#include "bench/peers/driver.hpp"
#include "core/math.hpp"

/// \file
/// The net of the limit probe: its layers, and what a thread does to its share of the samples and
/// of the weights.

namespace limit {

enum class Activation { relu, tanh, sigmoid };

class Net {
 public:
  explicit Net(const bench::Spec& spec) : spec_(spec), input_(spec.inputs() * spec.batch) {
    const bool adam = spec.optimizer == "adam";
    Index inputs = spec.inputs();
    Index scratch = 0;
    for (std::size_t l = 0; l < spec.depth(); ++l) {
      const Index outputs = padded(spec.layers[l + 1]);
      layers_.emplace_back(inputs, outputs, spec.batch, adam ? 2 : 1);
      scratch = std::max({scratch, scratch_size(spec.batch, std::max(inputs, outputs)),
                          scratch_size(inputs, spec.batch)});
      inputs = outputs;
    }
    for (Index t = 0; t < spec.threads; ++t) scratch_.emplace_back(scratch);
    activation_ = spec.activation == "relu"   ? Activation::relu
                  : spec.activation == "tanh" ? Activation::tanh
                                              : Activation::sigmoid;
  }

  /// The given weights, and nothing remembered.
  void reset() {
    const float* from = spec_.weights.data();
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Index inputs = spec_.layers[l];
      const Index outputs = spec_.layers[l + 1];
      Layer fresh(layers_[l].inputs, layers_[l].outputs, spec_.batch,
                  static_cast<Index>(layers_[l].weight_moments.size()));
      for (Index o = 0; o < outputs; ++o) {
        for (Index i = 0; i < inputs; ++i) fresh.weight.data()[o + i * fresh.outputs] = *from++;
      }
      std::copy_n(from, outputs, fresh.bias.data());
      from += outputs;
      if (l > 0 && !fresh.large()) transpose_columns(fresh, 0, fresh.inputs);
      layers_[l] = std::move(fresh);
    }
  }

  /// Columns `first` to `last` of the batch: from samples to gradients of what each layer gave.
  void replay(std::span<const std::int32_t> samples, Index first, Index last, Index thread) {
    if (first == last) return;
    forward(samples, first, last, thread);
    losses(samples, first, last);
    for (std::size_t l = layers_.size() - 1; l > 0; --l) input_delta(l, first, last, thread);
  }

  /// Gradient and update of a share of the weights of each layer: of the columns of blocks of 16.
  template <class Rule>
  void update(const Rule& rule, Index batch, Index thread, Index threads) {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      const Index blocks = (layers_[l].inputs + kLanes - 1) / kLanes;
      const Index first = blocks * thread / threads * kLanes;
      const Index last = std::min(blocks * (thread + 1) / threads * kLanes, layers_[l].inputs);
      if (first < last) update_columns(rule, l, first, last, batch, thread);
      if (thread == static_cast<Index>(l) % threads) update_bias(rule, layers_[l], batch);
    }
  }

  void forward(std::span<const std::int32_t> samples, Index first, Index last, Index thread) {
    const Index width = spec_.inputs();
    for (Index j = first; j < last; ++j) {
      std::copy_n(spec_.sample(samples[static_cast<std::size_t>(j)]), width,
                  input_.data() + j * width);
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      Layer& layer = layers_[l];
      float* const y = layer.y.data() + first * layer.outputs;
      const float* const bias = layer.bias.data();
      const bool rectified = l + 1 < layers_.size() && activation_ == Activation::relu;
      product({layer.weight.data(), layer.outputs}, layer.outputs, columns_of(l, first),
              last - first, layer.inputs, scratch(thread),
              [=, rows = layer.outputs](Index i, Index j, V sum) {
                V shift;
                load(shift, bias + i);
                sum += shift;
                if (rectified) sum = sum > 0 ? sum : V{};
                store(sum, y + i + j * rows);
              });
      if (l + 1 < layers_.size()) activate(y, (last - first) * layer.outputs);
    }
  }

  /// The mean over all samples.
  double whole_loss() {
    std::vector<std::int32_t> samples(static_cast<std::size_t>(spec_.samples));
    std::iota(samples.begin(), samples.end(), 0);
    double total = 0;
    for (Index first = 0; first < spec_.samples; first += spec_.batch) {
      const Index count = std::min(spec_.batch, spec_.samples - first);
      const auto part = std::span<const std::int32_t>(samples).subspan(
          static_cast<std::size_t>(first), static_cast<std::size_t>(count));
      forward(part, 0, count, 0);
      total += static_cast<double>(losses(part, 0, count));
    }
    return total / static_cast<double>(spec_.samples);
  }

 private:
  /// What layer l reads, from column `first` on, as a right factor.
  Right columns_of(std::size_t l, Index first) const {
    const float* const data = l == 0 ? input_.data() : layers_[l - 1].y.data();
    const Index rows = layers_[l].inputs;
    return {data + first * rows, 1, rows};
  }

  float* scratch(Index thread) { return scratch_[static_cast<std::size_t>(thread)].data(); }

  void activate(float* y, Index count) const {
    using clino::math::sigmoid;
    if (activation_ == Activation::tanh) {
      for (Index i = 0; i < count; ++i) y[i] = clino::math::tanh(y[i]);
    } else if (activation_ == Activation::sigmoid) {
      for (Index i = 0; i < count; ++i) y[i] = sigmoid(y[i]);
    }
  }

  static V slope(Activation activation, V y, V g) {
    switch (activation) {
      case Activation::relu:
        return y > 0 ? g : V{};
      case Activation::tanh:
        return g * (1 - y * y);
      default:
        return g * y * (1 - y);
    }
  }

  float losses(std::span<const std::int32_t> samples, Index first, Index last) {
    Layer& layer = layers_.back();
    const Index start = first * layer.outputs;
    return loss(
        spec_,
        samples.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first)),
        {layer.y.data() + start, layer.delta.data() + start, layer.outputs},
        1 / static_cast<float>(samples.size()));
  }

  void input_delta(std::size_t l, Index first, Index last, Index thread) {
    const Layer& above = layers_[l];
    Layer& layer = layers_[l - 1];
    const Index rows = layer.outputs;
    const float* const y = layer.y.data() + first * rows;
    float* const delta = layer.delta.data() + first * rows;
    const Right gradient{above.delta.data() + first * above.outputs, 1, above.outputs};
    const Index outputs = spec_.layers[l + 1];  // without padding, whose gradients are 0
    const Left left = above.large() ? Left{above.weight.data(), above.outputs, true}
                                    : Left{above.transposed.data(), rows};
    const auto run = [&](auto which) {
      product(left, rows, gradient, last - first, outputs, scratch(thread),
              [=](Index i, Index j, V sum) {
                V value;
                load(value, y + i + j * rows);
                store(slope(which(), value, sum), delta + i + j * rows);
              });
    };
    if (activation_ == Activation::relu) return run([] { return Activation::relu; });
    if (activation_ == Activation::tanh) return run([] { return Activation::tanh; });
    run([] { return Activation::sigmoid; });
  }

  template <class Rule>
  void update_columns(const Rule& rule, std::size_t l, Index first, Index last, Index batch,
                      Index thread) {
    Layer& layer = layers_[l];
    const Index rows = layer.outputs;
    float* const w = layer.weight.data() + first * rows;
    float* const one = layer.weight_moments.front().data() + first * rows;
    float* const two = layer.weight_moments.back().data() + first * rows;
    Right x = columns_of(l, 0);
    x = {x.data + first, layer.inputs, 1};
    product({layer.delta.data(), rows}, rows, x, last - first, batch, scratch(thread),
            [=](Index i, Index j, V gradient) {
              const Index place = i + j * rows;
              change(rule, w + place, one + place, two + place, gradient);
            });
    if (l > 0 && !layer.large()) transpose_columns(layer, first, last);
  }

  template <class Rule>
  static void change(const Rule& rule, float* w, float* one, float* two, V gradient) {
    V weight, first = {}, second = {};
    load(weight, w);
    if constexpr (!std::is_same_v<Rule, PlainSgd>) load(first, one);
    if constexpr (std::is_same_v<Rule, Adam>) load(second, two);
    rule(weight, first, second, gradient);
    if constexpr (std::is_same_v<Rule, Adam>) store(second, two);
    if constexpr (!std::is_same_v<Rule, PlainSgd>) store(first, one);
    store(weight, w);
  }

  template <class Rule>
  static void update_bias(const Rule& rule, Layer& layer, Index batch) {
    constexpr Index kSums = 4;
    for (Index i = 0; i < layer.outputs; i += kLanes) {
      V sums[kSums] = {};
      for (Index j = 0; j < batch; ++j) {
        V delta;
        load(delta, layer.delta.data() + i + j * layer.outputs);
        sums[j % kSums] += delta;
      }
      const V sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      change(rule, layer.bias.data() + i, layer.bias_moments.front().data() + i,
             layer.bias_moments.back().data() + i, sum);
    }
  }

  static void transpose_columns(Layer& layer, Index first, Index last) {
    for (Index j = first; j < last; j += kLanes) {
      for (Index i = 0; i < layer.outputs; i += kLanes) {
        transpose(layer.weight.data() + i + j * layer.outputs, layer.outputs,
                  layer.transposed.data() + j + i * layer.inputs, layer.inputs);
      }
    }
  }

  const bench::Spec& spec_;
  Floats input_;
  std::vector<Layer> layers_;
  std::vector<Floats> scratch_;
  Activation activation_;
};

}  // namespace limit
