#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// One object of a log, for those who know its fields.

namespace clino::report {

/// The members of a JSON object by name. What it holds deeper than lists of lists is left out: no
/// reader asks for it. Reading the next line reuses the memory of the one before it.
class JsonRecord {
 public:
  /// Replaces the members by those of `text`, line `line` of `file` (0: the whole file), which
  /// messages name until the next call; `file` must live so long. Throws `InputError` where the
  /// text is no JSON object. All accessors throw `InputError` where the member is of another kind,
  /// and, unless said otherwise, where it is missing or null.
  void read(std::string_view text, std::string_view file, std::uint64_t line);

  bool has(std::string_view key) const { return find(key) != nullptr; }
  /// Whether it is there and is null.
  bool is_null(std::string_view key) const;

  /// A number, or one of the texts "nan", "inf", "-inf".
  double number(std::string_view key) const;
  /// NaN where it is missing or null.
  double number_or_nan(std::string_view key) const;
  std::optional<double> optional_number(std::string_view key) const;
  /// A whole number from 0 to 2^53.
  std::uint64_t count(std::string_view key) const;
  std::uint64_t count_or_zero(std::string_view key) const;
  std::optional<std::uint64_t> optional_count(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  /// "" where it is missing or null.
  std::string text_or_empty(std::string_view key) const;
  const std::vector<double>& numbers(std::string_view key) const;
  std::vector<std::uint64_t> counts(std::string_view key) const;
  std::vector<std::vector<double>> rows(std::string_view key) const;
  /// Empty where it is missing or null.
  std::vector<std::string> texts_or_none(std::string_view key) const;

  /// Throws `InputError`: place, `"key": expected ...`.
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

 private:
  struct Handler;
  enum class Kind { null, boolean, number, text, list, object };
  struct Member {
    std::string key;
    Kind kind = Kind::null;
    double number = 0;
    std::string text;
    std::vector<double> numbers;         ///< of a list, and of the lists in it
    std::vector<std::string> texts;      ///< of a list
    std::vector<std::size_t> row_sizes;  ///< of the lists in a list
    bool only_numbers = true;            ///< a list holds nothing else
  };

  Member& append();
  const Member* find(std::string_view key) const;
  /// Null where it is missing or null.
  const Member* find_value(std::string_view key) const;
  const Member& value(std::string_view key, Kind kind, std::string_view expected) const;
  double number_of(const Member& member) const;
  std::uint64_t whole(const Member& member) const;

  std::string where() const;

  std::string_view file_;
  std::uint64_t line_ = 0;
  std::vector<Member> members_;  ///< more than `used_` only to keep their memory
  std::size_t used_ = 0;
  mutable std::size_t next_ = 0;  ///< readers ask in the order of the text
};

}  // namespace clino::report
