#include "tests/browser/axe.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace clino::test {
namespace {

const char* axe_path() { return std::getenv("CLINO_AXE_CORE"); }

/// Run in the page: only what is serious, in words.
constexpr const char* kRun = R"(
axe.run(document, {resultTypes: ['violations']}).then(result => result.violations
  .filter(rule => rule.impact === 'serious' || rule.impact === 'critical')
  .flatMap(rule => rule.nodes.map(node => rule.id + ' at ' + node.target + ': ' + node.failureSummary)))
)";

}  // namespace

bool has_axe() {
  if (axe_path() != nullptr) return true;
  std::cout << "skipped: CLINO_AXE_CORE names no axe.min.js (scripts/fetch_axe.sh fetches it)\n";
  return false;
}

std::vector<std::string> serious_problems(Tab& tab) {
  std::ifstream file(axe_path(), std::ios::binary);
  if (!file) throw std::runtime_error(std::string("CLINO_AXE_CORE: cannot read ") + axe_path());
  const std::string axe((std::istreambuf_iterator<char>(file)), {});
  tab.evaluate(axe + "; null");
  return tab.evaluate(kRun).get<std::vector<std::string>>();
}

}  // namespace clino::test
