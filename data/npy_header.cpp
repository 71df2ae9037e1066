#include "data/npy_header.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace clino {

namespace {

/// Walks through the header's text, a Python dictionary such as
/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
class HeaderParser {
 public:
  HeaderParser(const ByteReader& file, std::string_view text) : file_(file), rest_(text) {}

  bool accept(std::string_view token) {
    const std::size_t begin = rest_.find_first_not_of(" \n");
    rest_.remove_prefix(begin == std::string_view::npos ? rest_.size() : begin);
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) {
      fail("expected " + std::string(token) + " at \"" + std::string(rest_.substr(0, 20)) + "\"");
    }
  }

  std::string_view quoted() {
    const std::string_view quote = accept("\"") ? "\"" : "'";
    if (quote == "'") expect(quote);
    const std::size_t length = rest_.find(quote);
    if (length == std::string_view::npos) fail("a text does not end");
    const std::string_view text = rest_.substr(0, length);
    rest_.remove_prefix(length + 1);
    return text;
  }

  bool boolean() {
    if (accept("True")) return true;
    expect("False");
    return false;
  }

  std::vector<Index> tuple() {
    std::vector<Index> numbers;
    expect("(");
    while (!accept(")")) {
      Index number = 0;
      accept("");  // blanks
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
      if (error != std::errc() || number < 0) fail("a shape holds whole numbers >= 0");
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      numbers.push_back(number);
      if (!accept(",")) {
        expect(")");
        break;
      }
    }
    return numbers;
  }

  bool at_end() {
    accept("");
    return rest_.empty();
  }

  [[noreturn]] void fail(const std::string& message) const {
    file_.fail("damaged npy header: " + message);
  }

 private:
  const ByteReader& file_;
  std::string_view rest_;
};

void set_type(NpyHeader& header, std::string_view type, const ByteReader& file) {
  constexpr std::string_view kKnown[] = {"f4", "f8", "i1", "i2", "i4", "i8",
                                         "u1", "u2", "u4", "u8", "b1"};
  if (type.size() == 3 && std::string_view("<>|=").find(type[0]) != std::string_view::npos) {
    for (const std::string_view known : kKnown) {
      if (type.substr(1) != known) continue;
      header.kind = known[0];
      header.item_size = static_cast<std::size_t>(known[1] - '0');
      header.big_endian =
          type[0] == '>' || (type[0] == '=' && std::endian::native == std::endian::big);
      return;
    }
  }
  file.fail("elements of type '" + std::string(type) +
            "', expected floats of 4 or 8 bytes, whole numbers or booleans");
}

NpyHeader parse(const ByteReader& file, std::string_view text) {
  NpyHeader header;
  HeaderParser parser(file, text);
  bool has_type = false, has_order = false, has_shape = false;
  parser.expect("{");
  while (!parser.accept("}")) {
    const std::string_view key = parser.quoted();
    parser.expect(":");
    if (key == "descr") {
      if (parser.accept("[")) file.fail("a structured array, expected plain numbers");
      set_type(header, parser.quoted(), file);
      has_type = true;
    } else if (key == "fortran_order") {
      header.fortran_order = parser.boolean();
      has_order = true;
    } else if (key == "shape") {
      header.shape = parser.tuple();
      has_shape = true;
    } else {
      parser.fail("unknown key '" + std::string(key) + "'");
    }
    if (!parser.accept(",")) {
      parser.expect("}");
      break;
    }
  }
  if (!parser.at_end()) parser.fail("text after the dictionary");
  if (!has_type || !has_order || !has_shape) {
    parser.fail("expected the keys 'descr', 'fortran_order' and 'shape'");
  }
  return header;
}

/// The length of the header's text: 2 bytes in version 1, 4 in versions 2 and 3, little-endian.
std::uint32_t read_length(ByteReader& file, char version) {
  std::array<char, 4> bytes = {};
  file.read_exactly(std::span(bytes).first(version == 1 ? 2 : 4), "the npy header");
  std::uint32_t length = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    length = (length << 8U) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return length;
}

}  // namespace

NpyHeader read_npy_header(ByteReader& file) {
  constexpr std::string_view kMagic = "\x93NUMPY";
  constexpr std::uint32_t kLongest = 1U << 16U;
  std::array<char, 8> start = {};
  file.read_exactly(start, "the npy header");
  if (std::string_view(start.data(), kMagic.size()) != kMagic) {
    file.fail("not a npy file, which begins with \\x93NUMPY");
  }
  const char version = start[6];
  if (version < 1 || version > 3) {
    file.fail("npy format version " + std::to_string(static_cast<int>(version)) +
              ", expected 1, 2 or 3");
  }
  const std::uint32_t length = read_length(file, version);
  if (length > kLongest) {
    file.fail("a header of " + std::to_string(length) + " bytes, expected at most 65536");
  }
  std::string text(length, '\0');
  file.read_exactly(text, "the npy header");
  return parse(file, text);
}

}  // namespace clino
