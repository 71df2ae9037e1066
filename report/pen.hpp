#pragma once

#include <string>
#include <string_view>

#include "report/screen.hpp"

namespace clino::report {

/// Colours a text where the terminal has colours.
class Pen {
 public:
  explicit Pen(ScreenColor color) : color_(color) {}

  std::string heading(std::string_view text) const { return with("1", text); }
  std::string faint(std::string_view text) const { return with("2", text); }
  std::string warning(std::string_view text) const { return with("33", text); }
  std::string severe(std::string_view text) const { return with("1;31", text); }

  bool colors() const { return color_ != ScreenColor::none; }
  /// On a ground of `ramp_color(position)`, in black or white, whichever can be read there.
  std::string on_ramp(double position, std::string_view text) const;

 private:
  std::string with(std::string_view code, std::string_view text) const;

  ScreenColor color_;
};

}  // namespace clino::report
