// Reads the safetensors format from bytes that nobody vouches for: every number of the header is
// checked against the bytes that are really there before it is used.

#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "core/errors.hpp"
#include "train/safetensors.hpp"

namespace clino {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLengthBytes = 8;

/// What the header says of one tensor, checked by itself.
struct Entry {
  std::string name;
  ElementType type = ElementType::f32;
  std::vector<Index> shape;
  std::uint64_t begin = 0;  ///< bytes from the start of the data
  std::uint64_t end = 0;
};

class Parser {
 public:
  Parser(std::string_view bytes, const std::string& source) : bytes_(bytes), source_(source) {}

  std::vector<Tensor> parse() {
    header_ = read_header();
    data_ = bytes_.substr(kLengthBytes + header_.size());
    const Json json = parse_header();
    std::vector<Entry> entries;
    for (const auto& [name, value] : json.items()) {
      if (name != "__metadata__") entries.push_back(read_entry(name, value));
    }
    check_layout(entries);
    std::vector<Tensor> tensors;
    for (Entry& entry : entries) {
      const std::string_view bytes = data_.substr(entry.begin, entry.end - entry.begin);
      tensors.push_back(
          {std::move(entry.name), entry.type, std::move(entry.shape), std::string(bytes)});
    }
    return tensors;
  }

 private:
  [[noreturn]] void fail(std::size_t offset, const std::string& message) const {
    throw InputError(source_ + ": byte " + std::to_string(offset) + ": " + message);
  }
  /// An error in what the header says of a tensor, at the place of its name.
  [[noreturn]] void fail(const std::string& name, const std::string& message) const {
    const std::size_t place = header_.find(Json(name).dump());
    const std::size_t offset = place == std::string_view::npos ? 0 : place;
    fail(kLengthBytes + offset, "tensor \"" + name + "\": " + message);
  }

  std::string_view read_header() const {
    if (bytes_.size() < kLengthBytes) {
      fail(bytes_.size(), "not a safetensors file: it ends before the header's length (8 bytes)");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, bytes_.data(), sizeof(length));
    const std::size_t rest = bytes_.size() - kLengthBytes;
    if (length > rest) {
      fail(0, "the header's length is given as " + std::to_string(length) + ", but only " +
                  std::to_string(rest) + " bytes follow");
    }
    return bytes_.substr(kLengthBytes, static_cast<std::size_t>(length));
  }

  /// Refuses keys given twice, of which the JSON reader would keep one in silence, and nesting that
  /// no header has.
  Json parse_header() const {
    constexpr int kDeepest = 3;
    std::array<std::set<std::string>, kDeepest + 1> keys;
    const auto watch = [&](int depth, Json::parse_event_t event, const Json& parsed) {
      if (depth > kDeepest) fail(kLengthBytes, "the header is nested too deeply");
      auto& known = keys.at(static_cast<std::size_t>(depth));
      if (event == Json::parse_event_t::object_start && depth < kDeepest) {
        keys.at(static_cast<std::size_t>(depth) + 1).clear();
      }
      if (event == Json::parse_event_t::key && !known.insert(parsed.get<std::string>()).second) {
        fail(parsed.get<std::string>(), "the header gives this key twice");
      }
      return true;
    };
    Json json;
    try {
      json = Json::parse(header_, watch);
    } catch (const Json::parse_error& error) {
      fail(kLengthBytes + std::min(error.byte, header_.size()), "the header is not JSON");
    } catch (const Json::exception&) {  // a number too large for a double
      fail(kLengthBytes, "the header is not JSON that can be read");
    }
    if (!json.is_object()) fail(kLengthBytes, "the header is not a JSON object");
    return json;
  }

  Entry read_entry(const std::string& name, const Json& value) const {
    const bool complete = value.is_object() && value.contains("dtype") && value.contains("shape") &&
                          value.contains("data_offsets");
    if (!complete) fail(name, "expected an object with dtype, shape and data_offsets");
    Entry entry;
    entry.name = name;
    entry.type = read_type(name, value["dtype"]);
    for (const std::uint64_t extent : read_numbers(name, value["shape"], "shape")) {
      entry.shape.push_back(static_cast<Index>(extent));
    }
    const auto offsets = read_numbers(name, value["data_offsets"], "data_offsets");
    if (offsets.size() != 2) fail(name, "data_offsets must be two numbers");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    if (entry.begin > entry.end || entry.end > data_.size()) {
      fail(name, "data_offsets " + value["data_offsets"].dump() + " lie outside of the " +
                     std::to_string(data_.size()) + " bytes of data");
    }
    check_size(entry);
    return entry;
  }

  ElementType read_type(const std::string& name, const Json& value) const {
    for (const ElementType type : {ElementType::f16, ElementType::bf16, ElementType::f32,
                                   ElementType::f64, ElementType::i64}) {
      if (value == type_name(type)) return type;
    }
    fail(name, "dtype is " + shortened(value) + ", expected F16, BF16, F32, F64 or I64");
  }

  std::vector<std::uint64_t> read_numbers(const std::string& name, const Json& value,
                                          const std::string& what) const {
    std::vector<std::uint64_t> numbers;
    bool valid = value.is_array();
    for (const Json& number : value) {
      valid = valid && number.is_number_unsigned() &&
              number.get<std::uint64_t>() <= std::uint64_t{PTRDIFF_MAX};
      if (valid) numbers.push_back(number.get<std::uint64_t>());
    }
    if (!valid) {
      fail(name, what + " is " + shortened(value) + ", expected a list of whole numbers >= 0");
    }
    return numbers;
  }

  /// The product of the shape, built up without overflow, must be the number of elements there.
  void check_size(const Entry& entry) const {
    const std::uint64_t size = entry.end - entry.begin;
    const bool empty = std::ranges::count(entry.shape, Index{0}) > 0;
    std::uint64_t count = empty ? 0 : 1;
    for (const Index extent : entry.shape) {
      if (empty) break;
      const auto factor = static_cast<std::uint64_t>(extent);
      if (count > size / factor) fail_size(entry, size);
      count *= factor;
    }
    if (count * type_size(entry.type) != size) fail_size(entry, size);
  }

  [[noreturn]] void fail_size(const Entry& entry, std::uint64_t size) const {
    fail(entry.name, "shape " + shape_text(entry.shape) + " of " +
                         std::string(type_name(entry.type)) + " does not fit its " +
                         std::to_string(size) + " bytes");
  }

  /// Sorts by place; together the tensors must cover the data, each byte once.
  void check_layout(std::vector<Entry>& entries) const {
    std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    std::uint64_t covered = 0;
    for (const Entry& entry : entries) {
      if (entry.begin != covered) {
        fail(entry.name, std::string(entry.begin < covered ? "overlaps" : "leaves a gap after") +
                             " the tensor before it: it begins at " + std::to_string(entry.begin) +
                             ", expected " + std::to_string(covered));
      }
      covered = entry.end;
    }
    if (covered != data_.size()) {
      fail(bytes_.size() - data_.size() + covered,
           std::to_string(data_.size() - covered) + " bytes belong to no tensor");
    }
  }

  static std::string shortened(const Json& value) {
    constexpr std::size_t kLongest = 60;
    std::string text = value.dump();
    if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
    return text;
  }

  std::string_view bytes_;
  const std::string& source_;
  std::string_view header_;
  std::string_view data_;
};

}  // namespace

std::vector<Tensor> parse_safetensors(std::string_view bytes, const std::string& source) {
  return Parser(bytes, source).parse();
}

}  // namespace clino
