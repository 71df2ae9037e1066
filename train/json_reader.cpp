#include "train/json_reader.hpp"

#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "train/json_locator.hpp"
#include "train/json_number.hpp"
#include "train/json_syntax_words.hpp"

namespace clino {

namespace {

using Json = nlohmann::json;

// Counts what the parser takes: its only way to say where it is.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, std::size_t* count) : at_(at), count_(count) {}

  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    ++at_;
    ++*count_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  std::size_t* count_;
};

// Listens to the parser and builds the tree. Containers under construction are a stack of their
// own, so that no depth of nesting can overflow the machine's.
class ValueBuilder : public Json::json_sax_t {
 public:
  ValueBuilder(std::string_view text, std::string origin, bool positions)
      : text_(text), locator_(text), origin_(std::move(origin)), positions_(positions) {}

  std::size_t* consumed() { return &consumed_; }
  JsonReading take() { return std::move(reading_); }

  bool null() override { return add_scalar({}); }
  bool boolean(bool x) override { return add_scalar(x); }
  bool number_integer(number_integer_t x) override { return add_number(x); }
  bool number_unsigned(number_unsigned_t x) override {
    const bool fits = x <= static_cast<number_unsigned_t>(INT64_MAX);
    return add_number(fits ? OptionValue(static_cast<std::int64_t>(x))
                           : OptionValue(static_cast<double>(x)));
  }
  bool number_float(number_float_t x, const string_t& text) override {
    if (underflows(text, x)) {
      report(begin_token(), pointer(),
             "number too small: " + text + " would be read as 0; expected 0, or 5e-324 and above");
    }
    return add_number(x, is_rounded_to_whole(text, x) ? text : "");
  }
  bool string(string_t& x) override { return add_scalar(std::move(x)); }
  bool binary(binary_t& /*never in text*/) override { return false; }

  bool start_object(std::size_t /*size*/) override { return open(JsonValue::Kind::object); }
  bool start_array(std::size_t /*size*/) override { return open(JsonValue::Kind::list); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& name) override {
    Frame& frame = frames_.back();
    frame.key = name;
    frame.key_where = begin_token();
    frame.drop_next = !frame.keys.insert(std::move(name)).second;
    if (frame.drop_next) report(frame.key_where, pointer(), "key given twice; expected it once");
    return end_token();
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& error) override {
    const std::string message = plain_words(error.what());
    std::string where = begin_token();
    if (message.find("unexpected ','") == 0 || message.find("unexpected ':'") == 0) {
      // Between tokens for the locator, but here it is the very thing that is wrong.
      JsonLocator at_token(text_);
      at_token.move_to(consumed_ - 1);
      where = place(at_token);
    }
    return fail(where, message);
  }

 private:
  static constexpr std::string_view kNumberCharacters = "0123456789+-.eE";

  struct Frame {
    JsonValue value;
    std::string key;
    std::string key_where;
    bool drop_next = false;
    std::set<std::string> keys;
  };

  std::string place(const JsonLocator& locator) const {
    return positions_ ? origin_ + ":" + locator.line_and_column() : origin_;
  }

  std::string begin_token() {
    locator_.skip_to_token();
    return place(locator_);
  }

  bool end_token() {
    locator_.move_to(consumed_);
    return true;
  }

  bool add_scalar(OptionValue x) {
    std::string where = begin_token();
    add(JsonValue(std::move(x), std::move(where)));
    return end_token();
  }

  bool add_number(OptionValue x, std::string rounded_from = {}) {
    JsonValue value(std::move(x), begin_token());
    value.rounded_from = std::move(rounded_from);
    add(std::move(value));
    // The parser has to read one character beyond a number to see its end.
    const bool beyond = kNumberCharacters.find(text_[consumed_ - 1]) == std::string_view::npos;
    locator_.move_to(consumed_ - (beyond ? 1 : 0));
    return true;
  }

  bool open(JsonValue::Kind kind) {
    std::string where = begin_token();
    if (frames_.size() == kDeepestNesting) {
      return fail(where, "nested too deep; expected at most " + std::to_string(kDeepestNesting) +
                             " levels");
    }
    frames_.emplace_back();
    frames_.back().value.kind = kind;
    frames_.back().value.where = std::move(where);
    return end_token();
  }

  bool close() {
    begin_token();
    JsonValue value = std::move(frames_.back().value);
    frames_.pop_back();
    add(std::move(value));
    return end_token();
  }

  void add(JsonValue value) {
    if (frames_.empty()) {
      reading_.root = std::move(value);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.value.kind == JsonValue::Kind::list) {
      frame.value.items.push_back(std::move(value));
    } else if (!frame.drop_next) {
      frame.value.members.push_back({frame.key, std::move(value), frame.key_where});
    }
  }

  std::string pointer() const {
    std::string result;
    for (const Frame& frame : frames_) {
      const bool list = frame.value.kind == JsonValue::Kind::list;
      result = pointer_to(result, list ? std::to_string(frame.value.items.size()) : frame.key);
    }
    return result;
  }

  void report(std::string where, std::string pointer_text, std::string message) {
    reading_.findings.push_back({std::move(where), std::move(pointer_text), std::move(message)});
  }

  bool fail(std::string where, std::string message) {
    report(std::move(where), "", std::move(message));
    reading_.root.reset();
    return false;
  }

  std::string_view text_;
  JsonLocator locator_;
  std::string origin_;
  bool positions_;
  std::size_t consumed_ = 0;
  std::vector<Frame> frames_;
  JsonReading reading_;
};

JsonReading read_value(std::string_view text, const std::string& origin, bool is_file) {
  ValueBuilder builder(text, origin, is_file);
  std::size_t end = 0;
  Json::sax_parse(CountingIterator(text.data(), builder.consumed()),
                  CountingIterator(text.data() + text.size(), &end), &builder,
                  Json::input_format_t::json, /*strict=*/true, /*ignore_comments=*/is_file);
  return builder.take();
}

}  // namespace

JsonReading read_json(std::string_view text, const std::string& origin) {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, 3) == kByteOrderMark) text.remove_prefix(3);
  return read_value(text, origin, true);
}

JsonReading read_json_argument(std::string_view text, const std::string& where) {
  return read_value(text, where, false);
}

}  // namespace clino
