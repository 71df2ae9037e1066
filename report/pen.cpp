#include "report/pen.hpp"

#include <array>
#include <charconv>
#include <cmath>

#include "report/styles.hpp"

namespace clino::report {

namespace {

using Bytes = std::array<int, 3>;

Bytes bytes_of(const std::string& color) {
  Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char* const digits = color.data() + 1 + 2 * i;
    std::from_chars(digits, digits + 2, bytes[i], 16);
  }
  return bytes;
}

/// The nearest colour in xterm's cube of 6 x 6 x 6, whose levels are 0, 95, 135, ... 255.
int palette_number(const Bytes& color) {
  const auto level = [](int byte) { return byte < 48 ? 0 : byte < 115 ? 1 : (byte - 35) / 40; };
  return 16 + 36 * level(color[0]) + 6 * level(color[1]) + level(color[2]);
}

}  // namespace

std::string Pen::with(std::string_view code, std::string_view text) const {
  if (!colors() || text.empty()) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

std::string Pen::on_ramp(double position, std::string_view text) const {
  const Bytes color = bytes_of(ramp_color(position));
  std::string code = position < 0.5 ? "97;48;" : "30;48;";
  if (color_ == ScreenColor::full) {
    code += "2";
    for (const int byte : color) code += ";" + std::to_string(byte);
  } else {
    code += "5;" + std::to_string(palette_number(color));
  }
  return with(code, text);
}

}  // namespace clino::report
