#include <chrono>
#include <cmath>
#include <filesystem>
#include <limits>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "data/mapped_numbers.hpp"
#include "tests/allocations.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

using Folder = clino::test::TemporaryFolder;

constexpr Index kRows = 40;
constexpr Index kColumns = 70;  // more than one piece of a column

std::string npy_header(const std::string& type, const std::string& fortran = "False") {
  // An odd length: the elements of a file may begin anywhere.
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': (40, 70), }\n ";
}

template <class Number>
std::vector<Number> numbers(double step) {
  std::vector<Number> values(static_cast<std::size_t>(kRows * kColumns));
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<Number>(std::fmod(static_cast<double>(i) * step, 251));
  }
  return values;
}

/// Two classes, in turns.
std::string labels() {
  std::string bytes;
  for (Index i = 0; i < kRows; ++i) bytes.push_back(static_cast<char>(i % 2));
  return bytes;
}

Choice npy_source(const Folder& folder, const std::string& inputs, const std::string& memory) {
  const auto targets = folder.write(
      "y.npy", npy_file("{'descr': '|u1', 'fortran_order': False, 'shape': (40,), }\n", labels()));
  return {.type = "npy",
          .options = {
              {"inputs", folder.write("x.npy", inputs)}, {"targets", targets}, {"memory", memory}}};
}

Choice idx_source(const Folder& folder, const std::string& images, const std::string& memory) {
  return {.type = "idx",
          .options = {{"train.images", folder.write("x.idx", images)},
                      {"train.labels", folder.write("y.idx", idx_file({40}, labels()))},
                      {"test.images", folder.file("x.idx")},
                      {"test.labels", folder.file("y.idx")},
                      {"memory", memory}}};
}

template <class T>
Data<T> loaded(const Choice& source, bool standardize, TargetKind target = TargetKind::classes) {
  return load_data<T>({.source = source,
                       .validation_fraction = 0.2,
                       .standardize = standardize,
                       .target = target,
                       .seed = 3});
}

template <class T>
void check_equal(const Dataset<T>& a, const Dataset<T>& b) {
  const Filled<T> one = fill_all(a), two = fill_all(b);
  CHECK(one.x == two.x);
  CHECK(one.y == two.y);
}

/// `source(memory)` gives the same data when mapped as when loaded.
template <class T, class Source>
void check_mapping(const Source& source) {
  for (const bool standardize : {false, true}) {
    const Data<T> in_memory = loaded<T>(source("load"), standardize);
    const Data<T> mapped = loaded<T>(source("map"), standardize);
    check_equal(mapped.train, in_memory.train);
    check_equal(mapped.validation, in_memory.validation);
    check_equal(mapped.test, in_memory.test);
    CHECK(mapped.hash == in_memory.hash);
    CHECK(mapped.preprocessing == in_memory.preprocessing);
    CHECK(mapped.class_counts == in_memory.class_counts);
    CHECK(bytes_of(in_memory).mapped == 0);
    CHECK(bytes_of(mapped).mapped >= kRows * kColumns);
    CHECK(bytes_of(mapped).held < bytes_of(in_memory).held);
    CHECK(bytes_of(loaded<T>(source("auto"), standardize)).mapped == 0);
  }
}

std::string map_error(const Choice& source) {
  return message_of<InputError>([&] { loaded<float>(source, true); });
}

/// Writes without changing the size.
void overwrite(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
  const auto later = std::filesystem::last_write_time(path) + std::chrono::seconds(2);
  std::filesystem::last_write_time(path, later);
}

}  // namespace

TEMPLATE_TEST_CASE("mapped arrays are the same data as loaded ones", "", float, double) {
  const Folder folder;
  const auto check = [&](const std::string& type, const std::string& elements) {
    INFO(type);
    check_mapping<TestType>([&](const std::string& memory) {
      return npy_source(folder, npy_file(npy_header(type), elements), memory);
    });
  };
  check("<f4", bytes_of(numbers<float>(0.37)));
  check("<f8", bytes_of(numbers<double>(1.0 / 3)));
  check("|u1", bytes_of(numbers<std::uint8_t>(7)));
}

TEMPLATE_TEST_CASE("mapped images are the same data as loaded ones", "", float, double) {
  const Folder folder;
  check_mapping<TestType>([&](const std::string& memory) {
    return idx_source(folder, idx_file({40, 7, 10}, bytes_of(numbers<std::uint8_t>(7))), memory);
  });
}

TEST_CASE("a mapped autoencoder's targets are its inputs") {
  const Folder folder;
  Choice source =
      npy_source(folder, npy_file(npy_header("<f4"), bytes_of(numbers<float>(0.7))), "map");
  source.options["target"] = "input";
  const Data<float> data = loaded<float>(source, true, TargetKind::numbers);
  const Filled<float> filled = fill_all(data.train);
  CHECK(filled.x == filled.y);
  source.options["memory"] = "load";
  check_equal(data.train, loaded<float>(source, true, TargetKind::numbers).train);
}

TEST_CASE("a step on a mapped file allocates nothing, and what is wanted next changes nothing") {
  const Folder folder;
  const Data<float> data = loaded<float>(
      npy_source(folder, npy_file(npy_header("<f4"), bytes_of(numbers<float>(0.7))), "map"), true);
  const std::vector<Index> wanted = {5, 0, 5}, next = {1, 2, 30};
  std::vector<float> x(3 * kColumns), again(3 * kColumns);
  data.train.fill(wanted, {x.data(), kColumns, 3}, {}, {});
  const AllocationCount count;
  data.train.fill(wanted, {again.data(), kColumns, 3}, {}, {}, next);
  CHECK(count.since_start() == 0);
  CHECK(again == x);
}

TEST_CASE("what cannot be mapped is refused with the reason, and loaded where it may be") {
  const Folder folder;
  const std::string floats = bytes_of(numbers<float>(0.7));
  const auto refused = [&](const std::string& file, const std::string& reason) {
    mentions(map_error(npy_source(folder, file, "map")), folder.file("x.npy"));
    mentions(map_error(npy_source(folder, file, "map")), "cannot be mapped: " + reason);
    CHECK(loaded<float>(npy_source(folder, file, "auto"), true).train.size() == 32);
  };
  refused(gzip(npy_file(npy_header("<f4"), floats)), "is compressed");
  refused(npy_file(npy_header("<f4", "True"), floats), "is in Fortran order");
  refused(npy_file(npy_header("<i4"), floats), "holds whole numbers");
  const std::string images = idx_file({40, 7, 10}, bytes_of(numbers<std::uint8_t>(7)));
  mentions(map_error(idx_source(folder, gzip(images), "map")), "is compressed");
}

TEST_CASE("damage of a mapped file is found as that of a loaded one") {
  const Folder folder;
  const auto check = [&](const std::string& elements, const std::string& type,
                         const std::string& message) {
    for (const char* memory : {"load", "map"}) {
      mentions(map_error(npy_source(folder, npy_file(npy_header(type), elements), memory)),
               message);
    }
  };
  const std::string floats = bytes_of(numbers<float>(0.7));
  check(floats.substr(1), "<f4", "the header claims 11200 bytes, found 11199");
  check(floats + "x", "<f4", "more bytes than the header claims");
  auto values = numbers<double>(0.7);
  values[3 * kColumns + 2] = std::numeric_limits<double>::quiet_NaN();
  check(bytes_of(values), "<f8", "row 3, column 2 (from 0): expected a finite number");
  values[3 * kColumns + 2] = 1e300;
  const auto plain = [&](const std::string& memory) {
    return message_of<InputError>([&] {
      loaded<float>(npy_source(folder, npy_file(npy_header("<f8"), bytes_of(values)), memory),
                    false);
    });
  };
  mentions(plain("map"), "row 3: 1e+300 is too large for the element type");
  CHECK(plain("map") == plain("load"));
  const std::string images = idx_file({40, 7, 10}, bytes_of(numbers<std::uint8_t>(7)));
  mentions(map_error(idx_source(folder, images.substr(0, 100), "map")), "found 84");
}

TEST_CASE("a file that changes while it is mapped ends the run with its name") {
  const Folder folder;
  const std::string file = npy_file(npy_header("<f4"), bytes_of(numbers<float>(0.7)));
  const auto message = [&](const auto& change) {
    const Data<float> data = loaded<float>(npy_source(folder, file, "map"), true);
    change(folder.file("x.npy"));
    const std::vector<Index> wanted = {0};
    std::vector<float> x(kColumns);
    const auto fill = [&] { data.train.fill(wanted, {x.data(), kColumns, 1}, {}, {}); };
    return message_of<InputError>(fill);
  };
  const std::string shrunk =
      message([](const std::string& path) { std::filesystem::resize_file(path, 1000); });
  mentions(shrunk, folder.file("x.npy") + ": was changed while it was in use");
  mentions(shrunk, "found 1000");
  mentions(message([&](const std::string& path) { overwrite(path, file); }), "was changed");
}

TEST_CASE("a mapped file is gone where nobody holds it") {
  const Folder folder;
  CHECK_FALSE(MappedFile::is_possible(folder.file("none")));
  CHECK_FALSE(MappedFile::is_possible(folder.path().string()));
  CHECK_FALSE(MappedFile::is_possible(folder.write("empty", "")));
  mentions(message_of<InputError>([&] { MappedFile file(folder.file("none")); }),
           "none: cannot be mapped: No such file");
  const MappedFile file(folder.write("a", "abc"));
  CHECK(file.text() == "abc");
  file.fetch(1, 100);
  file.release(0, 3);
  CHECK(file.text() == "abc");
}
