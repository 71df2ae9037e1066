#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "core/types.hpp"

namespace clino {

namespace detail {

/// Memory that starts on a cache line; that of many bytes on a large page (core/large_pages.hpp).
/// Throws std::bad_alloc.
void* allocate_aligned(std::size_t bytes);
void free_aligned(void* memory);

}  // namespace detail

/// A run of zeroed numbers that starts on a cache line (64 bytes). Moves, does not copy; its
/// address stays the same when it is moved.
template <class T>
class AlignedBlock {
 public:
  static constexpr std::size_t kAlignment = 64;
  /// Elements that fill a cache line: slots that start at multiples of it are aligned.
  static constexpr Index kLine = static_cast<Index>(kAlignment / sizeof(T));

  AlignedBlock() = default;
  AlignedBlock(AlignedBlock&& other) noexcept
      : size_(std::exchange(other.size_, 0)), data_(std::move(other.data_)) {}
  AlignedBlock& operator=(AlignedBlock&& other) noexcept {
    size_ = std::exchange(other.size_, 0);
    data_ = std::move(other.data_);
    return *this;
  }
  explicit AlignedBlock(Index size)
      : size_(size),
        data_(
            static_cast<T*>(detail::allocate_aligned(static_cast<std::size_t>(size) * sizeof(T)))) {
    std::fill_n(data_.get(), size_, T{0});
  }

  std::span<T> span() const { return {data_.get(), static_cast<std::size_t>(size_)}; }
  T* data() const { return data_.get(); }
  Index size() const { return size_; }

  /// `size` rounded up to whole cache lines.
  static constexpr Index padded(Index size) { return (size + kLine - 1) / kLine * kLine; }

 private:
  struct Release {
    void operator()(T* data) const { detail::free_aligned(data); }
  };
  Index size_ = 0;
  std::unique_ptr<T[], Release> data_;
};

}  // namespace clino
