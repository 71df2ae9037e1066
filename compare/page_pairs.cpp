#include <algorithm>

#include "compare/page_parts.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;
using statistics::Scale;

constexpr std::size_t kMostVariations = 20;

/// How a cell looks: by colour, and by a sign for whoever does not see it.
struct Look {
  std::string_view color, sign, words;
};

Look look_of(const Against& found, std::size_t i) {
  if (!found.pair->told_apart) return {"untold", "", ", not told apart"};
  if (!found.pair->better) return {"told", "≠ ", ", told apart"};
  return *found.pair->better == i ? Look{"told better", "▲ ", ", better"}
                                  : Look{"told worse", "▼ ", ", worse"};
}

void write_pair(Html& html, const ComparisonPage& page, std::size_t i, std::size_t other) {
  if (i == other) {
    html.leaf("td", {{"class", "same"}}, "");
    return;
  }
  const std::optional<Against> found = against(page.comparison, i, other);
  if (!found) {
    html.leaf("td", {}, "–");
    return;
  }
  const Look look = look_of(*found, i);
  const bool ratio = found->pair->scale == Scale::ratio;
  std::string text = report::number_text(found->estimate, 2);
  if (ratio) {
    text += "×";
  } else if (found->estimate > 0) {
    text.insert(0, "+");
  }
  html.open("td", {{"class", std::string(look.color)}});
  if (!look.sign.empty()) html.leaf("span", {{"aria-hidden", "true"}}, look.sign);
  html.text(text).leaf("span", {{"class", "unseen"}}, look.words).close();
}

void write_group(Html& html, const ComparisonPage& page, const std::vector<std::size_t>& members) {
  const std::string& group = page.variation(members.front()).group;
  const std::string title = group.empty() ? "All pairs" : group + ": all pairs";
  html.leaf("h3", {}, title);
  report::open_scroll_box(html, title);
  html.open("table", {{"class", "matrix"}}).open("thead").open("tr");
  html.leaf("th", {{"scope", "col"}}, "row against column");
  for (std::size_t k = 0; k < members.size(); ++k) {
    html.open("th", {{"scope", "col"}});
    html.leaf("abbr", {{"title", page.variation(members[k]).name}}, std::to_string(k + 1));
    html.close();
  }
  html.close().close().open("tbody");
  for (std::size_t k = 0; k < members.size(); ++k) {
    const std::size_t i = members[k];
    html.open("tr").open("th", {{"scope", "row"}});
    html.text(std::to_string(k + 1) + " · " + report::shortened(page.variation(i).name, 40));
    html.close();
    for (const std::size_t other : members) write_pair(html, page, i, other);
    html.close();
  }
  html.close().close().close();
}

}  // namespace

void write_pair_matrix(Html& html, const ComparisonPage& page) {
  const auto& pairs = page.comparison.primary_pairs();
  if (std::ranges::none_of(pairs, [](const Pair* pair) { return pair->contrast.n > 0; })) return;
  bool any = false;
  for (const std::vector<std::size_t>& members : groups_by_rank(page.comparison)) {
    if (members.size() < 2 || members.size() > kMostVariations) continue;
    write_group(html, page, members);
    any = true;
  }
  if (!any) return;
  html.leaf(
      "p", {{"class", "note"}},
      "Row over column (×) or row minus column: " + std::string(page.comparison.primary->title) +
          ". ▲ the row is better, ▼ it is worse, ≠ they are told apart and none is better; "
          "without a sign they cannot be told apart.");
}

}  // namespace clino::compare
