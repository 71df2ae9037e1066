#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/types.hpp"

/// \file
/// Gathering columns of a storage into a batch. The columns lie anywhere in more memory than any
/// cache holds: most of the time is waiting for it.

namespace clino {

/// Which columns to gather.
struct Selection {
  std::span<const Index> rows;    ///< of all samples of a part, in the storage
  std::span<const Index> wanted;  ///< samples
  std::span<const Index> next;    ///< samples that are wanted after these

  Index count() const { return static_cast<Index>(wanted.size()); }
  Index row(Index k) const { return row_of(wanted[static_cast<std::size_t>(k)]); }
  bool has_next(Index k) const { return static_cast<std::size_t>(k) < next.size(); }
  Index next_row(Index k) const { return row_of(next[static_cast<std::size_t>(k)]); }

 private:
  Index row_of(Index sample) const { return rows[static_cast<std::size_t>(sample)]; }
};

/// Copies columns of `kWidth` elements. For a few small ones a call of memcpy each would cost more
/// than the copying.
template <Index kWidth, class T>
void gather_narrow(const T* from, const Selection& selection, T* to) {
  for (Index k = 0; k < selection.count(); ++k) {
    const T* const column = from + selection.row(k) * kWidth;
    for (Index i = 0; i < kWidth; ++i) to[k * kWidth + i] = column[i];
  }
}

/// Copies columns. The processor sees by itself which memory a long copy will want.
template <class T>
void gather(const T* from, Index width, const Selection& selection, T* to) {
  if (width == 1) return gather_narrow<1>(from, selection, to);
  if (width == 2) return gather_narrow<2>(from, selection, to);
  for (Index k = 0; k < selection.count(); ++k) {
    std::copy_n(from + selection.row(k) * width, width, to + k * width);
  }
}

/// Starts to bring memory near. Never faults.
template <class Element>
void prefetch(const Element* from, Index count) {
  constexpr Index kLine = 64 / static_cast<Index>(sizeof(Element));
  for (Index i = 0; i < count; i += kLine) __builtin_prefetch(from + i);
}

/// Gathers columns of `width` elements. `convert(column, first, count, to)` writes the elements
/// from `first` on of one column. The columns that are wanted next are asked for meanwhile: reading
/// bytes takes half of the time then.
template <class From, class To, class Convert>
void gather_columns(const From* from, Index width, const Selection& selection, To* to,
                    const Convert& convert) {
  constexpr Index kPiece = 64;
  for (Index k = 0; k < selection.count(); ++k) {
    const From* const column = from + selection.row(k) * width;
    const From* const next = selection.has_next(k) ? from + selection.next_row(k) * width : nullptr;
    for (Index first = 0; first < width; first += kPiece) {
      const Index count = std::min(kPiece, width - first);
      if (next != nullptr) prefetch(next + first, count);
      convert(column, first, count, to + k * width);
    }
  }
}

// input = (byte - mean) * factor
template <class T>
void scale_bytes(const std::uint8_t* __restrict bytes, const T* __restrict mean,
                 const T* __restrict factor, Index count, T* __restrict inputs) {
  for (Index i = 0; i < count; ++i) inputs[i] = (static_cast<T>(bytes[i]) - mean[i]) * factor[i];
}

// input = (number - mean) / scale
template <class Number, class T>
void standardize_numbers(const Number* __restrict numbers, const double* __restrict mean,
                         const double* __restrict scale, Index count, T* __restrict inputs) {
  for (Index i = 0; i < count; ++i) {
    inputs[i] = static_cast<T>((static_cast<double>(numbers[i]) - mean[i]) / scale[i]);
  }
}

}  // namespace clino
