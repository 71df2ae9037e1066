#include "train/safetensors.hpp"

#include <cmath>
#include <cstring>
#include <limits>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "train/atomic_file.hpp"

namespace clino::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string golden_file(const std::string& name) {
  return std::string(CLINO_SOURCE_DIR) + "/tests/train/golden/" + name;
}

/// A file with this header, as it stands, and so many bytes of data.
std::string with_header(const std::string& header, std::size_t data) {
  const std::uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + std::string(data, '\0');
}

std::string error_of(const std::string& bytes) {
  try {
    parse_safetensors(bytes, "file");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

std::vector<Tensor> some_tensors() {
  const std::vector<float> matrix = {1, 2, 3, 4, 5, 6};
  const std::vector<double> vector = {0.1, -kInfinity, 1e-310};
  const std::vector<std::int64_t> count = {-(std::int64_t{1} << 60)};
  return {make_tensor<float>("0.weight", {2, 3}, matrix),
          make_tensor<double>("a \"b\"", {3}, vector),
          make_tensor<std::int64_t>("count", {}, count), make_tensor<float>("none", {0, 4}, {})};
}

TEST_CASE("tensors come back as they were written") {
  const auto written = some_tensors();
  const std::string bytes = to_safetensors(written);
  CHECK(bytes == to_safetensors(written));
  const auto read = parse_safetensors(bytes, "file");
  REQUIRE(read.size() == written.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    CHECK(read[i].name == written[i].name);
    CHECK(read[i].type == written[i].type);
    CHECK(read[i].shape == written[i].shape);
    CHECK(read[i].bytes == written[i].bytes);
  }
  CHECK(elements<double>(read[0]) == std::vector<double>{1, 2, 3, 4, 5, 6});
  CHECK(elements<double>(read[1]) == std::vector<double>{0.1, -kInfinity, 1e-310});
  CHECK(elements<float>(read[1]) == std::vector<float>{0.1F, -HUGE_VALF, 0});
}

TEST_CASE("bytes are laid out as the format says") {
  const std::vector<float> values = {1};
  const std::vector<Tensor> tensors = {make_tensor<float>("x", {1}, values)};
  const std::string header = R"({"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  std::string expected = with_header(padded, 0);
  expected += std::string("\x00\x00\x80\x3f", 4);
  CHECK(to_safetensors(tensors) == expected);
  CHECK((expected.size() - 4) % 8 == 0);
  CHECK(parse_safetensors(to_safetensors({}), "file").empty());
}

TEST_CASE("a file that PyTorch wrote, with every type") {
  const double third = 1.0 / 3;
  const std::vector<double> exact = {0,       -0.0,    1,         -2.5,      65504,
                                     0x1p-24, 0x1p-14, kInfinity, -kInfinity};
  int floating = 0;
  for (const Tensor& tensor : read_safetensors(golden_file("torch_types.safetensors"))) {
    INFO(tensor.name);
    const auto values = elements<double>(tensor);
    if (tensor.name == "i64") CHECK(values == std::vector<double>{0, 1, -1, 0x1p40});
    if (tensor.name == "scalar") CHECK((tensor.shape.empty() && values.at(0) == 2.5));
    if (tensor.name == "empty") CHECK((tensor.shape == std::vector<Index>{0, 3} && values.empty()));
    if (tensor.name.find('f') == std::string::npos) continue;
    ++floating;
    REQUIRE(values.size() == 11);
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const bool rounded = tensor.type == ElementType::bf16 && i == 4;
      CHECK(values[i] == (rounded ? 65536 : exact[i]));
    }
    CHECK(std::signbit(values[1]));
    CHECK(std::isnan(values[9]));
    CHECK(values[10] == Approx(third).epsilon(tensor.type == ElementType::bf16 ? 4e-3 : 1e-3));
  }
  CHECK(floating == 4);
}

TEST_CASE("a file cut at any byte is refused") {
  const std::string bytes = to_safetensors(some_tensors());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO(length);
    const std::string error = error_of(bytes.substr(0, length));
    CHECK(error.find("file: byte ") == 0);
  }
  CHECK(error_of(bytes + "x").find("1 bytes belong to no tensor") != std::string::npos);
}

TEST_CASE("a flipped bit is read or refused, never worse") {
  const std::string bytes = to_safetensors(some_tensors());
  int refused = 0;
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    std::string damaged = bytes;
    damaged[i / 8] = static_cast<char>(damaged[i / 8] ^ (1 << (i % 8)));
    refused += error_of(damaged).empty() ? 0 : 1;
  }
  CHECK(refused > 800);
}

TEST_CASE("headers that lie are refused, with the place") {
  struct Lie {
    const char* header;
    const char* expected;
  };
  const auto lie = GENERATE(values<Lie>({
      {"", "byte 8: the header is not JSON"},
      {"[1]", "the header is not a JSON object"},
      {R"({"x":1})", "byte 9: tensor \"x\": expected an object"},
      {R"({"x":{"dtype":"F32","shape":[4]}})", "expected an object with dtype, shape"},
      {R"({"x":{"dtype":"F8","shape":[4],"data_offsets":[0,16]}})",
       "dtype is \"F8\", expected F16"},
      {R"({"x":{"dtype":4,"shape":[4],"data_offsets":[0,16]}})", "dtype is 4"},
      {R"({"x":{"dtype":"F32","shape":[5],"data_offsets":[0,16]}})", "does not fit its 16 bytes"},
      {R"({"x":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}})", "shape is [-4]"},
      {R"({"x":{"dtype":"F32","shape":[4.0],"data_offsets":[0,16]}})", "shape is [4.0]"},
      {R"({"x":{"dtype":"F32","shape":4,"data_offsets":[0,16]}})", "shape is 4"},
      {R"({"x":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,16]}})", "shape is"},
      {R"({"x":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,16]}})", "shape is"},
      // The product is 4 modulo 2^64.
      {R"({"x":{"dtype":"F32","shape":[4611686018427387905,4],"data_offsets":[0,16]}})", "not fit"},
      {R"({"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", "not fit"},
      {R"({"x":{"dtype":"F64","shape":[1000000000000],"data_offsets":[0,8000000000000]}})",
       "outside"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[4,20]}})", "outside of the 16 bytes"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})", "outside"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0]}})", "two numbers"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})", "leaves a gap"},
      {R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", "8 bytes belong to no tensor"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},
           "y":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
       "\"y\": overlaps"},
      {R"({"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},
           "x":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})",
       "gives this key twice"},
      {R"({"x":{"dtype":"F32","dtype":"F64","shape":[2],"data_offsets":[0,16]}})", "key twice"},
      {R"({"x":{"dtype":"F32","shape":[[4]],"data_offsets":[0,16]}})", "nested too deeply"},
      {R"({"x":{"dtype":"F32","shape":[[[4]]],"data_offsets":[0,16]}})", "nested too deeply"},
      {R"({"x":1e999})", "not JSON"},
      {"{\"\xff\":1}", "not JSON"},
  }));
  INFO(lie.header);
  const std::string error = error_of(with_header(lie.header, 16));
  INFO(error);
  CHECK(error.find("file: byte ") == 0);
  CHECK(error.find(lie.expected) != std::string::npos);
}

TEST_CASE("a header's length is checked before it is believed") {
  for (const std::uint64_t length :
       {std::uint64_t{17}, std::uint64_t{1} << 40U, ~std::uint64_t{0}}) {
    std::string bytes(24, ' ');
    std::memcpy(bytes.data(), &length, 8);
    CHECK(error_of(bytes) == "file: byte 0: the header's length is given as " +
                                 std::to_string(length) + ", but only 16 bytes follow");
  }
}

TEST_CASE("a deeply nested header does not exhaust the stack") {
  CHECK(error_of(with_header(std::string(1'000'000, '['), 0)).find("nested") != std::string::npos);
}

TEST_CASE("tensors that cannot be are refused") {
  const std::vector<float> three = {1, 2, 3};
  CHECK_THROWS_AS(make_tensor<float>("x", {2, 2}, three), UsageError);
  const std::vector<Tensor> twice(2, make_tensor<float>("x", {3}, three));
  CHECK_THROWS_AS(to_safetensors(twice), UsageError);
}

TEST_CASE("files are written and read") {
  const TemporaryFolder folder;
  const std::string path = folder.file("x.safetensors");
  write_safetensors(path, some_tensors());
  CHECK(read_file(path) == to_safetensors(some_tensors()));
  CHECK(read_safetensors(path).size() == 4);
  CHECK_THROWS_AS(read_safetensors(folder.file("missing")), InputError);
}

}  // namespace
}  // namespace clino::test
