#include "train/weights.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/content_hash.hpp"
#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/safetensors.hpp"

namespace clino {
namespace {

/// The shape in the file: [rows, columns], [rows] or, of a scalar, [].
std::vector<Index> file_shape(const Segment& segment) {
  std::vector<Index> shape = {segment.rows, segment.columns};
  shape.resize(static_cast<std::size_t>(segment.rank));
  return shape;
}

/// Row-major elements of a [rows, columns] matrix whose columns begin `stride` elements apart. A
/// matrix in one order is its transpose in the other: so the way back is the same with both
/// swapped.
template <class T>
void transpose(std::span<const T> from, Index stride, Index rows, Index columns, std::span<T> to) {
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < columns; ++j) {
      to[static_cast<std::size_t>(i * columns + j)] =
          from[static_cast<std::size_t>(i + j * stride)];
    }
  }
}

template <class Run>
auto part(Run run, const Segment& segment) {
  return run.subspan(static_cast<std::size_t>(segment.offset),
                     static_cast<std::size_t>(segment.size()));
}

template <class T>
TensorHead head_of(const Segment& segment) {
  // What is no matrix or vector is a count, such as num_batches_tracked.
  const ElementType type = segment.rank == 0 ? element_type<std::int64_t>() : element_type<T>();
  return {.name = segment.name, .type = type, .shape = file_shape(segment)};
}

template <class Number>
std::string_view raw_bytes(std::span<const Number> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// Writes a column-major matrix row after row, some rows at a time.
template <class T>
void write_tensor(AtomicFile& file, const Segment& segment, std::span<const T> values) {
  if (segment.rank == 0) {
    const auto count = static_cast<std::int64_t>(values[0]);
    return file.write(raw_bytes(std::span(&count, 1)));
  }
  constexpr Index kPiece = 65536;
  const Index most = std::max<Index>(1, kPiece / segment.columns);
  std::vector<T> piece;
  for (Index first = 0; first < segment.rows; first += most) {
    const Index end = std::min(first + most, segment.rows);
    piece.resize(static_cast<std::size_t>((end - first) * segment.columns));
    transpose<T>(values.subspan(static_cast<std::size_t>(first)), segment.rows, end - first,
                 segment.columns, piece);
    file.write(raw_bytes(std::span<const T>(piece)));
  }
}

using TensorsByName = std::map<std::string, Tensor>;

/// Adds what is wrong with the tensors that `segments` want, and strikes these off `unclaimed`.
void compare(std::span<const Segment> segments, const TensorsByName& tensors,
             std::set<std::string>& unclaimed, std::string& problems) {
  for (const Segment& segment : segments) {
    const std::string expected = shape_text(file_shape(segment));
    const auto found = tensors.find(segment.name);
    unclaimed.erase(segment.name);
    if (found == tensors.end()) {
      problems += "; missing: " + segment.name + " " + expected;
    } else if (found->second.shape != file_shape(segment)) {
      problems +=
          "; " + segment.name + " is " + shape_text(found->second.shape) + ", expected " + expected;
    }
  }
}

template <class T>
void assign(std::span<const Segment> segments, const TensorsByName& tensors, std::span<T> run) {
  for (const Segment& segment : segments) {
    const std::vector<T> row_major = elements<T>(tensors.at(segment.name));
    transpose<T>(row_major, segment.columns, segment.columns, segment.rows, part(run, segment));
  }
}

}  // namespace

template <class T>
void save_weights(const std::string& path, const Parameters<T>& parameters) {
  std::vector<TensorHead> heads;
  for (const Segment& segment : parameters.segments()) heads.push_back(head_of<T>(segment));
  for (const Segment& segment : parameters.buffer_segments()) heads.push_back(head_of<T>(segment));
  AtomicFile file(path);
  file.write(safetensors_header(heads));
  for (const Segment& segment : parameters.segments()) {
    write_tensor<T>(file, segment, part(parameters.values(), segment));
  }
  for (const Segment& segment : parameters.buffer_segments()) {
    write_tensor<T>(file, segment, part(parameters.buffers(), segment));
  }
  file.commit();
}

template <class T>
void load_weights(const std::string& path, Parameters<T>& parameters) {
  TensorsByName tensors;
  std::set<std::string> unclaimed;
  for (Tensor& tensor : read_safetensors(path)) {
    const std::string name = tensor.name;
    unclaimed.insert(name);
    tensors.emplace(name, std::move(tensor));
  }
  std::string problems;
  compare(parameters.segments(), tensors, unclaimed, problems);
  compare(parameters.buffer_segments(), tensors, unclaimed, problems);
  for (const std::string& name : unclaimed) {
    problems += "; unexpected: " + name + " " + shape_text(tensors.at(name).shape);
  }
  if (!problems.empty()) {
    throw InputError(path + ": the weights do not fit the model: " + problems.substr(2));
  }
  assign<T>(parameters.segments(), tensors, parameters.values());
  assign<T>(parameters.buffer_segments(), tensors, parameters.buffers());
}

template <class T>
std::string weights_hash(const Parameters<T>& parameters) {
  ContentHash hash;
  hash.add(parameters.values());
  hash.add(parameters.buffers());
  return to_hex(hash.value());
}

template void save_weights(const std::string&, const Parameters<float>&);
template void save_weights(const std::string&, const Parameters<double>&);
template void load_weights(const std::string&, Parameters<float>&);
template void load_weights(const std::string&, Parameters<double>&);
template std::string weights_hash(const Parameters<float>&);
template std::string weights_hash(const Parameters<double>&);

}  // namespace clino
