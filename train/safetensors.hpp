#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/types.hpp"

/// \file
/// The safetensors format (github.com/huggingface/safetensors): eight bytes with the length of the
/// header (little-endian), a JSON header that names each tensor's type, shape and place, and the
/// tensors' bytes without gaps. Shapes are row-major.

namespace clino {

enum class ElementType { f16, bf16, f32, f64, i64 };

/// What a file says of one of its tensors. An empty shape is a scalar.
struct TensorHead {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<Index> shape;
};

/// One tensor of a file.
struct Tensor {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<Index> shape;
  std::string bytes;  ///< the elements in row-major order, little-endian
};

/// What the format calls a type: `F32`.
std::string_view type_name(ElementType type);
/// Bytes of an element.
std::size_t type_size(ElementType type);
/// `[16, 2]`; `[]` for a scalar.
std::string shape_text(std::span<const Index> shape);

/// What the format calls a type of numbers: F32, F64 or I64 as `T` is float, double or
/// std::int64_t.
template <class T>
constexpr ElementType element_type() {
  if (std::is_same_v<T, float>) return ElementType::f32;
  return std::is_same_v<T, double> ? ElementType::f64 : ElementType::i64;
}

/// A tensor of type F32, F64 or I64, as `T` is float, double or std::int64_t. `values` are in
/// row-major order. Throws `UsageError` where there are not as many as the shape says.
template <class T>
Tensor make_tensor(std::string name, std::vector<Index> shape, std::span<const T> values);

/// The elements of a tensor of any type, in row-major order, converted to `T` (float or double).
template <class T>
std::vector<T> elements(const Tensor& tensor);

/// What stands in a file before the bytes of these tensors, which follow in this order without
/// gaps. The header is padded with blanks so that they begin at a multiple of 8. Throws
/// `UsageError` on a name that occurs twice.
std::string safetensors_header(std::span<const TensorHead> tensors);

/// The bytes of a file with these tensors in this order. The same tensors give the same
/// bytes. Throws as `safetensors_header`.
std::string to_safetensors(std::span<const Tensor> tensors);

/// The tensors in bytes of that format, in the order of their data. `source` names them in errors.
/// Throws `InputError` with name and byte offset where the bytes are truncated, the header lies or
/// an element type is not one of the above; allocates no more than a small multiple of the bytes.
std::vector<Tensor> parse_safetensors(std::string_view bytes, const std::string& source);

/// Writes a file in one atomic step. Throws `InputError` where it cannot be written.
void write_safetensors(const std::string& path, std::span<const Tensor> tensors);

/// Reads a file. Throws `InputError` as `parse_safetensors`, or where it cannot be read.
std::vector<Tensor> read_safetensors(const std::string& path);

}  // namespace clino
