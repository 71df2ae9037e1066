#include "report/json_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "core/options.hpp"
#include "train/json_syntax_words.hpp"

namespace clino::report {

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The number that a text of the log stands for.
std::optional<double> nonfinite_number(std::string_view text) {
  if (text == "nan") return kNan;
  if (text == "inf") return kInfinity;
  if (text == "-inf") return -kInfinity;
  return std::nullopt;
}

}  // namespace

/// What the parser calls, in the order of the text. Depth 1 is the object itself, 2 a list in it, 3
/// a list in that; all else is passed over.
struct JsonRecord::Handler {
  using Json = nlohmann::json;

  JsonRecord& record;
  std::string error = {};
  Member* member = nullptr;
  int depth = 0;
  int skipped = 0;  ///< depth within an object that is passed over

  bool null() { return scalar(Kind::null); }
  bool boolean(bool /*value*/) { return scalar(Kind::boolean); }
  bool number_integer(Json::number_integer_t value) { return number(static_cast<double>(value)); }
  bool number_unsigned(Json::number_unsigned_t value) { return number(static_cast<double>(value)); }
  bool number_float(double value, const std::string& /*text*/) { return number(value); }
  bool binary(Json::binary_t& /*value*/) { return true; }

  bool number(double value) {
    if (skipped > 0) return true;
    if (depth == 1) {
      member->kind = Kind::number;
      member->number = value;
      return true;
    }
    return item(value);
  }

  bool string(std::string& value) {
    if (skipped > 0) return true;
    if (depth == 1) {
      member->kind = Kind::text;
      member->text = value;
      return true;
    }
    if (depth < 2) return refuse();
    if (const std::optional<double> number = nonfinite_number(value)) {
      item(*number);
    } else {
      member->only_numbers = false;
    }
    if (depth == 2) member->texts.push_back(value);
    return true;
  }

  bool key(const std::string& name) {
    if (skipped > 0) return true;
    member = &record.append();
    member->key = name;
    return true;
  }

  bool start_object(std::size_t /*size*/) {
    if (depth == 0) {
      depth = 1;
      return true;
    }
    if (skipped == 0) {
      if (depth == 1) member->kind = Kind::object;
      member->only_numbers = false;
    }
    ++skipped;
    return true;
  }
  bool end_object() {
    if (skipped > 0) {
      --skipped;
    } else {
      depth = 0;
    }
    return true;
  }

  bool start_array(std::size_t /*size*/) {
    if (skipped > 0 || depth == 3) {
      if (skipped == 0) member->only_numbers = false;
      ++skipped;
      return true;
    }
    if (depth == 0) return refuse();
    ++depth;
    if (depth == 2) member->kind = Kind::list;
    if (depth == 3) member->row_sizes.push_back(0);
    return true;
  }
  bool end_array() {
    if (skipped > 0) {
      --skipped;
    } else {
      --depth;
    }
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& problem) {
    error = plain_words(problem.what());
    return false;
  }

 private:
  bool refuse() {
    error = "expected a JSON object";
    return false;
  }
  bool scalar(Kind kind) {
    if (skipped > 0) return true;
    if (depth == 0) return refuse();
    if (depth == 1) {
      member->kind = kind;
    } else {
      member->only_numbers = false;
    }
    return true;
  }
  bool item(double value) {
    if (depth < 2) return refuse();
    member->numbers.push_back(value);
    if (depth == 3) ++member->row_sizes.back();
    return true;
  }
};

void JsonRecord::read(std::string_view text, std::string_view file, std::uint64_t line) {
  file_ = file;
  line_ = line;
  used_ = 0;
  next_ = 0;
  Handler handler{.record = *this};
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &handler)) return;
  throw InputError(where() + ": " + handler.error);
}

std::string JsonRecord::where() const {
  return std::string(file_) + (line_ > 0 ? ":" + std::to_string(line_) : "");
}

JsonRecord::Member& JsonRecord::append() {
  if (used_ == members_.size()) members_.emplace_back();
  Member& member = members_[used_++];
  member.kind = Kind::null;
  member.numbers.clear();
  member.texts.clear();
  member.row_sizes.clear();
  member.only_numbers = true;
  return member;
}

const JsonRecord::Member* JsonRecord::find(std::string_view key) const {
  for (std::size_t i = 0; i < used_; ++i) {
    const std::size_t at = (next_ + i) % used_;
    if (members_[at].key != key) continue;
    next_ = at + 1;
    return &members_[at];
  }
  return nullptr;
}

const JsonRecord::Member* JsonRecord::find_value(std::string_view key) const {
  const Member* member = find(key);
  return member != nullptr && member->kind != Kind::null ? member : nullptr;
}

bool JsonRecord::is_null(std::string_view key) const {
  const Member* member = find(key);
  return member != nullptr && member->kind == Kind::null;
}

const JsonRecord::Member& JsonRecord::value(std::string_view key, Kind kind,
                                            std::string_view expected) const {
  const Member* member = find(key);
  if (member == nullptr || member->kind != kind) fail(key, expected);
  return *member;
}

double JsonRecord::number_of(const Member& member) const {
  if (member.kind == Kind::number) return member.number;
  if (member.kind == Kind::text) {
    if (const auto number = nonfinite_number(member.text)) return *number;
  }
  fail(member.key, R"(a number, "nan", "inf" or "-inf")");
}

double JsonRecord::number(std::string_view key) const {
  const Member* member = find_value(key);
  if (member == nullptr) fail(key, R"(a number, "nan", "inf" or "-inf")");
  return number_of(*member);
}

double JsonRecord::number_or_nan(std::string_view key) const {
  return optional_number(key).value_or(kNan);
}

std::optional<double> JsonRecord::optional_number(std::string_view key) const {
  const Member* member = find_value(key);
  if (member == nullptr) return std::nullopt;
  return number_of(*member);
}

std::uint64_t JsonRecord::whole(const Member& member) const {
  const bool right = member.kind == Kind::number && member.number >= 0 &&
                     member.number <= kWhole.maximum && member.number == std::floor(member.number);
  if (!right) fail(member.key, "a whole number from 0 to 2^53");
  return static_cast<std::uint64_t>(member.number);
}

std::uint64_t JsonRecord::count(std::string_view key) const {
  return whole(value(key, Kind::number, "a whole number from 0 to 2^53"));
}

std::uint64_t JsonRecord::count_or_zero(std::string_view key) const {
  return optional_count(key).value_or(0);
}

std::optional<std::uint64_t> JsonRecord::optional_count(std::string_view key) const {
  const Member* member = find_value(key);
  if (member == nullptr) return std::nullopt;
  return whole(*member);
}

const std::string& JsonRecord::text(std::string_view key) const {
  return value(key, Kind::text, "a text").text;
}

std::string JsonRecord::text_or_empty(std::string_view key) const {
  return find_value(key) == nullptr ? "" : text(key);
}

const std::vector<double>& JsonRecord::numbers(std::string_view key) const {
  const Member& list = value(key, Kind::list, "a list of numbers");
  if (!list.only_numbers || !list.row_sizes.empty()) fail(key, "a list of numbers");
  return list.numbers;
}

std::vector<std::uint64_t> JsonRecord::counts(std::string_view key) const {
  std::vector<std::uint64_t> counts;
  for (const double number : numbers(key)) {
    if (!(number >= 0 && number <= kWhole.maximum && number == std::floor(number))) {
      fail(key, "a list of whole numbers from 0 to 2^53");
    }
    counts.push_back(static_cast<std::uint64_t>(number));
  }
  return counts;
}

std::vector<std::vector<double>> JsonRecord::rows(std::string_view key) const {
  const Member& list = value(key, Kind::list, "a list of lists of numbers");
  std::size_t taken = 0;
  std::vector<std::vector<double>> rows;
  for (const std::size_t size : list.row_sizes) {
    const double* row = list.numbers.data() + taken;
    rows.emplace_back(row, row + size);
    taken += size;
  }
  if (!list.only_numbers || taken != list.numbers.size()) fail(key, "a list of lists of numbers");
  return rows;
}

std::vector<std::string> JsonRecord::texts_or_none(std::string_view key) const {
  if (find_value(key) == nullptr) return {};
  return value(key, Kind::list, "a list of texts").texts;
}

void JsonRecord::fail(std::string_view key, std::string_view expected) const {
  throw InputError(where() + ": \"" + std::string(key) + "\": expected " + std::string(expected));
}

}  // namespace clino::report
