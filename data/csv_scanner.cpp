#include <string>
#include <utility>

#include "core/errors.hpp"
#include "data/csv.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

constexpr int kEnd = -1;
constexpr std::size_t kBufferSize = std::size_t{1} << 16U;

}  // namespace

CsvScanner::CsvScanner(Source source, std::string name, char delimiter)
    : source_(std::move(source)),
      name_(std::move(name)),
      delimiter_(delimiter),
      buffer_(kBufferSize) {}

/// The next character, or kEnd.
int CsvScanner::peek() {
  if (position_ == filled_) {
    position_ = 0;
    filled_ = source_(buffer_);
    if (at_start_ && std::string_view(buffer_.data(), filled_).starts_with("\xEF\xBB\xBF")) {
      position_ = 3;
    }
    at_start_ = false;
    if (position_ == filled_) return kEnd;
  }
  return static_cast<unsigned char>(buffer_[position_]);
}

/// The character that `peek` showed.
char CsvScanner::take() {
  const char c = buffer_[position_++];
  if (c == '\n') ++line_;
  if (c == '\0') fail(line_, "a zero byte, expected text in an encoding such as UTF-8");
  return c;
}

/// Takes LF, CRLF or CR; the end of the stream ends a line too.
bool CsvScanner::take_line_end() {
  const int c = peek();
  if (c == kEnd) return true;
  if (c != '\n' && c != '\r') return false;
  take();
  if (c == '\r' && peek() == '\n') {
    take();
  } else if (c == '\r') {
    ++line_;
  }
  return true;
}

void CsvScanner::skip_lines(Index count) {
  for (; count > 0 && peek() != kEnd; --count) {
    while (!take_line_end()) take();
  }
}

bool CsvScanner::next(CsvRow& row) {
  while (peek() != kEnd) {
    row.line = line_;
    text_.clear();
    ends_.clear();
    bool quoted = false;
    do {
      quoted = read_field();
      ends_.push_back(text_.size());
      if (peek() != static_cast<unsigned char>(delimiter_)) break;
      take();
    } while (true);
    if (!take_line_end()) fail(line_, "text after a closing quote");
    const bool blank = ends_.size() == 1 && text_.empty() && !quoted;
    if (blank) continue;
    check_encoding(row.line);
    row.text = text_.data();
    row.begin = 0;
    row.ends = ends_;
    return true;
  }
  return false;
}

/// Appends a field, and says whether it was quoted.
bool CsvScanner::read_field() {
  const auto is_blank = [&](int c) { return (c == ' ' || c == '\t') && c != delimiter_; };
  while (is_blank(peek())) take();
  if (peek() == '"') {
    read_quoted_field();
    while (is_blank(peek())) take();
    return true;
  }
  const std::size_t begin = text_.size();
  while (peek() != kEnd && peek() != '\n' && peek() != '\r' &&
         peek() != static_cast<unsigned char>(delimiter_)) {
    text_.push_back(take());
  }
  while (text_.size() > begin && is_blank(text_.back())) text_.pop_back();
  return false;
}

void CsvScanner::read_quoted_field() {
  const Index opened = line_;
  take();
  while (true) {
    if (peek() == kEnd) fail(opened, "a quote is opened and never closed");
    const char c = take();
    if (c == '"') {
      if (peek() != '"') return;
      take();
    }
    text_.push_back(c);
  }
}

/// A field at a time: pieces of one character in two fields are no character.
void CsvScanner::check_encoding(Index line) const {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
    const std::string_view field = std::string_view(text_).substr(begin, ends_[i] - begin);
    if (utf8_length(field) == field.size()) continue;
    throw InputError(name_ + ", line " + std::to_string(line) + ", column " +
                     std::to_string(i + 1) + ": not valid UTF-8, expected text in that encoding");
  }
}

void CsvScanner::fail(Index line, const std::string& message) const {
  throw InputError(name_ + ", line " + std::to_string(line) + ": " + message);
}

}  // namespace clino
