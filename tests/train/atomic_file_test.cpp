#include "train/atomic_file.hpp"

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/file_size_limit.hpp"
#include "tests/temporary_folder.hpp"

namespace clino::test {
namespace {

std::size_t files_in(const TemporaryFolder& folder) {
  const auto files = std::filesystem::directory_iterator(folder.path());
  return static_cast<std::size_t>(std::distance(begin(files), end(files)));
}

TEST_CASE("a file is written whole and replaced whole") {
  const TemporaryFolder folder;
  const std::string path = folder.file("weights");
  for (const std::string& content : {std::string("first"), std::string(),
                                     std::string("a\0b\n\xff", 5), std::string(300000, 'x')}) {
    write_atomically(path, content);
    CHECK(read_file(path) == content);
    CHECK(files_in(folder) == 1);
  }
}

TEST_CASE("a full disk is an error and leaves the old file") {
  const TemporaryFolder folder;
  const std::string path = folder.file("weights");
  write_atomically(path, "old");
  std::string message;
  {
    const FileSizeLimit limit(1000);
    try {
      write_atomically(path, std::string(5000, 'x'));
    } catch (const InputError& error) {
      message = error.what();
    }
  }
  CHECK(message.find(path + ": cannot write: ") == 0);
  CHECK(read_file(path) == "old");
  CHECK(files_in(folder) == 1);
}

TEST_CASE("what cannot be written or read is named") {
  const TemporaryFolder folder;
  const auto message = [](const auto& action) {
    try {
      action();
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  const std::string missing = folder.file("no/such");
  CHECK(message([&] { write_atomically(missing, "x"); }) ==
        missing + ": cannot write: No such file or directory");
  CHECK(message([&] { read_file(missing); }) ==
        missing + ": cannot read: No such file or directory");
  const std::string itself = folder.path().string();
  CHECK(message([&] { read_file(itself); }) == itself + ": cannot read: Is a directory");
  CHECK(message([&] { write_atomically(itself, "x"); }).find(itself + ": cannot replace: ") == 0);
}

}  // namespace
}  // namespace clino::test
