#include "compare/run_link.hpp"

#include <system_error>

namespace clino::compare {

namespace {

bool unreserved(char character) {
  return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
         (character >= '0' && character <= '9') || character == '-' || character == '.' ||
         character == '_' || character == '~' || character == '/';
}

std::string percent_encoded(const std::string& path) {
  std::string text;
  for (const char character : path) {
    if (unreserved(character)) {
      text += character;
      continue;
    }
    const auto byte = static_cast<unsigned char>(character);
    text += '%';
    text += "0123456789ABCDEF"[byte / 16];
    text += "0123456789ABCDEF"[byte % 16];
  }
  return text;
}

}  // namespace

std::string run_link(const std::filesystem::path& directory, const std::filesystem::path& run) {
  std::string path = run.lexically_normal().generic_string();
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  while (path.starts_with("//")) path.erase(0, 1);  // would name a host
  if (path.empty()) return "";
  std::error_code unknown;
  const bool reported = std::filesystem::exists(directory / path / "report.html", unknown);
  return percent_encoded(path) + (reported ? "/report.html" : "/");
}

}  // namespace clino::compare
