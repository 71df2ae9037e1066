#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "tests/catch.hpp"
#include "tests/train/config_support.hpp"
#include "train/json_reader.hpp"

using namespace clino;
using namespace config_test;

namespace {

JsonValue read_document(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  JsonReading reading = read_json(text, file.string());
  REQUIRE(reading.findings.empty());
  return *reading.root;
}

std::vector<std::filesystem::path> shipped_configs() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(CLINO_SOURCE_DIR "/configs")) {
    // Comparisons have tests of their own: tests/compare.
    if (entry.path().filename().string().starts_with("compare_")) continue;
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  REQUIRE(files.size() >= 13);
  return files;
}

// Calls `visit(member, owner, pointer)` for every key of a document, at any depth. What `visit`
// changes, it has to restore.
using Visit = std::function<void(JsonMember&, JsonValue&, const std::string&)>;

void for_each_key(JsonValue& value, const std::string& pointer, const Visit& visit) {
  for (std::size_t i = 0; i < value.members.size(); ++i) {
    const std::string here = pointer_to(pointer, value.members[i].key);
    for_each_key(value.members[i].value, here, visit);
    visit(value.members[i], value, here);
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    for_each_key(value.items[i], pointer_to(pointer, std::to_string(i)), visit);
  }
}

// The same over all keys of all shipped configs; `check` is given the whole document too.
void for_each_shipped_key(
    const std::function<void(JsonValue&, JsonMember&, JsonValue&, const std::string&)>& check) {
  for (const auto& file : shipped_configs()) {
    CAPTURE(file.string());
    JsonValue document = read_document(file);
    int keys = 0;
    for_each_key(document, "",
                 [&](JsonMember& member, JsonValue& owner, const std::string& pointer) {
                   CAPTURE(pointer);
                   ++keys;
                   check(document, member, owner, pointer);
                 });
    CHECK(keys > 10);
  }
}

void refuses_value(JsonValue& document, JsonMember& member, const std::string& pointer,
                   JsonValue wrong) {
  std::swap(member.value, wrong);
  CAPTURE(brief_text(member.value));
  CHECK(refused_at(write_json(document), pointer));
  std::swap(member.value, wrong);
}

bool is_number(const JsonValue& value) {
  return std::holds_alternative<std::int64_t>(value.scalar) ||
         std::holds_alternative<double>(value.scalar);
}

}  // namespace

TEST_CASE("Every shipped config is sound and its resolved form says the same") {
  for (const auto& file : shipped_configs()) {
    CAPTURE(file.string());
    const Config config = load_config(file);
    const std::string resolved = resolved_json(config);
    CHECK(parse_config(resolved, "resolved.json", "/") == config);
    // Every scalar that the file gives stands in the resolved text, names as types of objects.
    JsonValue document = read_document(file);
    const JsonReading reading = read_json(resolved, "resolved");
    for_each_key(document, "", [&](JsonMember& member, JsonValue&, const std::string& pointer) {
      if (member.value.kind != JsonValue::Kind::scalar) return;
      CAPTURE(pointer);
      const JsonValue* value = &*reading.root;
      for (std::size_t at = 1; at <= pointer.size() && value != nullptr;) {
        const std::size_t end = std::min(pointer.find('/', at), pointer.size());
        value = value->find(pointer.substr(at, end - at));
        at = end + 1;
      }
      REQUIRE(value != nullptr);
      if (value->kind == JsonValue::Kind::object) value = value->find("type");
      CHECK(brief_text(*value) == brief_text(member.value));
    });
  }
}

TEST_CASE("Every key of every shipped config, misspelt, is refused with its path") {
  for_each_shipped_key(
      [](JsonValue& document, JsonMember& member, JsonValue&, const std::string& pointer) {
        for (const std::string& wrong :
             {"x" + member.key, member.key + "_", std::string(1, member.key[0])}) {
          const std::string right = std::exchange(member.key, wrong);
          const std::string parent = pointer.substr(0, pointer.rfind('/'));
          CHECK(refused_at(write_json(document), pointer_to(parent, wrong)));
          member.key = right;
        }
      });
}

TEST_CASE("Every key of every shipped config, given twice, is refused with its path") {
  for_each_shipped_key(
      [](JsonValue& document, JsonMember& member, JsonValue& owner, const std::string& pointer) {
        const JsonMember copy = member;
        owner.members.push_back(copy);
        CHECK(refused_at(write_json(document), pointer));
        owner.members.pop_back();
      });
}

TEST_CASE("Every key of every shipped config, given a wrong type, is refused with its path") {
  for_each_shipped_key(
      [](JsonValue& document, JsonMember& member, JsonValue&, const std::string& pointer) {
        refuses_value(document, member, pointer, json_object({{"no such key", {}}}));
        refuses_value(document, member, pointer, json_list({json_list({json_of(true)})}));
        // Where text and numbers are both right, only what is neither is wrong.
        const bool either = member.key == "target" || member.key == "ignore";
        const bool text = member.value.text() != nullptr;
        const bool boolean = std::holds_alternative<bool>(member.value.scalar) &&
                             member.value.kind == JsonValue::Kind::scalar;
        if (!boolean) refuses_value(document, member, pointer, json_of(true));
        if (!text && !either) refuses_value(document, member, pointer, json_of("no such name"));
        if (boolean || text || member.value.kind != JsonValue::Kind::scalar) {
          if (!either) refuses_value(document, member, pointer, json_of(std::int64_t{1}));
        }
      });
}

TEST_CASE("Every number and name of every shipped config, out of range, is refused with its path") {
  const std::set<std::string> free_text{"name", "path", "images", "labels"};
  for_each_shipped_key(
      [&](JsonValue& document, JsonMember& member, JsonValue&, const std::string& pointer) {
        if (member.value.text() != nullptr && free_text.count(member.key) == 0 &&
            member.key != "target") {
          refuses_value(document, member, pointer, json_of("no such name"));
        }
        if (member.value.kind == JsonValue::Kind::list) {
          refuses_value(document, member, pointer, json_list({json_of(0.0)}));
        } else if (is_number(member.value)) {
          // No number of a shipped config is unbounded below, and no whole one above.
          refuses_value(document, member, pointer, json_of(-1e300));
          if (std::holds_alternative<std::int64_t>(member.value.scalar)) {
            refuses_value(document, member, pointer, json_of(9007199254740994.0));
          }
        }
      });
}

TEST_CASE("A shipped config cut off anywhere is a finding with its place") {
  for (const auto& file : shipped_configs()) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    const std::size_t end = text.rfind('}');
    CAPTURE(file.string());
    for (std::size_t length = 0; length <= end; ++length) {
      CAPTURE(length);
      const std::vector<std::string> findings = findings_of(text.substr(0, length));
      REQUIRE(findings.size() == 1);
      REQUIRE(findings[0].rfind("f.json:", 0) == 0);
    }
  }
}
