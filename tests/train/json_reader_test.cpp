#include "train/json_reader.hpp"

#include <cmath>
#include <limits>

#include "tests/catch.hpp"

using namespace clino;

namespace {

JsonValue read_good(const std::string& text) {
  JsonReading reading = read_json(text, "f");
  CAPTURE(text);
  for (const Finding& finding : reading.findings) UNSCOPED_INFO(to_text(finding));
  REQUIRE(reading.findings.empty());
  return *reading.root;
}

// The only finding, `where: pointer: message`.
std::string syntax_finding(const std::string& text) {
  const JsonReading reading = read_json(text, "f");
  CAPTURE(text);
  REQUIRE(reading.findings.size() == 1);
  return to_text(reading.findings[0]);
}

}  // namespace

TEST_CASE("Values and keys know their places") {
  const JsonValue root = read_good(
      "// first\n"
      "{ \"a\" : 1, /* two\n"
      " lines */ \"b\":[true ,null,\n"
      "-2.5],\"c\": {\"\\\"d\": \"é\", \"e\":\"x\"} }  // last");
  CHECK(root.where == "f:2:1");
  CHECK(root.members[0].where == "f:2:3");
  CHECK(root.find("a")->where == "f:2:9");
  CHECK(root.members[1].where == "f:3:11");
  CHECK(root.find("b")->where == "f:3:15");
  CHECK(root.find("b")->items[0].where == "f:3:16");
  CHECK(root.find("b")->items[1].where == "f:3:22");
  CHECK(root.find("b")->items[2].where == "f:4:1");
  CHECK(root.find("c")->find("\"d")->where == "f:4:20");
  // A column is a character, not a byte.
  CHECK(root.find("c")->find("e")->where == "f:4:29");
}

TEST_CASE("A number's end does not shift what follows") {
  for (const std::string number : {"7", "-7", "1e5", "12.5e-3"}) {
    const std::string column = std::to_string(number.size() + 12);
    CHECK(read_good("[" + number + "/**/,/**/ 8]").items[1].where == "f:1:" + column);
    CHECK(read_good("[" + number + ",         8]").items[1].where == "f:1:" + column);
    CHECK(read_good(number).where == "f:1:1");
  }
  const JsonValue nested = read_good("[[1],{\"a\":2},3]");
  CHECK(nested.items[1].where == "f:1:6");
  CHECK(nested.items[2].where == "f:1:14");
}

TEST_CASE("Scalars keep their type") {
  CHECK(read_good("null").is_null());
  CHECK(read_good("true").scalar == OptionValue(true));
  CHECK(read_good("3").scalar == OptionValue(std::int64_t{3}));
  CHECK(read_good("3.0").scalar == OptionValue(3.0));
  CHECK(*read_good("\"a\\u00e9\"").text() == "aé");
  CHECK(read_good("\xEF\xBB\xBF\"mark\"").where == "f:1:1");
}

TEST_CASE("Whole numbers are never wrapped or cut") {
  const std::int64_t largest = std::numeric_limits<std::int64_t>::max();
  CHECK(read_good("99999999999").scalar == OptionValue(std::int64_t{99999999999}));
  CHECK(read_good("-1").scalar == OptionValue(std::int64_t{-1}));
  CHECK(read_good(std::to_string(largest)).scalar == OptionValue(largest));
  CHECK(read_good("9223372036854775808").scalar == OptionValue(9223372036854775808.0));
  CHECK(read_good("100000000000000000000").scalar == OptionValue(1e20));
  CHECK(read_good("-100000000000000000000").scalar == OptionValue(-1e20));
  const double negative_zero = std::get<double>(read_good("-0.0").scalar);
  CHECK(std::signbit(negative_zero));
}

TEST_CASE("A key given twice is found in each object by itself") {
  CHECK(syntax_finding("{\"a\": 1,\n \"a\": 2}") == "f:2:2: /a: key given twice; expected it once");
  CHECK(syntax_finding("[0, {\"x/y\": {\"~\": 1, \"\\u007e\": [{}]}}]") ==
        "f:1:22: /1/x~1y/~0: key given twice; expected it once");
  read_good("{\"a\": {\"a\": {\"a\": []}}, \"b\": [{\"a\": 1}, {\"a\": 1}]}");
}

TEST_CASE("All keys given twice are found in one reading") {
  const JsonReading reading = read_json(R"({"a": 1, "a": {"b": 1, "b": 2}, "c": 1, "c": 2})", "f");
  CHECK(reading.findings.size() == 3);
  CHECK(reading.root->members.size() == 2);
}

TEST_CASE("Syntax errors are told in words about the text") {
  CHECK(syntax_finding("") == "f:1:1: the text ends too early; expected a value");
  CHECK(syntax_finding("{\"a\": 1") == "f:1:8: the text ends too early; expected a comma or '}'");
  CHECK(syntax_finding("{\"a\": 1,}") == "f:1:9: unexpected '}' after a comma; expected a key");
  CHECK(syntax_finding("{\"a\": 1\n \"b\": 2}") ==
        "f:2:2: unexpected string literal; expected a comma or '}'");
  CHECK(syntax_finding("[1,,2]") == "f:1:4: unexpected ','; expected a value");
  CHECK(syntax_finding("[1,]") == "f:1:4: unexpected ']'; expected a value");
  CHECK(syntax_finding("[1 2]") == "f:1:4: unexpected number literal; expected a comma or ']'");
  CHECK(syntax_finding("{a: 1}") ==
        "f:1:2: unknown word; expected true, false, null, a number or \"text\"");
  CHECK(syntax_finding("{\"a\" 1}") == "f:1:6: unexpected number literal; expected ':'");
  CHECK(syntax_finding("[NaN]").find("f:1:2: unknown word") == 0);
  CHECK(syntax_finding("[01]").find("f:1:") == 0);
  CHECK(syntax_finding("{} {}") == "f:1:4: unexpected '{'; expected end of input");
  CHECK(syntax_finding("{\n/* open").find("f:2:1: invalid comment") == 0);
  CHECK(syntax_finding("[\"open]").find("f:1:2: invalid string: missing closing quote") == 0);
  CHECK(syntax_finding("[\"a\nb\"]").find("f:1:2: invalid string: control character") == 0);
}

TEST_CASE("A message stays free of the parser's own words") {
  for (const std::string text : {"", "{", "[1,]", "tru", "1e999", "\"\\x\"", "[\"\xff\"]", "1.e"}) {
    const std::string message = syntax_finding(text);
    CAPTURE(message);
    CHECK(message.find("json.exception") == std::string::npos);
    CHECK(message.find("last read") == std::string::npos);
    CHECK(message.find("while parsing") == std::string::npos);
  }
}

TEST_CASE("Numbers beyond double and bytes that are no UTF-8 are refused where they stand") {
  CHECK(syntax_finding("[1, 1e999]").find("f:1:5: number overflow") == 0);
  CHECK(syntax_finding("[1, -1e999]").find("f:1:5: number overflow") == 0);
  CHECK(syntax_finding("[1, \"\xff\"]").find("f:1:5: invalid string: ill-formed UTF-8") == 0);
  CHECK(syntax_finding("[\"\\ud800\"]").find("f:1:2: invalid string: surrogate") == 0);
}

TEST_CASE("Numbers too small for a double are refused, zeros and the smallest double are not") {
  CHECK(syntax_finding("[1, {\"a\": 1e-400}]") ==
        "f:1:11: /1/a: number too small: 1e-400 would be read as 0; expected 0, or 5e-324 and "
        "above");
  CHECK(syntax_finding("-0.1e-99999999999999999999").find("f:1:1: number too small") == 0);
  CHECK(read_good("5e-324").scalar == OptionValue(5e-324));
  for (const std::string zero : {"0.0", "0e5", "-0.000", "0e-99999999999999999999"}) {
    CHECK(std::get<double>(read_good(zero).scalar) == 0);
  }
}

TEST_CASE("A number that a double rounds to a whole one keeps its text") {
  for (const std::string rounded :
       {"9007199254740992.5", "9007199254740993.0", "-3.00000000000000001",
        "0.99999999999999999999", "10000000000000000.01e-16"}) {
    CAPTURE(rounded);
    CHECK(read_good(rounded).rounded_from == rounded);
    CHECK(brief_text(read_good(rounded)) == rounded);
  }
  for (const std::string exact : {"1.0", "-1.50e1", "100e-2", "1E+3", "9007199254740992.0", "0.5",
                                  "0.00000000000000000000000000001e29", "0.1", "1e300", "-0.0"}) {
    CAPTURE(exact);
    CHECK(read_good(exact).rounded_from.empty());
  }
}

TEST_CASE("Nesting is limited, however deep it goes") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  read_good(nested(kDeepestNesting));
  CHECK(syntax_finding(nested(kDeepestNesting + 1)) ==
        "f:1:101: nested too deep; expected at most 100 levels");
  CHECK(syntax_finding(nested(100000)).find("nested too deep") != std::string::npos);
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += "{\"a\":";
  CHECK(syntax_finding(objects).find("nested too deep") != std::string::npos);
  CHECK(syntax_finding(std::string(100000, '[')).find("nested too deep") != std::string::npos);
}

TEST_CASE("An argument is a value without comments, in one place") {
  CHECK(read_json_argument("[1]", "here").root->items[0].where == "here");
  CHECK_FALSE(read_json_argument("1 // one", "here").root.has_value());
  CHECK_FALSE(read_json_argument("tanh", "here").root.has_value());
  CHECK_FALSE(read_json_argument("", "here").root.has_value());
}

TEST_CASE("What is written reads back the same") {
  const std::string text =
      R"({"a": [1, 2.5, -0.0, 0.1, 1e-300, true, null], "b": {"c": "é\n\"\\", "d": {}}, "e": []})";
  const JsonValue once = read_good(text);
  const std::string written = write_json(once);
  CHECK(write_json(read_good(written)) == written);
  CHECK(once.find("a")->items[4].scalar == read_good(written).find("a")->items[4].scalar);
  CHECK(*read_good(written).find("b")->find("c")->text() == "é\n\"\\");
  CHECK(written.find("\n  \"a\": [1, 2.5, -0.0, 0.1, 1e-300, true, null],\n") != std::string::npos);
}

TEST_CASE("Long values are cut in messages, between characters") {
  const JsonValue value = read_good("\"" + std::string(58, 'x') + "ééé\"");
  const std::string brief = brief_text(value);
  CHECK(brief == "\"" + std::string(58, 'x') + "...");
}
