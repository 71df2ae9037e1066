#include <functional>
#include <string>

#include "core/errors.hpp"
#include "data/csv.hpp"
#include "data/idx.hpp"
#include "data/npy.hpp"
#include "tests/allocations.hpp"
#include "tests/data/files.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

using Reader = std::function<void(const std::string&)>;

void csv(const std::string& path) { read_csv(path, {}); }
void idx(const std::string& path) { read_idx(path); }
void npy(const std::string& path) { read_npy(path); }

const std::string kCsv = "alpha,beta\r\n1.25,\"two\"\r\n-3,4e5\r\n";
const std::string kIdx = idx_file({3, 2, 2}, "abcdefghijkl");
const std::string kNpy = npy_file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
                                  bytes_of<float>({1, 2, 3}));

/// Every beginning of a file other than the whole is refused, naming the file.
void check_cuts(const Reader& read, const std::string& name, const std::string& bytes) {
  const clino::test::TemporaryFolder folder;
  read(folder.write(name, bytes));
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    INFO(name << " cut to " << length << " of " << bytes.size() << " bytes");
    const std::string path = folder.write(name, bytes.substr(0, length));
    mentions(message_of<InputError>([&] { read(path); }), path);
  }
}

/// Every change of one bit is read or refused, without a crash or a large allocation.
void check_flips(const Reader& read, const std::string& name, const std::string& bytes) {
  const clino::test::TemporaryFolder folder;
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const std::string path = folder.write(name, damaged);
    const AllocationCount count;
    try {
      read(path);
    } catch (const InputError& error) {
      mentions(error.what(), path);
    }
    CHECK(count.bytes_since_start() < (std::size_t{1} << 20U));
  }
}

/// What reading a damaged file allocates.
std::size_t bytes_to_refuse(const Reader& read, const std::string& path) {
  const AllocationCount count;
  message_of<InputError>([&] { read(path); });
  return count.bytes_since_start();
}

}  // namespace

TEST_CASE("a file cut at any byte is refused") {
  check_cuts(csv, "a.csv.gz", gzip(kCsv));
  check_cuts(idx, "a.idx", kIdx);
  check_cuts(idx, "a.idx.gz", gzip(kIdx));
  check_cuts(npy, "a.npy", kNpy);
  check_cuts(npy, "a.npy.gz", gzip(kNpy));
}

TEST_CASE("a file with any bit changed is read or refused") {
  check_flips(csv, "a.csv", kCsv);
  check_flips(csv, "a.csv.gz", gzip(kCsv));
  check_flips(idx, "a.idx", kIdx);
  check_flips(idx, "a.idx.gz", gzip(kIdx));
  check_flips(npy, "a.npy", kNpy);
}

TEST_CASE("what a header claims is not allocated before the bytes are there") {
  const clino::test::TemporaryFolder folder;
  const std::string content(std::size_t{1} << 20U, 'x');
  // Buffers of the reader, of zlib and of the file, and storage that doubles as it grows.
  constexpr std::size_t kSmall = std::size_t{1} << 19U;
  constexpr std::size_t kGrowth = 4;
  const std::string claim_idx = idx_file({60000, 28, 28000}, "");
  const std::string claim_npy =
      npy_file("{'descr': '<f8', 'fortran_order': True, 'shape': (1000000, 100000), }", "");

  for (const bool compressed : {false, true}) {
    const auto write = [&](const std::string& bytes) {
      return folder.write("a", compressed ? gzip(bytes) : bytes);
    };
    CHECK(bytes_to_refuse(idx, write(claim_idx)) < kSmall);
    CHECK(bytes_to_refuse(npy, write(claim_npy)) < kSmall);
    CHECK(bytes_to_refuse(idx, write(claim_idx + content)) < kSmall + kGrowth * content.size());
    CHECK(bytes_to_refuse(npy, write(claim_npy + content)) < kSmall + kGrowth * content.size());
  }
  const std::string long_header("\x93NUMPY\x02\0\xFF\xFF\xFF\x7F", 12);
  CHECK(bytes_to_refuse(npy, folder.write("a", long_header)) < kSmall);
}
