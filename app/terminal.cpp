#include "app/terminal.hpp"

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <langinfo.h>
#include <string_view>
#include <sys/ioctl.h>
#include <unistd.h>

namespace clino::app {

namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<TerminalSize> terminal_size(int descriptor) {
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return TerminalSize{.columns = size.ws_col, .rows = size.ws_row};
}

ScreenColor color_by_environment() {
  const std::string_view terminal = environment("TERM");
  if (!environment("NO_COLOR").empty() || terminal.empty() || terminal == "dumb") {
    return ScreenColor::none;
  }
  const std::string_view depth = environment("COLORTERM");
  if (depth == "truecolor" || depth == "24bit") return ScreenColor::full;
  return terminal.find("256color") != std::string_view::npos ? ScreenColor::palette
                                                             : ScreenColor::none;
}

bool writes_utf8() {
  // Only the kind of characters is taken from the environment: numbers are written the same
  // everywhere.
  std::setlocale(LC_CTYPE, "");
  return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

ScreenOptions screen_options() {
  ScreenOptions options{.unicode = writes_utf8()};
  if (const auto terminal = terminal_size(STDOUT_FILENO)) {
    options.columns = std::max<std::size_t>(terminal->columns, options.columns);
    options.color = color_by_environment();
  }
  return options;
}

}  // namespace clino::app
