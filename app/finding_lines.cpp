#include "app/finding_lines.hpp"

#include "report/text_fields.hpp"

namespace clino::app {

namespace {

constexpr std::size_t kMost = 3, kColumns = 80, kIndent = 11;

}  // namespace

std::string finding_lines(const std::vector<Diagnosis>& findings) {
  std::string lines;
  std::size_t grave = 0;
  for (const Diagnosis& finding : findings) {
    if (finding.severity == Diagnosis::Severity::note || ++grave > kMost) continue;
    lines += report::left_field(std::string(to_text(finding.severity)) + ":", kIndent) +
             report::wrapped(finding.text, kColumns, kIndent) + '\n';
  }
  if (grave > kMost) {
    lines += std::string(kIndent, ' ') + "and " + std::to_string(grave - kMost) + " more\n";
  }
  return lines;
}

}  // namespace clino::app
