#include "compare/variation.hpp"

#include <algorithm>
#include <set>

#include "core/content_hash.hpp"
#include "core/errors.hpp"
#include "train/json_reader.hpp"
#include "train/run_directory.hpp"

namespace clino::compare {

namespace {

/// Where the commas between values are; throws where a bracket or a quote does not close.
class ValueSplitter {
 public:
  explicit ValueSplitter(const std::string& text) : text_(text) {}

  std::vector<std::string> split(std::size_t begin) {
    std::vector<std::string> values(1);
    for (std::size_t i = begin; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == ',' && depth_ == 0 && !quoted_) {
        values.emplace_back();
        continue;
      }
      values.back() += c;
      follow(c);
    }
    if (depth_ != 0 || quoted_) {
      throw UsageError("\"" + text_ + "\": a quote or a bracket does not close");
    }
    return values;
  }

 private:
  void follow(char c) {
    if (quoted_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        quoted_ = false;
      }
    } else if (c == '"') {
      quoted_ = true;
    } else if (c == '[' || c == '{') {
      ++depth_;
    } else if ((c == ']' || c == '}') && --depth_ < 0) {
      throw UsageError("\"" + text_ + "\": a bracket closes that was not opened");
    }
  }

  const std::string& text_;
  int depth_ = 0;
  bool quoted_ = false, escaped_ = false;
};

JsonValue parsed(const std::string& value) {
  JsonReading reading = read_json_argument(value, "");
  return reading.root && reading.findings.empty() ? std::move(*reading.root) : JsonValue(value);
}

/// `12x16` for a list of equal numbers.
std::string repeated(const JsonValue& list) {
  if (list.items.empty()) return "";
  const std::string first = write_json_line(list.items.front());
  const bool equal = std::ranges::all_of(
      list.items, [&](const JsonValue& item) { return write_json_line(item) == first; });
  return equal ? std::to_string(list.items.size()) + "x" + first : "";
}

/// `elu(alpha=2)` for an object that names a type, `{alpha=2}` for another.
std::string short_object(const JsonValue& object) {
  std::string type, rest;
  for (const JsonMember& member : object.members) {
    if (member.key == "type" && member.value.text() != nullptr) {
      type = *member.value.text();
      continue;
    }
    rest += (rest.empty() ? "" : ", ") + member.key + "=" + short_value(setting_text(member.value));
  }
  if (type.empty()) return "{" + rest + "}";
  return rest.empty() ? type : type + "(" + rest + ")";
}

/// What a value is called: a name says by itself what it is of.
std::string label_of(const Setting& setting) {
  const JsonValue value = parsed(setting.value);
  const bool names_itself =
      value.text() != nullptr || (value.find("type") != nullptr && value.find("type")->text());
  const std::string text = short_value(setting.value);
  return names_itself ? text : last_part(setting.key) + "=" + text;
}

}  // namespace

std::string last_part(const std::string& key) { return key.substr(key.rfind('.') + 1); }

const std::string* Variation::find(const std::string& key) const {
  for (const Setting& setting : settings) {
    if (setting.key == key) return &setting.value;
  }
  return nullptr;
}

Axis parse_axis(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError("\"" + text + "\": expected key=value,value,...");
  }
  Axis axis{.key = text.substr(0, equals), .values = ValueSplitter(text).split(equals + 1)};
  if (std::ranges::count(axis.values, "") > 0) {
    throw UsageError("\"" + text + "\": a value is missing; expected key=value,value,...");
  }
  const std::set<std::string> different(axis.values.begin(), axis.values.end());
  if (different.size() < axis.values.size()) {
    throw UsageError("\"" + text + "\": a value is given twice; expected different ones");
  }
  return axis;
}

std::string setting_text(const JsonValue& value) {
  const std::string* text = value.text();
  if (text == nullptr) return write_json_line(value);
  const JsonReading reading = read_json_argument(*text, "");
  return reading.root || text->empty() ? write_json_line(value) : *text;
}

std::string short_value(const std::string& value) {
  const JsonValue json = parsed(value);
  if (json.text() != nullptr) return *json.text();
  if (json.kind == JsonValue::Kind::object) return short_object(json);
  if (json.kind == JsonValue::Kind::list) {
    std::string text = repeated(json);
    if (!text.empty()) return text;
  }
  return write_json_line(json);
}

std::vector<Variation> all_combinations(const std::vector<Axis>& axes) {
  std::vector<Variation> variations(1);
  for (const Axis& axis : axes) {
    std::vector<Variation> of_axis;
    for (const std::string& value : axis.values) {
      const Setting setting{axis.key, value};
      of_axis.push_back({label_of(setting), {setting}});
    }
    variations = combined(variations, of_axis);
  }
  return variations;
}

std::vector<Variation> combined(const std::vector<Variation>& first,
                                const std::vector<Variation>& second) {
  std::vector<Variation> all;
  for (const Variation& outer : first) {
    for (const Variation& inner : second) {
      Variation both = outer;
      if (!both.label.empty() && !inner.label.empty()) both.label += ", ";
      both.label += inner.label;
      both.settings.insert(both.settings.end(), inner.settings.begin(), inner.settings.end());
      all.push_back(std::move(both));
    }
  }
  return all;
}

std::string without_part(const std::string& label, const std::string& part) {
  // Between separators at both ends every part looks the same.
  std::string all = ", " + label + ", ";
  const std::size_t place = all.find(", " + part + ", ");
  if (place == std::string::npos || all.size() == part.size() + 4) return label;
  all.erase(place, part.size() + 2);
  return all.substr(2, all.size() - 4);
}

void check_labels(const std::vector<Variation>& variations) {
  std::set<std::string> met, folders;
  for (const Variation& variation : variations) {
    if (variation.label.empty()) throw UsageError("a variation has no label; expected a text");
    if (!met.insert(variation.label).second) {
      throw UsageError("two variations are called \"" + variation.label +
                       "\"; expected different values, or a file with labels");
    }
    if (!folders.insert(folder_of(variation.label)).second) {
      throw UsageError("the runs of \"" + variation.label + "\" would lie in the same folder \"" +
                       folder_of(variation.label) +
                       "\" as those of another variation; expected labels that differ in more than "
                       "special characters");
    }
  }
}

std::string folder_of(const std::string& label) {
  constexpr std::size_t kLongest = 100;  // file systems end at 255
  std::string name = folder_name(label);
  if (name.size() > kLongest) {
    ContentHash hash;
    hash.add(std::string_view(label));
    name = name.substr(0, kLongest) + "-" + to_hex(hash.value());
  }
  // Neither no folder, nor another one, nor one that is hidden.
  return name.empty() || name.front() == '.' ? "-" + name : name;
}

}  // namespace clino::compare
