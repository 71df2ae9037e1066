#include "train/schema.hpp"

#include <fstream>
#include <iterator>

#include "core/errors.hpp"
#include "layers/activations/list.hpp"
#include "layers/layer_catalogue.hpp"
#include "optim/optimizer.hpp"
#include "tests/catch.hpp"
#include "tests/train/config_support.hpp"
#include "train/catalogue_text.hpp"
#include "train/config_template.hpp"
#include "train/json_reader.hpp"

using namespace clino;

namespace {

JsonValue read_text(const std::string& text) {
  const JsonReading reading = read_json(text, "text");
  REQUIRE(reading.findings.empty());
  return *reading.root;
}

// Counts the objects that list their properties, and checks that they allow no others.
int closed_objects(const JsonValue& schema) {
  int count = 0;
  const JsonValue* properties = schema.find("properties");
  const JsonValue* type = schema.find("type");
  if (properties != nullptr && type != nullptr && type->text() != nullptr) {
    REQUIRE(schema.find("additionalProperties") != nullptr);
    CHECK(schema.find("additionalProperties")->scalar == OptionValue(false));
    ++count;
  }
  for (const JsonValue& item : schema.items) count += closed_objects(item);
  for (const JsonMember& member : schema.members) count += closed_objects(member.value);
  return count;
}

// Checks that every reference leads to a definition.
int references(const JsonValue& value, const JsonValue& definitions) {
  int count = 0;
  if (const JsonValue* target = value.find("$ref");
      target != nullptr && target->text() != nullptr) {
    CHECK(definitions.find(target->text()->substr(std::string("#/$defs/").size())) != nullptr);
    ++count;
  }
  for (const JsonValue& item : value.items) count += references(item, definitions);
  for (const JsonMember& member : value.members) count += references(member.value, definitions);
  return count;
}

}  // namespace

TEST_CASE("The JSON Schema closes every object and defines what it refers to") {
  const JsonValue schema = read_text(json_schema(config_schema()));
  CHECK(*schema.find("$schema")->text() == "https://json-schema.org/draft/2020-12/schema");
  CHECK(closed_objects(schema) > 50);
  CHECK(references(schema, *schema.find("$defs")) > 8);
}

TEST_CASE("The JSON Schema says what an option accepts") {
  const JsonValue schema = read_text(json_schema(config_schema()));
  const JsonValue& properties = *schema.find("properties");
  CHECK(brief_text(*properties.find("dtype")->find("enum")) == R"(["float32", "float64"])");
  CHECK(properties.find("seed")->find("minimum")->scalar == OptionValue(std::int64_t{0}));
  CHECK(properties.find("seed")->find("default")->scalar == OptionValue(std::int64_t{1}));
  const JsonValue& every = *properties.find("log")->find("properties")->find("every");
  CHECK(every.find("anyOf")->items.size() == 3);
  CHECK(brief_text(*schema.find("required")) == R"(["data", "model", "loss"])");
}

TEST_CASE("Every name of a catalogue is in the schema, with its options") {
  const Schema& schema = config_schema();
  for (const SchemaNode& definition : schema.definitions) CHECK(definition.branches.size() > 1);
  for (const CatalogueEntry& entry : activation_catalogue()) {
    CAPTURE(entry.name);
    for (const std::string target : {"activation", "layer"}) {
      const SchemaNode node{.kind = SchemaNode::Kind::reference, .option = {}, .target = target};
      const SchemaNode* branch = schema.resolve(node).branch(entry.name);
      REQUIRE(branch != nullptr);
      CHECK(branch->fields.size() == entry.options.size());
    }
  }
}

TEST_CASE("No type has an option with the name of a key that all types have") {
  for (const SchemaNode& definition : config_schema().definitions) {
    for (const SchemaNode& branch : definition.branches) {
      for (const SchemaNode& shared : definition.fields) {
        CAPTURE(definition.name(), branch.name(), shared.name());
        CHECK(branch.field(shared.name()) == nullptr);
      }
    }
  }
}

TEST_CASE("docs/config.md is what the schema says") {
  std::ifstream stream(CLINO_SOURCE_DIR "/docs/config.md", std::ios::binary);
  const std::string committed(std::istreambuf_iterator<char>(stream), {});
  // Where this fails: clino schema --markdown > docs/config.md
  CHECK(committed == markdown_reference(config_schema()));
}

TEST_CASE("Every template is a sound config") {
  for (const std::string& kind : config_template_kinds()) {
    CAPTURE(kind);
    CHECK(config_test::findings_of(config_template(kind)).empty());
    CHECK(config_template(kind).find('@') == std::string::npos);
  }
  CHECK_THROWS_AS(config_template("sequence"), UsageError);
}

TEST_CASE("The lists name every entry and every option with its default") {
  for (const std::string& name : catalogue_names()) {
    CAPTURE(name);
    const JsonValue entries = read_text(catalogue_json(find_catalogue(name)));
    CHECK(entries.items.size() > 3);
    for (const JsonValue& entry : entries.items) {
      CHECK(catalogue_text(find_catalogue(name)).find(*entry.find("name")->text()) !=
            std::string::npos);
    }
  }
  const std::string optimizers = catalogue_text(find_catalogue("optimizers"));
  for (const CatalogueEntry& entry : optimizer_catalogue()) {
    for (const Option& option : entry.options) {
      CHECK(optimizers.find(option.description + " (" + describe(option)) != std::string::npos);
    }
  }
  CHECK(optimizers.find("default 0.999") != std::string::npos);
  CHECK_THROWS_AS(find_catalogue("optimizer"), UsageError);
}
