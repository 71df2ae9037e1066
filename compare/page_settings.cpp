#include <algorithm>

#include "compare/page_parts.hpp"
#include "report/document.hpp"
#include "report/number_text.hpp"

namespace clino::compare {

namespace {

using report::Html;

/// A longer table is folded up: what it varies stands in a line for each key.
constexpr std::size_t kMostRows = 16;
constexpr std::size_t kMostCharacters = 60;

struct Cell {
  std::string value;
  bool at_edge = false;
};

struct SettingRow {
  std::string name;
  bool tuned = false;
  std::vector<std::optional<Cell>> cells;  ///< one for each variation
};

SettingRow& row_of(std::vector<SettingRow>& keys, const std::string& name, bool tuned,
                   std::size_t variations) {
  for (SettingRow& key : keys) {
    if (key.name == name && key.tuned == tuned) return key;
  }
  keys.push_back({name, tuned, std::vector<std::optional<Cell>>(variations)});
  return keys.back();
}

std::vector<SettingRow> keys_of(const ComparisonPage& page) {
  std::vector<SettingRow> keys;
  for (std::size_t i = 0; i < page.count(); ++i) {
    for (const Setting& setting : page.variation(i).settings) {
      row_of(keys, setting.key, false, page.count()).cells[i] = {short_value(setting.value), false};
    }
  }
  for (std::size_t i = 0; i < page.count(); ++i) {
    if (!page.variation(i).tuning) continue;
    for (const TunedSetting& chosen : page.variation(i).tuning->chosen) {
      row_of(keys, chosen.setting.key, true, page.count()).cells[i] = {
          short_value(chosen.setting.value), chosen.at_edge};
    }
  }
  return keys;
}

std::vector<std::string> values_of(const SettingRow& key) {
  std::vector<std::string> values;
  for (const std::optional<Cell>& cell : key.cells) {
    const std::string value = cell ? cell->value : "as in the config";
    if (std::ranges::find(values, value) == values.end()) values.push_back(value);
  }
  return values;
}

void write_settings(Html& html, const ComparisonPage& page, const std::vector<SettingRow>& keys) {
  report::open_scroll_box(html, "Table of what differs");
  html.open("table", {{"class", "pairs"}}).open("thead").open("tr");
  html.leaf("th", {{"scope", "col"}}, "variation");
  for (const SettingRow& key : keys) {
    html.leaf("th", {{"scope", "col"}}, key.name + (key.tuned ? " (tuned)" : ""));
  }
  html.close().close().open("tbody");
  for (std::size_t i = 0; i < page.count(); ++i) {
    html.open("tr").leaf("th", {{"scope", "row"}}, page.variation(i).label);
    for (const SettingRow& key : keys) {
      const std::optional<Cell>& cell = key.cells[i];
      html.open("td").text(cell ? report::shortened(cell->value, kMostCharacters) : "–");
      if (cell && cell->at_edge) html.text(" ").leaf("strong", {{"class", "edge"}}, "at the edge");
      html.close();
    }
    html.close();
  }
  html.close().close().close();
}

/// `8 values: 0.1, 0.01, …`
void write_overview(Html& html, const std::vector<SettingRow>& keys) {
  html.open("dl", {{"class", "facts keys"}});
  for (const SettingRow& key : keys) {
    const std::vector<std::string> values = values_of(key);
    std::string all;
    for (const std::string& value : values) all += (all.empty() ? "" : ", ") + value;
    html.open("div").leaf("dt", {}, key.name + (key.tuned ? " (tuned)" : ""));
    html.open("dd").text(counted(values.size(), "value"));
    html.leaf("small", {}, report::shortened(all, 4 * kMostCharacters)).close().close();
  }
  html.close();
}

}  // namespace

void write_settings(Html& html, const ComparisonPage& page) {
  const std::vector<SettingRow> keys = keys_of(page);
  if (keys.empty()) return;
  report::open_section(html, "settings", "What differs");
  const bool folded = page.count() > kMostRows;
  if (folded) {
    write_overview(html, keys);
    open_details(html, "All " + counted(page.count(), "variation"));
  }
  write_settings(html, page, keys);
  if (folded) html.close();
  const bool edges = std::ranges::any_of(keys, [](const SettingRow& key) {
    return std::ranges::any_of(key.cells, [](const auto& cell) { return cell && cell->at_edge; });
  });
  if (edges) {
    html.leaf("p", {{"class", "note"}},
              "At the edge: the best value of the grid is its first or last one; a better one may "
              "lie beyond.");
  }
  html.close();
}

}  // namespace clino::compare
