#include "train/preprocessing_json.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

#include "core/errors.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "tests/throws.hpp"

namespace clino {
namespace {

Preprocessing flowers() {
  return {.source = "csv",
          .columns = {{.name = "width", .position = 1},
                      {.name = "colour", .position = 3, .categories = {"blue", "red"}}},
          .file_columns = 4,
          .named_columns = true,
          .delimiter = ";",
          .skip_rows = 2,
          .feature_names = {"width", "colour=blue", "colour=red"},
          .means = {0.1, 0, 0},
          .scales = {2, 1, 1},
          .replacements = {0.1, 0.5, 0.5},
          .target_kind = TargetKind::classes,
          .target_names = {"kind"},
          .class_names = {"2", "10", "11"},
          .integer_classes = true};
}

/// The file of `flowers()` with other text.
struct File {
  explicit File(const std::string& text) { std::ofstream(path) << text; }
  std::string message() const {
    return message_of<InputError>([&] { load_preprocessing(path); });
  }

  test::TemporaryFolder folder;
  std::string path = folder.file("preprocessing.json");
};

TEST_CASE("a preprocessing reads back as it was written") {
  Preprocessing autoencoder = flowers();
  autoencoder.target_kind = TargetKind::numbers;
  autoencoder.target_is_input = true;
  autoencoder.target_names = autoencoder.feature_names;
  autoencoder.class_names.clear();
  autoencoder.integer_classes = false;
  autoencoder.replacements.clear();
  for (const Preprocessing& p : {flowers(), autoencoder}) {
    CHECK(load_preprocessing(File(preprocessing_json(p)).path) == p);
  }
}

TEST_CASE("damage of a preprocessing is named with its file and key") {
  struct Damage {
    const char* pointer;
    const char* value;
    const char* message;
  };
  const Damage damage = GENERATE(
      Damage{"/means", "[]", "means: expected 3 entries, the inputs that columns make, found 0"},
      Damage{"/means", "[0, 0, 0, 0]", "means: expected 3"},
      Damage{"/means", "[0, \"x\", 0]", "means: type must be number, but is string"},
      Damage{"/scales", "[1]", "scales: expected 3"},
      Damage{"/scales", "[1, 1, 0]", "scales: entry 2 is 0"},
      Damage{"/scales", "[1, 1, -0.0]", "scales: entry 2 is 0"},
      Damage{"/feature_names", "[\"a\"]", "feature_names: expected 3"},
      Damage{"/replacements", "[1, 2]", "replacements: expected none or 3"},
      Damage{"/columns", "[]", "columns: expected at least one"},
      Damage{"/columns", "{}", "columns: expected a list"},
      Damage{"/columns/0", "7", "columns/0: expected an object"},
      Damage{"/columns/0/position", "-1", "columns: position -1 of \"width\""},
      Damage{"/columns/0/position", "4", "columns: position 4 of \"width\""},
      Damage{"/columns/0/position", "1.5", "columns/0: position: expected a whole number"},
      Damage{"/columns/1/categories", "[\"red\", \"blue\"]", "columns: the categories"},
      Damage{"/columns/1/categories", "[]", "feature_names: expected 2"},
      Damage{"/file_columns", "0", "columns: position 1"},
      Damage{"/delimiter", "\"\"", "delimiter: expected one character"},
      Damage{"/delimiter", "\";;\"", "delimiter: expected one character"},
      Damage{"/skip_rows", "-1", "skip_rows: expected a number >= 0"},
      Damage{"/target_kind", "\"zzz\"", "target_kind: expected classes, binary or numbers"},
      Damage{"/target_kind", "\"binary\"", "class_names: expected two"},
      Damage{"/target_kind", "\"numbers\"", "class_names: expected none"},
      Damage{"/target_is_input", "true", "target_is_input: expected false"},
      Damage{"/target_names", "[]", "target_names: expected one"},
      Damage{"/class_names", "[\"1\"]", "class_names: expected at least two"},
      Damage{"/class_names", "[\"1\", \"a\"]", "class_names: \"a\" is no whole number"},
      Damage{"/class_names", "[\"10\", \"2\"]", "class_names: not in ascending order"},
      Damage{"/integer_classes", "false", "class_names: not in ascending order"},
      Damage{"/named_columns", "1", "named_columns: type must be boolean"});
  nlohmann::json json = nlohmann::json::parse(preprocessing_json(flowers()));
  json.at(nlohmann::json::json_pointer(damage.pointer)) = nlohmann::json::parse(damage.value);
  const File file(json.dump());
  CAPTURE(damage.pointer, damage.value);
  CHECK(file.message().find(file.path + " is damaged: " + damage.message) == 0);
}

TEST_CASE("a preprocessing that lacks a key is refused") {
  const auto whole = nlohmann::json::parse(preprocessing_json(flowers()));
  for (const auto& [key, value] : whole.items()) {
    nlohmann::json json = whole;
    json.erase(key);
    const File file(json.dump());
    CHECK(file.message() == file.path + " is damaged: " + key + ": is missing");
  }
}

TEST_CASE("syntax errors of a preprocessing are told in plain words with their place") {
  const std::string text = GENERATE("", "{\"source\": ", "[1, 2", "{\"a\": 1e999}", "nonsense");
  const File file(text);
  CHECK(file.message().find(file.path + " is damaged: ") == 0);
  CHECK(file.message().find("json.exception") == std::string::npos);
  CHECK(File("{\n  \"source\" 3}").message().find("is damaged: line 2, column 12: ") !=
        std::string::npos);
  CHECK(File("[]").message().find("is damaged: expected an object") != std::string::npos);
}

}  // namespace
}  // namespace clino
