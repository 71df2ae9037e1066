#pragma once

#include <bit>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/report/markup.hpp"

namespace clino::test {

/// The page's data block as JSON.
inline nlohmann::json data_block(const std::vector<Element>& elements) {
  const std::vector<Element> blocks = all_of(elements, "script", "id", "data");
  if (blocks.size() != 1) throw std::runtime_error("not one data block");
  return nlohmann::json::parse(blocks[0].text);
}

inline std::vector<double> doubles_of(const std::string& base64) {
  static const std::string kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::uint8_t> bytes;
  std::uint32_t group = 0;
  int bits = 0;
  for (const char character : base64) {
    if (character == '=') break;
    group = (group << 6U) | static_cast<std::uint32_t>(kDigits.find(character));
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<std::uint8_t>(group >> static_cast<unsigned>(bits)));
  }
  std::vector<double> values;
  for (std::size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word = 0;
    for (std::size_t k = 8; k-- > 0;) word = (word << 8U) | bytes[i + k];
    values.push_back(std::bit_cast<double>(word));
  }
  return values;
}

struct Points {
  std::vector<double> steps, values;
};

/// A series as a reader of the page gets it. Throws where it is not there.
inline Points points_of(const nlohmann::json& data, const std::string& quantity, int layer = -1,
                        const std::string& split = "", int run = 0) {
  for (const nlohmann::json& series : data["series"]) {
    if (series["quantity"] != quantity || series["run"] != run ||
        series.value("layer", -1) != layer || series.value("split", "") != split) {
      continue;
    }
    Points points;
    double step = 0;
    for (const double difference : data["steps"][series["steps"].get<std::size_t>()]) {
      points.steps.push_back(step += difference);
    }
    points.values = doubles_of(series["values"]);
    if (points.steps.size() != points.values.size()) throw std::runtime_error("sizes differ");
    return points;
  }
  throw std::runtime_error("no series " + quantity);
}

}  // namespace clino::test
