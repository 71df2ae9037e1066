#include "train/safetensors.hpp"

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/errors.hpp"
#include "train/atomic_file.hpp"

namespace clino {
namespace {

static_assert(std::endian::native == std::endian::little,
              "elements are copied as they are, and the format is little-endian");

template <class V>
V load(const char* bytes) {
  V value;
  std::memcpy(&value, bytes, sizeof(V));
  return value;
}

/// IEEE 754 binary16: 1 bit sign, 5 bits exponent (bias 15), 10 bits fraction.
float from_f16(std::uint16_t bits) {
  constexpr std::uint32_t kFraction = 0x3FFU;
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t exponent = (bits >> 10U) & 0x1FU;
  const std::uint32_t fraction = bits & kFraction;
  if (exponent == 0) {  // zero, or below the normal numbers: fraction x 2^-24
    const float magnitude = static_cast<float>(fraction) * 0x1p-24F;
    return sign == 0 ? magnitude : -magnitude;
  }
  const std::uint32_t wide = exponent == 0x1FU ? 0xFFU : exponent + (127U - 15U);
  return std::bit_cast<float>(sign | (wide << 23U) | (fraction << 13U));
}

/// bfloat16: the upper half of a binary32.
float from_bf16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

template <class T>
T element(ElementType type, const char* bytes) {
  switch (type) {
    case ElementType::f16:
      return static_cast<T>(from_f16(load<std::uint16_t>(bytes)));
    case ElementType::bf16:
      return static_cast<T>(from_bf16(load<std::uint16_t>(bytes)));
    case ElementType::f32:
      return static_cast<T>(load<float>(bytes));
    case ElementType::f64:
      return static_cast<T>(load<double>(bytes));
    case ElementType::i64:
      return static_cast<T>(load<std::int64_t>(bytes));
  }
  throw UsageError("an element type that does not exist");
}

}  // namespace

std::string_view type_name(ElementType type) {
  switch (type) {
    case ElementType::f16:
      return "F16";
    case ElementType::bf16:
      return "BF16";
    case ElementType::f32:
      return "F32";
    case ElementType::f64:
      return "F64";
    case ElementType::i64:
      return "I64";
  }
  return "";
}

std::size_t type_size(ElementType type) {
  switch (type) {
    case ElementType::f16:
    case ElementType::bf16:
      return 2;
    case ElementType::f32:
      return 4;
    case ElementType::f64:
    case ElementType::i64:
      return 8;
  }
  return 0;
}

std::string shape_text(std::span<const Index> shape) {
  std::string text = "[";
  for (const Index extent : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(extent);
  }
  return text + "]";
}

template <class T>
Tensor make_tensor(std::string name, std::vector<Index> shape, std::span<const T> values) {
  Index count = 1;
  for (const Index extent : shape) count *= extent;
  if (count != static_cast<Index>(values.size())) {
    throw UsageError("[" + name + "] " + std::to_string(values.size()) + " values for shape " +
                     shape_text(shape));
  }
  std::string bytes(values.size_bytes(), '\0');
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return {std::move(name), element_type<T>(), std::move(shape), std::move(bytes)};
}

template <class T>
std::vector<T> elements(const Tensor& tensor) {
  const std::size_t size = type_size(tensor.type);
  std::vector<T> values(tensor.bytes.size() / size);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = element<T>(tensor.type, tensor.bytes.data() + i * size);
  }
  return values;
}

std::string safetensors_header(std::span<const TensorHead> tensors) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::object();
  std::set<std::string> names;
  std::size_t offset = 0;
  for (const TensorHead& tensor : tensors) {
    if (!names.insert(tensor.name).second) {
      throw UsageError("two tensors are named \"" + tensor.name + "\"");
    }
    std::size_t end = type_size(tensor.type);
    for (const Index extent : tensor.shape) end *= static_cast<std::size_t>(extent);
    end += offset;
    entries[tensor.name] = {{"dtype", type_name(tensor.type)},
                            {"shape", tensor.shape},
                            {"data_offsets", {offset, end}}};
    offset = end;
  }
  std::string header = entries.dump();
  header.append((8 - header.size() % 8) % 8, ' ');
  const std::uint64_t length = header.size();
  std::string bytes(sizeof(length), '\0');
  std::memcpy(bytes.data(), &length, sizeof(length));
  return bytes + header;
}

std::string to_safetensors(std::span<const Tensor> tensors) {
  std::vector<TensorHead> heads;
  for (const Tensor& tensor : tensors) heads.push_back({tensor.name, tensor.type, tensor.shape});
  std::string bytes = safetensors_header(heads);
  for (const Tensor& tensor : tensors) bytes += tensor.bytes;
  return bytes;
}

void write_safetensors(const std::string& path, std::span<const Tensor> tensors) {
  write_atomically(path, to_safetensors(tensors));
}

std::vector<Tensor> read_safetensors(const std::string& path) {
  return parse_safetensors(read_file(path), path);
}

template Tensor make_tensor(std::string, std::vector<Index>, std::span<const float>);
template Tensor make_tensor(std::string, std::vector<Index>, std::span<const double>);
template Tensor make_tensor(std::string, std::vector<Index>, std::span<const std::int64_t>);
template std::vector<float> elements(const Tensor&);
template std::vector<double> elements(const Tensor&);

}  // namespace clino
