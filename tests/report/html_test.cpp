#include "report/html.hpp"

#include "report/base64.hpp"
#include "report/number_text.hpp"
#include "tests/catch.hpp"
#include "tests/report/hostile.hpp"
#include "tests/report/markup.hpp"

using namespace clino;
using namespace clino::report;

TEST_CASE("text that is harmless stays as it is") {
  for (const std::string text :
       {"two-spirals", "Größe ∂L/∂W 数 𝄞", "a\tb\nc", "\xEF\xBF\xBD", ""}) {
    CHECK(cleaned(text) == text);
  }
}

TEST_CASE("what cannot stand in a page becomes U+FFFD") {
  const std::string bad = "\xEF\xBF\xBD";
  CHECK(cleaned(std::string("a\0b", 3)) == "a" + bad + "b");
  CHECK(cleaned("\x1B[2J") == bad + "[2J");
  CHECK(cleaned("\x7F") == bad);
  CHECK(cleaned("\xC2\x85") == bad);
  CHECK(cleaned("\xC0\xAF") == bad + bad);
  CHECK(cleaned("\xED\xA0\x80") == bad + bad + bad);
  CHECK(cleaned("\xF4\x90\x80\x80") == bad + bad + bad + bad);
  CHECK(cleaned("x\xE2\x82") == "x" + bad + bad);
  for (const std::string mark :
       {"\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x80\x8F", "\xD8\x9C", "\xE2\x80\xA8"}) {
    CHECK(cleaned(mark + "x") == bad + "x");
  }
}

TEST_CASE("what is escaped reads back, in content and in attributes") {
  for (const std::string& text : test::hostile_strings()) {
    INFO(text);
    Html html;
    html.raw("<!DOCTYPE html>\n").leaf("p", {{"title", text}}, text);
    const std::vector<test::Element> elements = test::read_markup(html.markup());
    REQUIRE(elements.size() == 1);
    CHECK(elements[0].text == cleaned(text));
    CHECK(elements[0].attributes.at("title") == cleaned(text));
  }
}

TEST_CASE("an element that is left open is found out") {
  Html html;
  html.open("p");
  CHECK_THROWS_AS(html.markup(), std::logic_error);
  html.close();
  CHECK(html.markup() == "<p></p>");
  CHECK_THROWS_AS(html.close(), std::logic_error);
}

TEST_CASE("texts are shortened by characters") {
  CHECK(shortened("äöü", 3) == "äöü");
  CHECK(shortened("äöüß", 3) == "äö…");
  CHECK(shortened("", 3) == "");
}

TEST_CASE("base64 as RFC 4648 has it") {
  const auto of = [](const std::string& text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  CHECK(of("") == "");
  CHECK(of("f") == "Zg==");
  CHECK(of("fo") == "Zm8=");
  CHECK(of("foo") == "Zm9v");
  CHECK(of("foob") == "Zm9vYg==");
  CHECK(of("fooba") == "Zm9vYmE=");
  CHECK(of("foobar") == "Zm9vYmFy");
  // 1.0 is 3FF0000000000000, its least byte first
  CHECK(base64(std::vector<double>{1}) == "AAAAAAAA8D8=");
  CHECK(base64_of_hexadecimal("666f6f62") == "Zm9vYg==");
}

TEST_CASE("numbers have four digits") {
  CHECK(number_text(0) == "0");
  CHECK(number_text(-0.0) == "0");
  CHECK(number_text(1) == "1");
  CHECK(number_text(0.25) == "0.25");
  CHECK(number_text(0.00039136) == "0.0003914");
  CHECK(number_text(3.9126e-14) == "3.913e-14");
  CHECK(number_text(-12345.6) == "-12346");
  CHECK(number_text(1e6) == "1e6");
  CHECK(number_text(1.7976931348623157e308) == "1.798e308");
  CHECK(number_text(5e-324) == "4.941e-324");
  CHECK(number_text(std::nan("")) == "nan");
  CHECK(number_text(-INFINITY) == "-inf");
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1234567) == "1,234,567");
  CHECK(percent_text(0.98333) == "98.3 %");
  CHECK(duration_text(0.074) == "0.07 s");
  CHECK(duration_text(200) == "3 min 20 s");
  CHECK(duration_text(7500) == "2 h 5 min");
  CHECK(coordinate(1.0 / 3) == "0.33");
  CHECK(coordinate(-0.001) == "0");
}
