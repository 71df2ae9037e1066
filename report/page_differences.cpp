#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

using Json = nlohmann::ordered_json;
using Values = std::vector<std::pair<std::string, std::string>>;  ///< key with dots, value as JSON

void flatten(const Json& json, const std::string& key, Values& values) {
  if (!json.is_object() || json.empty()) {
    values.emplace_back(key, json.dump(-1, ' ', false, Json::error_handler_t::replace));
    return;
  }
  for (const auto& [name, value] : json.items()) {
    std::string below = key;
    if (!below.empty()) below += '.';
    flatten(value, below += name, values);
  }
}

struct Difference {
  std::string key;
  std::vector<std::string> values;  ///< one for each run; "" where it does not have the key
};

std::vector<Difference> differences(std::span<const RunLog> runs) {
  std::vector<Difference> all;
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    Values values;
    const Json json = Json::parse(runs[i].config_text, nullptr, false);
    if (!json.is_discarded()) flatten(json, "", values);
    for (const auto& [key, value] : values) {
      const auto [place, added] = places.try_emplace(key, all.size());
      if (added) all.push_back({key, std::vector<std::string>(runs.size())});
      all[place->second].values[i] = value;
    }
  }
  std::erase_if(all, [](const Difference& one) {
    return std::all_of(one.values.begin(), one.values.end(),
                       [&](const std::string& value) { return value == one.values.front(); });
  });
  return all;
}

}  // namespace

void write_differences(Html& html, const Page& page) {
  if (page.one_run()) return;
  open_section(html, "differences", "What the configs differ in");
  const std::vector<Difference> found = differences(page.runs);
  if (found.empty()) {
    html.leaf("p", {}, "Nothing: the configs are the same.").close();
    return;
  }
  open_scroll_box(html, "Differences of the configs");
  html.open("table", {{"class", "pairs"}});
  std::vector<std::string> columns = {"key"};
  for (const RunLog& run : page.runs) columns.push_back(run.name);
  write_table_head(html, columns);
  html.open("tbody");
  for (const Difference& one : found) {
    html.open("tr").leaf("th", {{"scope", "row"}}, one.key);
    for (const std::string& value : one.values) {
      html.leaf("td", {}, value.empty() ? "–" : shortened(value, 160));
    }
    html.close();
  }
  html.close().close().close().close();
}

}  // namespace clino::report
