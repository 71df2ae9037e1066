#include "report/csv_field.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "core/nonfinite.hpp"

namespace clino::report {

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string csv_field(const std::optional<double>& value) {
  if (!value) return "";
  if (!std::isfinite(*value)) return std::string(nonfinite_text(*value));
  std::array<char, 32> buffer{};
  return {buffer.begin(), std::to_chars(buffer.begin(), buffer.end(), *value).ptr};
}

}  // namespace clino::report
