// Reads layers.jsonl of a run directory and draws how large the back-propagated signal is in each
// layer, at the first logged step and at the last.
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace {

using Json = nlohmann::json;

/// A number of the log; one that is not finite is the string "nan", "inf" or "-inf".
double number(const Json& value) {
  return value.is_string() ? std::stod(value.get<std::string>()) : value.get<double>();
}

/// One bar for each layer, as long as log10 of its norm is above the smallest that is drawn.
void draw(const std::vector<Json>& records) {
  constexpr double kSmallest = -12;  // log10
  constexpr double kCharactersPerDecade = 4;
  std::printf("step %ld\n", records[0]["step"].get<long>());
  for (const Json& record : records) {
    const double norm = number(record["delta_norm"]);
    const double length = (std::log10(norm) - kSmallest) * kCharactersPerDecade;
    const std::string bar(length > 0 ? static_cast<std::size_t>(std::fmin(length, 60)) : 0, '#');
    std::printf("%7s %-12s %9.2e %s\n", record["name"].get<std::string>().c_str(),
                record["type"].get<std::string>().c_str(), norm, bar.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string path = std::string(argc > 1 ? argv[1] : "runs/two-spirals-1") + "/layers.jsonl";
  std::ifstream log(path);
  if (!log) {
    std::fprintf(stderr, "%s cannot be read; train a network first\n", path.c_str());
    return 3;
  }
  std::vector<Json> first, last;  // the records of one step each
  for (std::string line; std::getline(log, line);) {
    Json record = Json::parse(line);
    if (!last.empty() && last[0]["step"] != record["step"]) last.clear();
    last.push_back(record);
    if (first.empty() || first[0]["step"] == record["step"]) first.push_back(std::move(record));
  }
  if (first.empty()) {
    std::fprintf(stderr, "%s is empty: was log.every null?\n", path.c_str());
    return 1;
  }
  draw(first);
  draw(last);
  return 0;
}
