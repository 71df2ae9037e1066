#include "data/text.hpp"

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "tests/data/files.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

TEST_CASE("messages show 60 characters of a text, on one line") {
  CHECK(in_quotes("red") == "\"red\"");
  CHECK(in_quotes("") == "\"\"");
  CHECK(clipped("a\nb\r\tc\x1b[0m\x7f") == "a\\nb\\r\\tc\\x1b[0m\\x7f");
  CHECK(clipped(std::string(60, 'x')) == std::string(60, 'x'));
  CHECK(clipped(std::string(61, 'x')) == std::string(60, 'x') + "...");
  std::string euros, sixty;
  for (int i = 0; i < 100; ++i) euros += "\xE2\x82\xAC";
  for (int i = 0; i < 60; ++i) sixty += "\xE2\x82\xAC";
  CHECK(clipped(euros) == sixty + "...");
  CHECK(first_names({"a", "b\n"}) == "a, b\\n");
  CHECK(first_names(std::vector<std::string>(21, "a")).ends_with("a, a, ..."));
}

TEST_CASE("no message repeats a huge cell", "[slow]") {
  const clino::test::TemporaryFolder folder;
  const std::string huge = "two\nlines" + std::string(5000000, 'x'), cell = '"' + huge + '"';
  const auto error = [&](const std::string& text, TargetKind target, const OptionValue& column) {
    const Choice source = {"csv", {{"path", folder.write("a.csv", text)}, {"target", column}}};
    const DataRequest request{.source = source, .validation_fraction = 0, .target = target};
    return message_of<Error>([&] { load_data<float>(request); });
  };
  const OptionValue last = std::int64_t{-1};
  const std::string messages[] = {
      error("a,y\n" + cell + ",1\n", TargetKind::numbers, last),
      error("a,y\n1," + cell + "\n", TargetKind::numbers, last),
      error("a,y\n1," + cell + "\n2,b\n3,c\n", TargetKind::binary, last),
      error(cell + ",y\nred,1\n", TargetKind::numbers, last),
      error(cell + "," + cell + "\n1,1\n", TargetKind::numbers, last),
      error(cell + ",y\n1,1\n", TargetKind::numbers, std::string("z")),
      error("a,y\n1,1\n", TargetKind::numbers, huge),
      error("a,y\n1," + cell + "\n2,3.5\n", TargetKind::classes, std::string(huge))};
  for (const std::string& message : messages) {
    CHECK(message.size() < 600);
    CHECK(message.find("two\\nlines") != std::string::npos);
  }
}

TEST_CASE("a bad target is reported with the file of the targets") {
  const clino::test::TemporaryFolder folder;
  const auto array = [&](const char* name, const std::vector<double>& values) {
    const std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1)}";
    return folder.write(name, npy_file(header, bytes_of(values)));
  };
  const auto error = [&](const std::vector<double>& targets, TargetKind target) {
    const Choice source = {
        "npy", {{"inputs", array("x.npy", {1, 2})}, {"targets", array("y.npy", targets)}}};
    const DataRequest request{.source = source, .validation_fraction = 0, .target = target};
    return message_of<Error>([&] { load_data<float>(request); });
  };
  mentions(error({1, 0.5}, TargetKind::classes), "y.npy, row 1: expected a class");
  mentions(error({1, 1}, TargetKind::classes), "y.npy: expected at least two classes");
  mentions(error({1, 1e300}, TargetKind::numbers), "y.npy, row 1: 1e+300 is too large");
}
