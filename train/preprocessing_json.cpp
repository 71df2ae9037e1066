#include "train/preprocessing_json.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "core/errors.hpp"
#include "train/atomic_file.hpp"
#include "train/json_syntax_words.hpp"
#include "train/preprocessing_check.hpp"

namespace clino {

namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::array<std::pair<TargetKind, const char*>, 3> kTargetKinds{
    {{TargetKind::classes, "classes"},
     {TargetKind::binary, "binary"},
     {TargetKind::numbers, "numbers"}}};

/// The members of an object. Throws `InputError` naming the file and the key.
class MemberReader {
 public:
  /// `where` is the object's place: the file, or a key in it.
  MemberReader(const OrderedJson& object, std::string where)
      : object_(&object), where_(std::move(where)) {
    if (!object.is_object()) throw InputError(where_ + ": expected an object");
  }

  const OrderedJson& member(const char* key) const {
    const auto found = object_->find(key);
    if (found == object_->end()) fail(key, "is missing");
    return *found;
  }

  template <class Value>
  void read(const char* key, Value& value) const {
    const OrderedJson& json = member(key);
    // The library would cut 1.5 to 1.
    if (std::is_same_v<Value, Index> && !json.is_number_integer()) {
      fail(key, "expected a whole number");
    }
    try {
      json.get_to(value);
    } catch (const OrderedJson::exception& error) {
      fail(key, plain_words(error.what()));
    }
  }

  [[noreturn]] void fail(const char* key, const std::string& problem) const {
    throw InputError(where_ + ": " + key + ": " + problem);
  }

 private:
  const OrderedJson* object_;
  std::string where_;
};

/// ` line 3, column 5:` of a syntax error, as the library begins its message.
std::string place_of(const std::string& message) {
  const std::size_t begin = message.find(" line "), end = message.find(": ");
  if (begin >= end || end == std::string::npos) return {};
  return message.substr(begin, end + 1 - begin);
}

OrderedJson parse_file(const std::string& path) {
  try {
    return OrderedJson::parse(read_file(path));
  } catch (const OrderedJson::exception& error) {
    throw InputError(path + " is damaged:" + place_of(error.what()) + " " +
                     plain_words(error.what()));
  }
}

TargetKind read_target_kind(const MemberReader& reader) {
  std::string found;
  reader.read("target_kind", found);
  for (const auto& [kind, name] : kTargetKinds) {
    if (found == name) return kind;
  }
  reader.fail("target_kind", "expected classes, binary or numbers, found \"" + found + "\"");
}

std::vector<SourceColumn> read_columns(const MemberReader& reader, const std::string& where) {
  if (!reader.member("columns").is_array()) reader.fail("columns", "expected a list");
  std::vector<SourceColumn> columns;
  for (const OrderedJson& json : reader.member("columns")) {
    const MemberReader of_column(json, where + ": columns/" + std::to_string(columns.size()));
    SourceColumn column;
    of_column.read("name", column.name);
    of_column.read("position", column.position);
    of_column.read("categories", column.categories);
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

// The library finds this by name.
void to_json(OrderedJson& json, const SourceColumn& column) {
  json = {{"name", column.name}, {"position", column.position}, {"categories", column.categories}};
}

std::string preprocessing_json(const Preprocessing& p) {
  const char* kind = nullptr;
  for (const auto& [value, name] : kTargetKinds) {
    if (value == p.target_kind) kind = name;
  }
  const OrderedJson json{{"source", p.source},
                         {"feature_names", p.feature_names},
                         {"means", p.means},
                         {"scales", p.scales},
                         {"replacements", p.replacements},
                         {"target_kind", kind},
                         {"target_is_input", p.target_is_input},
                         {"target_names", p.target_names},
                         {"class_names", p.class_names},
                         {"integer_classes", p.integer_classes},
                         {"columns", p.columns},
                         {"file_columns", p.file_columns},
                         {"named_columns", p.named_columns},
                         {"delimiter", p.delimiter},
                         {"skip_rows", p.skip_rows}};
  return json.dump(2) + "\n";
}

Preprocessing load_preprocessing(const std::string& path) {
  const OrderedJson json = parse_file(path);
  const std::string where = path + " is damaged";
  const MemberReader reader(json, where);
  Preprocessing p;
  reader.read("source", p.source);
  reader.read("feature_names", p.feature_names);
  reader.read("means", p.means);
  reader.read("scales", p.scales);
  reader.read("replacements", p.replacements);
  p.target_kind = read_target_kind(reader);
  reader.read("target_is_input", p.target_is_input);
  reader.read("target_names", p.target_names);
  reader.read("class_names", p.class_names);
  reader.read("integer_classes", p.integer_classes);
  p.columns = read_columns(reader, where);
  reader.read("file_columns", p.file_columns);
  reader.read("named_columns", p.named_columns);
  reader.read("delimiter", p.delimiter);
  reader.read("skip_rows", p.skip_rows);
  if (const auto contradiction = find_contradiction(p)) {
    throw InputError(where + ": " + *contradiction);
  }
  return p;
}

}  // namespace clino
