#include "data/numbers.hpp"

#include <clocale>
#include <cmath>
#include <limits>
#include <locale>
#include <string>

#include "tests/catch.hpp"

using namespace clino;

namespace {

void check_readings() {
  CHECK(parse_number("1.5") == 1.5);
  CHECK(parse_number("+1.5") == 1.5);
  CHECK(parse_number("  -2.25e-3\t") == -0.00225);
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("5.") == 5.0);
  CHECK(parse_number("1E3") == 1000.0);
  CHECK(parse_number("1,5") == std::nullopt);
  CHECK(parse_number("1.000,5") == std::nullopt);
}

/// A locale with the comma as decimal point, on a machine that has none installed.
struct CommaPoint : std::numpunct<char> {
  char do_decimal_point() const override { return ','; }
  char do_thousands_sep() const override { return '.'; }
};

}  // namespace

TEST_CASE("numbers are read in every spelling that csv files use") { check_readings(); }

TEST_CASE("what is not a decimal number is not read as one") {
  for (const char* text : {"", " ", "abc", "1.5x", "1 2", "0x10", "--1", "++1", "+-1", "-+1", "+",
                           "-", ".", "e5", "1e", "1e+", "1_000",
                           "\xC2\xA0"
                           "1"}) {
    INFO(text);
    CHECK(parse_number(text) == std::nullopt);
  }
}

TEST_CASE("numbers are correctly rounded") {
  // Halfway cases and extremes, whose nearest doubles are known from their bits.
  CHECK(parse_number("9007199254740993") == 9007199254740992.0);  // 2^53 + 1: to even
  CHECK(parse_number("9007199254740993.00000000001") == 9007199254740994.0);
  CHECK(parse_number("1.00000000000000011102230246251565404236316680908203125") == 1.0);
  CHECK(parse_number("1.00000000000000011102230246251565404236316680908203126") ==
        1.0 + std::numeric_limits<double>::epsilon());
  CHECK(parse_number("2.2250738585072011e-308") == 0x0.fffffffffffffp-1022);
  CHECK(parse_number("4.9406564584124654e-324") == 0x1p-1074);
  CHECK(parse_number("1.7976931348623157e308") == std::numeric_limits<double>::max());
}

TEST_CASE("overflow and underflow are told apart") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  CHECK(parse_number("1e999") == kInfinity);
  CHECK(parse_number("-1e999") == -kInfinity);
  CHECK(parse_number("+1e+999") == kInfinity);
  CHECK(parse_number(std::string(400, '9')) == kInfinity);
  CHECK(parse_number("1e99999999999999999999") == kInfinity);
  CHECK(parse_number("1e-999") == 0.0);
  CHECK(parse_number("1e-99999999999999999999") == 0.0);
  CHECK(parse_number("0." + std::string(400, '0') + "1") == 0.0);
  CHECK(parse_number("0." + std::string(400, '0') + "1e10") == 0.0);
  CHECK(parse_number("0." + std::string(10, '0') + "1e999") == kInfinity);
  CHECK(std::signbit(*parse_number("-1e-999")));
  CHECK(parse_number("0e999") == 0.0);
  CHECK(std::isnan(*parse_number("nan")));
  CHECK(parse_number("-inf") == -kInfinity);
}

TEST_CASE("whole numbers are those that a double carries exactly") {
  CHECK(parse_whole("7") == 7);
  CHECK(parse_whole("007") == 7);
  CHECK(parse_whole("-3.0") == -3);
  CHECK(parse_whole("1e3") == 1000);
  CHECK(parse_whole("9007199254740992") == 9007199254740992);
  CHECK(parse_whole("1e16") == std::nullopt);
  CHECK(parse_whole("1.5") == std::nullopt);
  CHECK(parse_whole("nan") == std::nullopt);
  CHECK(parse_whole("inf") == std::nullopt);
  CHECK(parse_whole("red") == std::nullopt);
}

TEST_CASE("numbers are read alike in any locale") {
  const std::locale previous = std::locale::global(std::locale(std::locale(), new CommaPoint));
  check_readings();
  CHECK(number_text(1234567.5) == "1234567.5");
  std::locale::global(previous);
  // The C library's locale as well, where a German one is installed.
  for (const char* name : {"de_DE.UTF-8", "de_DE"}) {
    if (std::setlocale(LC_ALL, name) != nullptr) check_readings();
  }
  std::setlocale(LC_ALL, "C");
}
