#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>

#include "core/types.hpp"
#include "data/byte_reader.hpp"
#include "data/mapped_file.hpp"

namespace clino {

/// A number as it lies in a file: at any address.
template <class Number>
struct Unaligned {
  std::array<char, sizeof(Number)> bytes;

  operator Number() const { return std::bit_cast<Number>(bytes); }
};

/// Numbers that stay in a file, one after the other, in this machine's order of bytes.
struct MappedNumbers {
  enum class Type { byte, float32, float64 };

  std::shared_ptr<const MappedFile> file;
  std::size_t offset = 0;  ///< of the first one
  Type type = Type::byte;
  Index count = 0;

  std::size_t item_size() const {
    return type == Type::byte ? 1 : type == Type::float32 ? sizeof(float) : sizeof(double);
  }
  std::size_t bytes() const { return static_cast<std::size_t>(count) * item_size(); }
  const char* data() const { return file->bytes().data() + offset; }

  /// Calls `visit` with a pointer to the first one, of the type that they have.
  template <class Visit>
  void visit(const Visit& visit) const {
    switch (type) {
      case Type::byte:
        return visit(reinterpret_cast<const std::uint8_t*>(data()));
      case Type::float32:
        return visit(reinterpret_cast<const Unaligned<float>*>(data()));
      case Type::float64:
        return visit(reinterpret_cast<const Unaligned<double>*>(data()));
    }
  }

  /// For a pass from the first number to the last, which is at number `now`: releases what lies
  /// behind it, now and then, and gives the number from where on nothing is released yet.
  Index pass(Index released, Index now) const {
    constexpr std::size_t kPiece = std::size_t{8} << 20U;
    const auto from = static_cast<std::size_t>(released) * item_size();
    const auto to = static_cast<std::size_t>(now) * item_size();
    if (to - from < kPiece) return released;
    file->release(offset + from, to - from);
    return now;
  }
};

/// The `count` numbers from where a reader stands to the end of its file. Throws `InputError` where
/// the file cannot be mapped or does not hold so many.
MappedNumbers map_numbers(const ByteReader& reader, MappedNumbers::Type type, std::uint64_t count);

}  // namespace clino
