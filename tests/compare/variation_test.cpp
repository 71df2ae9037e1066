#include "compare/variation.hpp"

#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using test::refusal;

using Texts = std::vector<std::string>;

namespace {

Texts labels_of(const std::vector<Variation>& variations) {
  Texts labels;
  for (const Variation& variation : variations) labels.push_back(variation.label);
  return labels;
}

}  // namespace

TEST_CASE("Values are split at the commas that stand between them") {
  CHECK(parse_axis("model.activation=relu,tanh").values == Texts{"relu", "tanh"});
  CHECK(parse_axis("a=1").values == Texts{"1"});
  CHECK(parse_axis("model.hidden=[8,8],[16]").values == Texts{"[8,8]", "[16]"});
  CHECK(parse_axis(R"(x={"type":"elu","alpha":2},relu)").values ==
        Texts{R"({"type":"elu","alpha":2})", "relu"});
  CHECK(parse_axis(R"(x="a,b","c\",d")").values == Texts{R"("a,b")", R"("c\",d")"});
  CHECK(parse_axis("a.b=c=d").values == Texts{"c=d"});
  CHECK(parse_axis("a.b=c=d").key == "a.b");
}

TEST_CASE("A text that is no axis is refused with what was expected") {
  for (const char* text :
       {"", "relu", "=relu", "a=", "a=1,,2", "a=1,", "a=[1,2", "a=1]", "a=\"x", "a=1,1"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_axis(text), UsageError);
  }
  CHECK(contains(refusal([] { parse_axis("a=[1,2"); }), "does not close"));
  CHECK(contains(refusal([] { parse_axis("relu"); }), "expected key=value"));
}

TEST_CASE("Labels are the values, short and telling") {
  CHECK(labels_of(all_combinations({parse_axis("model.activation=relu,tanh")})) ==
        Texts{"relu", "tanh"});
  CHECK(labels_of(all_combinations({parse_axis("optimizer.learning_rate=0.1,1e-2")})) ==
        Texts{"learning_rate=0.1", "learning_rate=0.01"});
  CHECK(labels_of(
            all_combinations({parse_axis("model.hidden=[16,16,16],[8,4]"),
                              parse_axis(R"(model.activation={"type":"elu","alpha":2},relu)")})) ==
        Texts{"hidden=3x16, elu(alpha=2)", "hidden=3x16, relu", "hidden=[8, 4], elu(alpha=2)",
              "hidden=[8, 4], relu"});
  CHECK(short_value("true") == "true");
  CHECK(short_value(R"({"patience": 3})") == "{patience=3}");
  CHECK(short_value("plain text") == "plain text");
}

TEST_CASE("All combinations are there once, the last key running fastest") {
  const auto all = all_combinations({parse_axis("a=1,2"), parse_axis("b=3,4,5")});
  REQUIRE(all.size() == 6);
  CHECK(all[1].settings == std::vector<Setting>{{"a", "1"}, {"b", "4"}});
  CHECK(*all[4].find("b") == "4");
  CHECK(all[4].find("c") == nullptr);
  CHECK(combined({{"named", {{"x", "1"}}}}, all_combinations({parse_axis("a=1,2")}))[1].label ==
        "named, a=2");
}

TEST_CASE("A part of a label can be left out where others remain") {
  CHECK(without_part("hidden=2x16, gelu", "hidden=2x16") == "gelu");
  CHECK(without_part("gelu, Glorot, 2x16", "2x16") == "gelu, Glorot");
  CHECK(without_part("a, b, c", "b") == "a, c");
  CHECK(without_part("gelu", "gelu") == "gelu");
  CHECK(without_part("gelu, x", "ge") == "gelu, x");
}

TEST_CASE("Two variations of one name are refused, and of one folder") {
  const auto check = [](const char* a, const char* b) {
    return refusal([&] { check_labels({{a, {}}, {b, {}}}); });
  };
  CHECK_NOTHROW(check_labels({{"relu", {}}, {"tanh", {}}}));
  CHECK(contains(check("relu", "relu"), "two variations are called \"relu\""));
  CHECK(contains(check("a b", "a/b"), "the same folder \"a-b\""));
}

TEST_CASE("Folders of runs are harmless whatever the label") {
  CHECK(folder_of("elu(alpha=2)") == "elu-alpha-2-");
  CHECK(folder_of("..") == "-..");
  CHECK(folder_of("../../evil") == "-..-..-evil");
  CHECK(folder_of(".") == "-.");
  CHECK(folder_of("") == "-");
  CHECK(short_value("[8]") == "1x8");
  CHECK(folder_of("/etc/passwd") == "-etc-passwd");
  const std::string very_long(500, 'x');
  CHECK(folder_of(very_long).size() < 130);
  CHECK(folder_of(very_long) != folder_of(very_long + "y"));
}

TEST_CASE("A setting's text reads back to its value") {
  CHECK(setting_text(JsonValue(std::string("relu"))) == "relu");
  CHECK(setting_text(JsonValue(std::string("1"))) == "\"1\"");
  CHECK(setting_text(JsonValue(std::string("true"))) == "\"true\"");
  CHECK(setting_text(JsonValue(std::string(""))) == "\"\"");
  CHECK(setting_text(JsonValue(0.5)) == "0.5");
  CHECK(setting_text(json_list({JsonValue(std::int64_t{1}), JsonValue(std::string("a"))})) ==
        "[1, \"a\"]");
}
