#include <filesystem>

#include "layers/losses.hpp"
#include "tests/train/config_support.hpp"
#include "train/json_reader.hpp"
#include "train/resume_point.hpp"
#include "train/schema.hpp"

using namespace clino;
using namespace config_test;

TEST_CASE("A teacher is a path, or an object with what it counts") {
  CHECK_FALSE(parse().teacher.has_value());
  CHECK_FALSE(parse({"teacher=null"}).teacher.has_value());
  CHECK(parse({"teacher=runs/big-1"}).teacher == TeacherConfig{"/base/runs/big-1", 4, 0.5});
  CHECK(parse({R"(teacher={"run": "/r", "temperature": 2, "mix": 1})"}).teacher ==
        TeacherConfig{"/r", 2, 1});
  SECTION("an override of one key makes an object of a path alone") {
    const Config config = parse({"teacher=../big", "teacher.mix=0.25"});
    CHECK(config.teacher == TeacherConfig{"/big", 4, 0.25});
  }
  SECTION("the resolved config is complete and loads to an equal one") {
    const Config config = parse({"teacher=big", "teacher.temperature=2.5"});
    const std::string resolved = resolved_json(config);
    CHECK(resolved.find(R"("run": "/base/big")") != std::string::npos);
    CHECK(parse_config(resolved, "other.json", "/elsewhere") == config);
    CHECK(resolved_json(parse()).find(R"("teacher": null)") != std::string::npos);
  }
  SECTION("all of it is part of what a run is") {
    const std::string hash = config_hash(parse({"teacher=big"}));
    CHECK(config_hash(parse()) != hash);
    CHECK(config_hash(parse({"teacher=bigger"})) != hash);
    CHECK(config_hash(parse({"teacher=big", "teacher.mix=0.4"})) != hash);
    CHECK(config_hash(parse({"teacher=big", "teacher.temperature=5"})) != hash);
  }
  SECTION("a run that is not there is missing") {
    CHECK(missing_files(parse({"teacher=/nowhere/big"})) == "/nowhere/big is missing");
  }
}

TEST_CASE("What is wrong with a teacher is found") {
  const auto finding = [](const std::string& value) {
    return finding_of(kMinimal, {"teacher=" + value});
  };
  const auto found = [](const std::string& value, const std::string& rest) {
    return "override \"teacher=" + value + "\": /teacher" + rest;
  };
  CHECK(finding("3") == found("3", ": expected a string or an object, found 3"));
  CHECK(finding("\"\"") == found("\"\"", ": expected the path of a file, found \"\""));
  CHECK(finding("{}") == found("{}", "/run: missing; expected a string"));
  const std::string cold = R"({"run": "r", "temperature": 0})";
  CHECK(finding(cold) == found(cold, "/temperature: expected a number > 0, found 0"));
  const std::string mixed = R"({"run": "r", "mix": 1.5})";
  CHECK(finding(mixed) == found(mixed, "/mix: expected a number in [0, 1], found 1.5"));
  const std::string unknown = R"({"run": "r", "temprature": 2})";
  CHECK(finding(unknown) ==
        found(unknown, "/temprature: unknown key \"temprature\"; did you mean \"temperature\"?"));
  for (const std::string loss : {"mse", "mae", "huber"}) {
    CHECK(finding_of(kMinimal, {"loss=" + loss, "data.source=sine", "teacher=r"}) ==
          found("r",
                ": the loss has no classes, and a teacher gives probabilities of classes; expected "
                "softmax_cross_entropy or binary_cross_entropy as loss, or no teacher"));
  }
  CHECK(findings_of(kMinimal, {"loss=binary_cross_entropy", "teacher=r"}).empty());
}

TEST_CASE("The schema knows both forms of a teacher") {
  const JsonReading reading = read_json(json_schema(config_schema()), "text");
  const JsonValue& teacher = *reading.root->find("properties")->find("teacher");
  const auto& forms = teacher.find("anyOf")->items;
  REQUIRE(forms.size() == 3);
  CHECK(*forms[0].find("type")->text() == "null");
  CHECK(*forms[1].find("type")->text() == "string");
  CHECK(*forms[2].find("type")->text() == "object");
  CHECK(brief_text(*forms[2].find("required")) == R"(["run"])");
  CHECK(markdown_reference(config_schema()).find("| `teacher` | string or object or null |") !=
        std::string::npos);
}
