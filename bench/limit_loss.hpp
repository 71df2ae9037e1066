#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "bench/limit_kernels.hpp"
#include "bench/peers/driver.hpp"
#include "core/math.hpp"

/// \file
/// The losses of the limit probe, each with its gradient.

namespace limit {

/// Columns of what the last layer gave, and of the gradients to be made.
struct Outputs {
  const float* y;
  float* delta;
  Index rows;  ///< padded
};

/// -log softmax(z)[target]; delta = (softmax(z) - onehot(target)) scale.
inline float softmax(const float* z, Index outputs, Index rows, Index target, float scale,
                     float* delta) {
  const float largest = *std::max_element(z, z + outputs);
  for (Index i = 0; i < rows; ++i) delta[i] = clino::math::exp(z[i] - largest);
  float sum = 0;
  for (Index i = 0; i < outputs; ++i) sum += delta[i];
  const float loss = std::log(sum) - (z[target] - largest);
  const float share = scale / sum;
  for (Index i = 0; i < rows; ++i) delta[i] = i < outputs ? delta[i] * share : 0;
  delta[target] -= scale;
  return loss;
}

/// Mean of (z - target)^2; delta = 2 (z - target) / outputs scale.
inline float squares(const float* z, Index outputs, const float* target, float scale,
                     float* delta) {
  V sum = {};
  for (Index i = 0; i < outputs; i += kLanes) {
    V value, wanted;
    load(value, z + i);
    load(wanted, target + i);
    const V error = value - wanted;
    sum += error * error;
    store(error * (2 * scale / static_cast<float>(outputs)), delta + i);
  }
  float total = 0;
  for (Index i = 0; i < kLanes; ++i) total += sum[i];
  return total / static_cast<float>(outputs);
}

/// log(1 + e^-|z|) + max(z, 0) - t z; delta = sigmoid(z) - t. The outputs of 16 samples at a time,
/// their logarithms being that of a product.
inline float binary(const bench::Spec& spec, std::span<const std::int32_t> samples, Outputs outputs,
                    float scale) {
  float loss = 0;
  for (std::size_t first = 0; first < samples.size(); first += kLanes) {
    float z[kLanes] = {}, target[kLanes] = {}, delta[kLanes], grown[kLanes];
    const std::size_t count = std::min(samples.size() - first, std::size_t{kLanes});
    const Index start = static_cast<Index>(first) * outputs.rows;
    for (std::size_t i = 0; i < count; ++i) {
      z[i] = outputs.y[start + static_cast<Index>(i) * outputs.rows];
      target[i] = *spec.target(samples[first + i]);
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      const float e = clino::math::exp(-std::abs(z[i]));
      grown[i] = 1 + e;
      delta[i] = ((z[i] < 0 ? e : 1.0F) / (1 + e) - target[i]) * scale;
    }
    float product = 1;
    for (std::size_t i = 0; i < count; ++i) {
      outputs.delta[start + static_cast<Index>(i) * outputs.rows] = delta[i];
      product *= grown[i];
      loss += (z[i] > 0 ? z[i] : 0) - target[i] * z[i];
    }
    loss += std::log(product);
  }
  return loss;
}

/// The sum of the samples' losses, and their gradients times `scale`. Padding has none.
inline float loss(const bench::Spec& spec, std::span<const std::int32_t> samples, Outputs outputs,
                  float scale) {
  if (spec.loss == "binary_cross_entropy") return binary(spec, samples, outputs, scale);
  const bool classes = spec.loss == "softmax_cross_entropy";
  float total = 0;
  for (const std::int32_t sample : samples) {
    const float* const target = spec.target(sample);
    total += classes ? softmax(outputs.y, spec.outputs(), outputs.rows, static_cast<Index>(*target),
                               scale, outputs.delta)
                     : squares(outputs.y, spec.outputs(), target, scale, outputs.delta);
    outputs.y += outputs.rows;
    outputs.delta += outputs.rows;
  }
  return total;
}

}  // namespace limit
