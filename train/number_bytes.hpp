#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "data/mapped_file.hpp"

namespace clino {

/// Numbers as they lie in memory. The bytes are held, or those of an array or of a mapped file are
/// looked at: what a checkpoint is made of need not be copied. Copies share.
class NumberBytes {
 public:
  NumberBytes() = default;
  NumberBytes(std::string bytes)
      : held_(std::make_shared<const std::string>(std::move(bytes))), view_(*held_) {}
  NumberBytes(std::shared_ptr<const MappedFile> file, std::string_view view)
      : file_(std::move(file)), view_(view) {}
  /// Of an array that outlives it.
  template <class Number>
  static NumberBytes of(std::span<Number> values) {
    NumberBytes bytes;
    bytes.view_ = {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
    return bytes;
  }

  std::string_view view() const { return view_; }
  std::size_t size() const { return view_.size(); }
  /// Copies all bytes. Those of a file are then no longer memory of this process.
  void copy_to(void* target) const;

  bool operator==(const NumberBytes& other) const { return view_ == other.view_; }

 private:
  std::shared_ptr<const std::string> held_;
  std::shared_ptr<const MappedFile> file_;
  std::string_view view_;
};

}  // namespace clino
