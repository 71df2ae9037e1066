#include "tests/browser/axe.hpp"

#include "tests/browser/page.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

std::size_t planted(const std::string& body, const std::string& rule) {
  Opened page(body);
  std::size_t count = 0;
  for (const std::string& problem : serious_problems(page.tab)) {
    INFO(problem);
    CHECK(problem.starts_with(rule));
    ++count;
  }
  return count;
}

TEST_CASE("axe-core finds what is planted", "[accessibility]") {
  if (!has_axe()) return;
  CHECK(planted("<main><h1>A heading</h1><p>text</p></main>", "") == 0);
  CHECK(planted("<main><h1>A heading</h1><img src=\"data:,\"></main>", "image-alt") == 1);
  CHECK(
      planted("<main><h1>A heading</h1><p style=\"color: #aaa; background: #fff\">pale</p></main>",
              "color-contrast") == 1);
  CHECK(planted("<main><h1>A heading</h1><button></button><input></main>", "") == 2);
}

}  // namespace
}  // namespace clino::test
