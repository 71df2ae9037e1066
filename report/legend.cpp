#include "report/legend.hpp"

namespace clino::report {

void write_legend(Html& html, const std::vector<LegendEntry>& entries) {
  html.open("ul", {{"class", "legend"}});
  for (const LegendEntry& entry : entries) {
    html.open("li").leaf("span", {{"class", entry.sample}}, "").text(" " + entry.text).close();
  }
  html.close();
}

}  // namespace clino::report
