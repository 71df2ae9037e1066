#pragma once

#include <string>

#include "core/parameters.hpp"

/// \file
/// Parameters and buffers as a safetensors file that torch.nn.Sequential of the same layers loads
/// as it is: names are the segments' names (`0.weight`, `1.running_mean`), a weight matrix is
/// [outputs, inputs] row-major, `num_batches_tracked` is an I64 scalar.

namespace clino {

/// Writes all parameters and buffers in one atomic step. Throws `InputError` where the file cannot
/// be written.
template <class T>
void save_weights(const std::string& path, const Parameters<T>& parameters);

/// Reads a file into parameters and buffers; F16, BF16, F32 and F64 are converted to `T`. Throws
/// `InputError` naming all missing, unexpected and misshapen tensors at once; nothing is changed
/// then.
template <class T>
void load_weights(const std::string& path, Parameters<T>& parameters);

/// A fingerprint of all parameters and buffers, sixteen hexadecimal digits, as in `summary.json`.
template <class T>
std::string weights_hash(const Parameters<T>& parameters);

}  // namespace clino
