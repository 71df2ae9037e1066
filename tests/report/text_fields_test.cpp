#include "report/text_fields.hpp"

#include <sstream>

#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"

namespace clino::report {
namespace {

TEST_CASE("fields have a blank to their neighbour and cut whole characters") {
  CHECK(left_field("abc", 5) == "abc  ");
  CHECK(left_field("abcdefgh", 6) == "abc.. ");
  CHECK(right_field("abcdefgh", 6) == " abc..");
  CHECK(right_field("", 3) == "   ");
  CHECK(left_field("größe", 6) == "größe ");
  CHECK(left_field("größen", 6) == "grö.. ");
}

TEST_CASE("no name can move a terminal's cursor") {
  for (const std::string& name : test::hostile_strings()) {
    const std::string field = left_field(name, 12);
    CHECK(columns_of(field) == 12);
    for (const char c : field) CHECK((static_cast<unsigned char>(c) >= 0x20 && c != 0x7F));
  }
}

TEST_CASE("text is broken at blanks, and every line but the first is indented") {
  CHECK(wrapped("one two three", 80, 4) == "one two three");
  CHECK(wrapped("one two three", 10, 2) == "one two\n  three");
  CHECK(wrapped("one two three", 9, 2) == "one two\n  three");
  CHECK(wrapped("one two three", 8, 2) == "one\n  two\n  three");
  CHECK(wrapped("one twotwotwotwo three", 8, 2) == "one\n  twotwotwotwo\n  three");
  CHECK(wrapped("", 8, 2).empty());
  std::istringstream lines("   " +
                           wrapped("a bb ccc dddd eeeee ffffff g hh iii jjjj kkkkk", 11, 3));
  for (std::string line; std::getline(lines, line);) CHECK(columns_of(line) <= 11);
}

}  // namespace
}  // namespace clino::report
