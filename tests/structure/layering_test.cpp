#include "tests/structure/layering.hpp"

#include <filesystem>

#include "tests/catch.hpp"

namespace {

/// A tree in order, for violations to be planted in.
SourceTree clean_tree() {
  SourceTree tree;
  for (const char* folder : {"core", "layers", "optim", "data", "probe", "theory", "statistics",
                             "train", "report", "compare", "claims", "app"}) {
    tree[std::string(folder) + "/README.md"] = "the rule\n";
    tree[std::string(folder) + "/thing.hpp"] = "#pragma once\n#include <vector>\n";
    tree[std::string(folder) + "/thing.cpp"] = "#include \"core/thing.hpp\"\n";
  }
  return tree;
}

std::vector<std::string> findings_with(const std::string& path, const std::string& text) {
  SourceTree tree = clean_tree();
  tree[path] += text;
  return layering_findings(tree);
}

}  // namespace

TEST_CASE("The sources keep the layout's rules") {
  const SourceTree tree = read_source_tree(CLINO_SOURCE_DIR);
  REQUIRE(tree.size() > 100);
  for (const std::string& finding : layering_findings(tree)) FAIL_CHECK(finding);
}

TEST_CASE("Every other folder states its rule too") {
  for (const char* folder : {"tests", "configs", "examples", "bench", "scripts", "cmake"}) {
    INFO(folder);
    CHECK(std::filesystem::exists(std::string(CLINO_SOURCE_DIR) + "/" + folder + "/README.md"));
  }
}

TEST_CASE("The checker finds planted violations") {
  REQUIRE(layering_findings(clean_tree()).empty());

  SECTION("an include upwards or sideways, in a header or a source") {
    const std::pair<const char*, const char*> kForbidden[] = {
        {"core", "layers"},  {"core", "train"},  {"layers", "optim"}, {"layers", "data"},
        {"optim", "layers"}, {"optim", "data"},  {"data", "layers"},  {"data", "probe"},
        {"probe", "optim"},  {"probe", "train"}, {"train", "app"},    {"core", "tests"},
    };
    for (const auto& [from, to] : kForbidden) {
      for (const char* kind : {".hpp", ".cpp"}) {
        const std::string path = std::string(from) + "/thing" + kind;
        const auto findings =
            findings_with(path, "#include \"" + std::string(to) + "/thing.hpp\"\n");
        INFO(path << " includes " << to);
        REQUIRE(findings.size() == 1);
        CHECK(findings[0].find(path + ":") == 0);
      }
    }
  }
  SECTION("an include downwards is none") {
    CHECK(findings_with("train/thing.cpp", "#include \"optim/thing.hpp\"\n").empty());
    CHECK(findings_with("probe/thing.hpp", "#include \"layers/thing.hpp\"\n").empty());
  }
  SECTION("an include of nothing") {
    CHECK(findings_with("core/thing.cpp", "#include \"core/absent.hpp\"\n").size() == 1);
  }
  SECTION("an include of a source") {
    CHECK(findings_with("train/thing.cpp", "#include \"core/thing.cpp\"\n").size() == 1);
  }
  SECTION("a type of another library in a public header") {
    CHECK(findings_with("core/thing.hpp", "#include <Eigen/Core>\n").size() == 1);
    CHECK(findings_with("core/thing.hpp", "Eigen::MatrixXf m;\n").size() == 1);
    CHECK(findings_with("train/thing.hpp", "#include <nlohmann/json.hpp>\n").size() == 1);
    CHECK(findings_with("train/thing.hpp", "nlohmann::json value;\n").size() == 1);
    CHECK(findings_with("data/thing.hpp", "#include <zlib.h>\n").size() == 1);
    CHECK(findings_with("app/thing.hpp", "#include <CLI/CLI.hpp>\n").empty());
  }
  SECTION("JSON, messages and Eigen where they have no business") {
    CHECK(findings_with("data/thing.cpp", "#include <nlohmann/json.hpp>\n").size() == 1);
    CHECK(findings_with("train/thing.cpp", "#include <spdlog/spdlog.h>\n").size() == 1);
    CHECK(findings_with("train/thing.cpp", "#include <Eigen/Core>\n").size() == 1);
    CHECK(findings_with("train/thing.cpp", "#include <nlohmann/json.hpp>\n").empty());
    CHECK(findings_with("layers/thing.cpp", "#include <Eigen/QR>\n").empty());
  }
  SECTION("a header without its guard, a file or a README that is too long, no README") {
    CHECK(findings_with("core/other.hpp", "#include <vector>\n").size() == 1);
    CHECK(findings_with("core/thing.cpp", std::string(300, '\n')).size() == 1);
    CHECK(findings_with("core/README.md", std::string(16, '\n')).size() == 1);
    SourceTree tree = clean_tree();
    tree.erase("data/README.md");
    CHECK(layering_findings(tree).size() == 1);
  }
}
