#include "data/csv.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/errors.hpp"
#include "tests/data/files.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

using Rows = std::vector<std::vector<std::string>>;

/// Scans a text that arrives `step` characters at a time.
Rows scan(const std::string& text, char delimiter = ',', std::size_t step = 1) {
  std::size_t at = 0;
  CsvScanner scanner(
      [&](std::span<char> buffer) {
        const std::size_t count = std::min({step, text.size() - at, buffer.size()});
        std::copy_n(text.data() + at, count, buffer.data());
        at += count;
        return count;
      },
      "text", delimiter);
  Rows rows;
  CsvRow row;
  while (scanner.next(row)) {
    rows.emplace_back();
    for (Index i = 0; i < row.size(); ++i) rows.back().emplace_back(row[i]);
  }
  return rows;
}

}  // namespace

TEST_CASE("csv rows are split into fields") {
  const Rows expected = {{"a", "b"}, {"1", "2"}};
  CHECK(scan("a,b\n1,2\n") == expected);
  CHECK(scan("a,b\n1,2") == expected);
  CHECK(scan("a,b\r\n1,2\r\n") == expected);
  CHECK(scan("a,b\r1,2\r") == expected);
  CHECK(scan(" a ,\tb\n1 , 2 \n") == expected);
  CHECK(scan("\n\na,b\n \n1,2\n\n\n") == expected);
  CHECK(scan("a;b\n1;2\n", ';') == expected);
  CHECK(scan("a\tb\n1\t2\n", '\t') == expected);
  CHECK(scan("a b\n1 2\n", ' ') == expected);
  CHECK(scan("").empty());
  CHECK(scan(",\n,,\n") == Rows{{"", ""}, {"", "", ""}});
}

TEST_CASE("quoted fields keep delimiters, line breaks, blanks and quotes") {
  CHECK(scan("\"a,b\",\"c\"\"d\"\n") == Rows{{"a,b", "c\"d"}});
  CHECK(scan("\"two\nlines\",2\r\n") == Rows{{"two\nlines", "2"}});
  CHECK(scan("\" a \" , \"\"\n") == Rows{{" a ", ""}});
  CHECK(scan("5\" disk,1\n") == Rows{{"5\" disk", "1"}});
}

TEST_CASE("a quoted empty field alone is a row, a blank line is none") {
  CHECK(scan("a\n\"\"\n\n \n \"\" \nb\n") == Rows{{"a"}, {""}, {""}, {"b"}});
  CHECK(scan("\"\"") == Rows{{""}});
}

TEST_CASE("text that is not UTF-8 is refused by line and column") {
  const Rows good = {
      {"gr\xC3\xBC\xC3\x9F", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}};
  CHECK(scan("gr\xC3\xBC\xC3\x9F,\xE2\x82\xAC,\xF0\x9F\x98\x80,\xF4\x8F\xBF\xBF\n") == good);
  // Latin-1, a character cut short by the end or the delimiter, a lone continuation, overlong
  // forms, a surrogate, beyond U+10FFFF.
  for (const char* bad : {"gr\xFC\xDF", "\xC3", "\xE2\x82", "\xAC", "\xC0\xAF", "\xE0\x80\xAF",
                          "\xF0\x80\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF"}) {
    mentions(message_of<InputError>([&] { scan("a,b\n1,2\n1," + std::string(bad) + "\n"); }),
             "text, line 3, column 2: not valid UTF-8");
    mentions(message_of<InputError>([&] { scan(std::string(bad) + ",b\n1,2\n"); }),
             "text, line 1, column 1: not valid UTF-8");
  }
}

TEST_CASE("a byte order mark is no part of the first field") {
  CHECK(scan("\xEF\xBB\xBF"
             "a,b\n",
             ',', 100) == Rows{{"a", "b"}});
}

TEST_CASE("how the characters arrive does not matter") {
  const std::string text = "a,\"b\"\"c\"\r\n1,\"x\r\ny\"\r\n\r\n2,3";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    CHECK(scan(text, ',', step) == scan(text, ',', text.size()));
  }
}

TEST_CASE("damaged quotes and zero bytes are refused with their line") {
  mentions(message_of<InputError>([] { scan("a,b\n\"1,2\n3,4\n"); }), "line 2: a quote");
  mentions(message_of<InputError>([] { scan("a,b\n1,2\n\"3\"x,4\n"); }), "line 3: text after");
  mentions(message_of<InputError>([] { scan(std::string("a,b\n1,\0\n", 8)); }), "line 2: a zero");
}

TEST_CASE("lines are counted over blank lines, quotes and every line end") {
  const clino::test::TemporaryFolder folder;
  const std::string path =
      folder.write("a.csv", "skipped \"line\n\na,b\r\n\n1,\"x\ny\"\r2,3\n\n4,5\n");
  const CsvTable table = read_csv(path, {.skip_rows = 1});
  CHECK(table.names == std::vector<std::string>{"a", "b"});
  CHECK(table.lines == std::vector<Index>{5, 7, 9});
  CHECK(table.row(0)[1] == "x\ny");
  CHECK(table.row(2)[0] == "4");
  CHECK(table.find("b") == 1);
  CHECK(table.find("c") == -1);
}

TEST_CASE("tables that are no tables are refused") {
  const clino::test::TemporaryFolder folder;
  const auto error = [&](const std::string& text, CsvFormat format = {}) {
    const std::string path = folder.write("a.csv", text);
    return message_of<InputError>([&] { read_csv(path, format); });
  };
  mentions(error("a,b\n1,2\n\n1,2,3\n"), "a.csv, line 4: expected 2 fields, found 3");
  mentions(error("a,b\n1\n"), "line 2: expected 2 fields, found 1");
  mentions(error("1,2\n3\n", {.header = false}), "line 2: expected 2 fields, found 1");
  mentions(error("a,b,a\n1,2,3\n"), "two columns are named \"a\"");
  mentions(error("a,b\n"), "no rows");
  mentions(error(""), "no rows");
  mentions(error("a,b\n1,2\n", {.skip_rows = 1000000000000}), "no rows");
  mentions(message_of<InputError>([&] { read_csv(folder.file("none.csv"), {}); }),
           "none.csv: cannot be opened: No such file");
  mentions(message_of<InputError>([&] { read_csv(folder.file(""), {}); }), "is a directory");
}

TEST_CASE("a compressed table is the table, in one member or several, whatever its name") {
  const clino::test::TemporaryFolder folder;
  const std::string text = "a,b\n1,2\n3,4\n";
  const CsvTable plain = read_csv(folder.write("a.csv", text), {});
  const std::string two = gzip(text.substr(0, 6)) + gzip(text.substr(6));
  for (const std::string& bytes : {gzip(text), two}) {
    for (const char* name : {"b.csv.gz", "b.csv"}) {
      const CsvTable table = read_csv(folder.write(name, bytes), {});
      CHECK(table.text == plain.text);
      CHECK(table.ends == plain.ends);
    }
  }
  mentions(message_of<InputError>([&] { read_csv(folder.write("c.csv.gz", text), {}); }),
           "not a gzip file");
}

TEST_CASE("a large table arrives whole over the borders of the chunks") {
  const clino::test::TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 60000; ++i) text += std::to_string(i) + "," + std::to_string(i * 7) + "\r\n";
  for (const std::string& bytes : {text, gzip(text)}) {
    const CsvTable table = read_csv(folder.write("a.csv", bytes), {.header = false});
    REQUIRE(table.rows() == 60000);
    bool good = true;
    for (Index r = 0; r < table.rows(); ++r) {
      good = good && table.row(r)[0] == std::to_string(r) && table.row(r).line == r + 1 &&
             table.row(r)[1] == std::to_string(r * 7);
    }
    CHECK(good);
  }
}
