#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "data/idx.hpp"
#include "data/npy.hpp"
#include "tests/data/files.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

std::string dictionary(const std::string& type, const std::string& shape,
                       const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
}

NpyArray npy_of(const std::string& bytes) {
  const clino::test::TemporaryFolder folder;
  return read_npy(folder.write("a.npy", bytes));
}

std::string npy_error(const std::string& bytes) {
  return message_of<InputError>([&] { npy_of(bytes); });
}

std::string idx_error(const std::string& bytes) {
  const clino::test::TemporaryFolder folder;
  const std::string path = folder.write("a.idx", bytes);
  return message_of<InputError>([&] { read_idx(path); });
}

/// The numbers -1.5 (or whole ones) and 2 in a type, in both byte orders.
template <class Number>
void check_type(const std::string& name, const std::vector<Number>& numbers) {
  std::string bytes = bytes_of(numbers);
  const std::vector<double> expected(numbers.begin(), numbers.end());
  const std::string shape = "(" + std::to_string(numbers.size()) + ",)";
  INFO(name);
  CHECK(npy_of(npy_file(dictionary("<" + name, shape), bytes)).values == expected);
  for (auto at = bytes.begin(); at != bytes.end(); at += sizeof(Number)) {
    std::reverse(at, at + sizeof(Number));
  }
  CHECK(npy_of(npy_file(dictionary(">" + name, shape), bytes)).values == expected);
}

}  // namespace

TEST_CASE("an idx file is read as it stands, plain or compressed") {
  const clino::test::TemporaryFolder folder;
  const std::string bytes = idx_file({2, 1, 3}, std::string("\x00\x01\x02\xFD\xFE\xFF", 6));
  for (const std::string& file : {bytes, gzip(bytes)}) {
    const IdxArray array = read_idx(folder.write("a.idx", file));
    CHECK(array.shape == std::vector<Index>{2, 1, 3});
    CHECK(array.rows() == 2);
    CHECK(array.width() == 3);
    CHECK(array.bytes == std::vector<std::uint8_t>{0, 1, 2, 253, 254, 255});
  }
}

TEST_CASE("an idx file that lies or is damaged is refused with file and offset") {
  mentions(idx_error(idx_file({2, 3}, "abcde")), "a.idx, byte 17: the file ends within");
  mentions(idx_error(idx_file({2, 3}, "abcde")), "claims 6 bytes, found 5");
  mentions(idx_error(idx_file({2, 3}, "abcdefg")), "byte 18: more bytes");
  mentions(idx_error(gzip(idx_file({2, 3}, "abcdefg"))), "byte 18 (decompressed): more bytes");
  mentions(idx_error(gzip(idx_file({2, 3}, "abcdef")) + "x"), "bytes after the end");
  mentions(idx_error(idx_file({0, 3}, "")), "a dimension of size 0");
  mentions(idx_error(idx_file({}, "")), "no dimensions");
  mentions(idx_error(idx_file({0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, "")), "multiply");
  mentions(idx_error(std::string("\0\0\x0D\x01\0\0\0\x01", 8)), "type 13, expected unsigned bytes");
  mentions(idx_error("\x93NUMPY"), "not an idx file");
  mentions(idx_error(""), "byte 0: the file ends within the idx header");
  std::string damaged = gzip(idx_file({1, 600}, std::string(600, 'x')));
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // checksum
  mentions(idx_error(damaged), "damaged");
}

TEST_CASE("every type of number in a npy file is read in both byte orders") {
  check_type<float>("f4", {-1.5F, 2, 0x1p-149F});
  check_type<double>("f8", {-1.5, 2, 0.1});
  check_type<std::int8_t>("i1", {-128, 127});
  check_type<std::int16_t>("i2", {-32768, 258});
  check_type<std::int32_t>("i4", {std::numeric_limits<std::int32_t>::min(), 66051});
  check_type<std::int64_t>("i8", {-9007199254740992, 72623859790382856});
  check_type<std::uint8_t>("u1", {0, 255});
  check_type<std::uint16_t>("u2", {65535, 258});
  check_type<std::uint32_t>("u4", {4294967295U, 66051});
  check_type<std::uint64_t>("u8", {std::numeric_limits<std::uint64_t>::max(), 1});
  const NpyArray booleans = npy_of(npy_file(dictionary("|b1", "(2,)"), std::string("\1\0", 2)));
  CHECK(booleans.values == std::vector<double>{1, 0});
}

TEST_CASE("C and Fortran order give the same rows") {
  const NpyArray c =
      npy_of(npy_file(dictionary("<f8", "(2, 3)"), bytes_of<double>({1, 2, 3, 4, 5, 6})));
  const NpyArray fortran =
      npy_of(npy_file(dictionary("<f8", "(2, 3)", "True"), bytes_of<double>({1, 4, 2, 5, 3, 6})));
  CHECK(c.rows == 2);
  CHECK(c.columns == 3);
  CHECK(c.values == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(fortran.values == c.values);
  const NpyArray one = npy_of(npy_file(dictionary("<f8", "(3,)"), bytes_of<double>({7, 8, 9})));
  CHECK(one.rows == 3);
  CHECK(one.columns == 1);
}

TEST_CASE("npy versions 2 and 3 have longer lengths and nothing else") {
  const std::string text = dictionary("<f8", "(1,)");
  for (const char version : {'\2', '\3'}) {
    std::string bytes = "\x93NUMPY";
    bytes += {version, '\0', static_cast<char>(text.size()), '\0', '\0', '\0'};
    CHECK(npy_of(bytes + text + bytes_of<double>({2.5})).values == std::vector<double>{2.5});
  }
}

TEST_CASE("a npy file that lies or is damaged is refused with file and offset") {
  const std::string two = bytes_of<double>({1, 2});
  const std::string good = dictionary("<f8", "(2,)");
  const std::string offset = "a.npy, byte " + std::to_string(10 + good.size() + 16);
  mentions(npy_error(npy_file(good, two + "x")), offset + ": more bytes");
  mentions(npy_error(npy_file(dictionary("<f8", "(3,)"), two)), "claims 24 bytes, found 16");
  mentions(npy_error(npy_file(dictionary("<f8", "(0,)"), "")), "without elements");
  mentions(npy_error(npy_file(dictionary("<f8", "()"), two)), "0 dimensions, expected 1 or 2");
  mentions(npy_error(npy_file(dictionary("<f8", "(1, 1, 2)"), two)), "3 dimensions");
  mentions(npy_error(npy_file(dictionary("<f8", "(-2,)"), two)), "a shape holds");
  mentions(npy_error(npy_file(dictionary("<f8", "(99999999999999999999,)"), two)), "a shape holds");
  mentions(npy_error(npy_file(dictionary("<f8", "(4294967296, 4294967296)"), two)), "multiplies");
  mentions(npy_error(npy_file(dictionary("<U5", "(2,)"), two)), "elements of type '<U5'");
  mentions(npy_error(npy_file("{'descr': [('a', '<f8')], }", two)), "a structured array");
  mentions(npy_error(npy_file("{'descr': '<f8', }", two)), "expected the keys");
  mentions(npy_error(npy_file("{'what': 1, }", two)), "unknown key 'what'");
  mentions(npy_error(npy_file(good + "x", two)), "text after the dictionary");
  mentions(npy_error(std::string("\x93NUMPY\x04\0\0\0\0\0", 12)), "format version 4");
  mentions(npy_error(std::string("\x93NUMPY\x02\0\xFF\xFF\xFF\xFF", 12)), "4294967295 bytes");
  mentions(npy_error("PK\3\4 not a npy file"), "not a npy file");
}

TEST_CASE("values of a npy file that are not finite are refused by row and column") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinity, -infinity}) {
    const std::string shape = dictionary("<f8", "(2, 2)");
    mentions(npy_error(npy_file(shape, bytes_of<double>({1, 2, bad, 4}))), "row 1, column 0");
    const std::string fortran = dictionary("<f8", "(2, 2)", "True");
    mentions(npy_error(npy_file(fortran, bytes_of<double>({1, bad, 3, 4}))), "row 1, column 0");
  }
}
