#include "tests/structure/layering.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>

namespace {

using Names = std::vector<std::string>;

/// What a folder may include beside itself: downwards only. Whatever is not here has no business
/// in the library.
const std::map<std::string, Names> kBelow = {
    {"core", {}},
    {"layers", {"core"}},
    {"optim", {"core"}},
    {"data", {"core"}},
    {"probe", {"layers", "core"}},
    {"theory", {"layers", "core"}},
    {"statistics", {"core"}},
    {"train", {"probe", "data", "optim", "layers", "core"}},
    {"report", {"train", "theory", "probe", "data", "optim", "layers", "core"}},
    {"compare",
     {"report", "train", "theory", "statistics", "probe", "data", "optim", "layers", "core"}},
    {"claims",
     {"compare", "report", "train", "theory", "statistics", "probe", "data", "optim", "layers",
      "core"}},
    {"app",
     {"claims", "compare", "report", "train", "theory", "statistics", "probe", "data", "optim",
      "layers", "core"}},
};

/// Libraries of others, and whose sources (never headers) may use them.
struct Foreign {
  std::string_view include;
  std::string_view type_prefix;  ///< must not be met in a header either
  Names folders;
};
const std::array<Foreign, 8> kForeign = {{
    {"Eigen/", "Eigen::", {"core", "layers", "probe"}},
    {"Random123/", "r123::", {"core"}},
    {"nlohmann/", "nlohmann::", {"train", "report", "compare", "claims", "app"}},
    {"boost/", "boost::", {"statistics"}},
    {"zlib.h", "z_stream", {"data", "train"}},
    {"spdlog/", "spdlog::", {"app"}},
    {"CLI/", "CLI::", {"app"}},
    {"httplib.h", "httplib::", {"app"}},
}};

constexpr std::ptrdiff_t kLongestReadme = 16;
constexpr std::ptrdiff_t kLongestFile = 300;

bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// What stands between `open` and `close` in an include line, or "".
std::string included(const std::string& line, char open, char close) {
  const std::string start = std::string("#include ") + open;
  if (!line.starts_with(start)) return "";
  return line.substr(start.size(), line.find(close, start.size()) - start.size());
}

/// One source file under check.
struct File {
  std::string path;
  std::string folder;
  /// The program's own headers are not installed: the rules for headers do not bind them.
  bool public_header;
};

std::string own_include_problem(const File& file, const std::string& name, const SourceTree& tree) {
  const std::string target = name.substr(0, name.find('/'));
  if (target != file.folder && !contains(kBelow.at(file.folder), target)) {
    return file.folder + "/ may not include " + name;
  }
  if (!tree.contains(name)) return "there is no " + name;
  return name.ends_with(".hpp") ? "" : name + " is no header";
}

std::string foreign_problem(const File& file, const std::string& line, const std::string& name) {
  for (const Foreign& foreign : kForeign) {
    const bool includes = name.starts_with(foreign.include);
    const bool names_type = line.find(foreign.type_prefix) != std::string::npos;
    if (file.public_header && (includes || names_type)) {
      return "a public header may not know " + std::string(foreign.include);
    }
    if (includes && !contains(foreign.folders, file.folder)) {
      return file.folder + "/ may not use " + std::string(foreign.include);
    }
  }
  return "";
}

Names file_findings(const File& file, const std::string& text, const SourceTree& tree) {
  Names findings;
  std::istringstream lines(text);
  std::ptrdiff_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::string place = file.path + ":" + std::to_string(++number) + ": ";
    const std::string own = included(line, '"', '"');
    const std::string problem = own.empty() ? foreign_problem(file, line, included(line, '<', '>'))
                                            : own_include_problem(file, own, tree);
    if (!problem.empty()) findings.push_back(place + problem);
  }
  if (number > kLongestFile) findings.push_back(file.path + ": longer than 300 lines");
  if (file.path.ends_with(".hpp") && !text.starts_with("#pragma once\n")) {
    findings.push_back(file.path + ": does not begin with #pragma once");
  }
  return findings;
}

std::string readme_problem(const std::string& folder, const SourceTree& tree) {
  const auto readme = tree.find(folder + "/README.md");
  if (readme == tree.end()) return folder + "/: has no README.md that states its rule";
  const auto lines = std::count(readme->second.begin(), readme->second.end(), '\n');
  return lines > kLongestReadme ? folder + "/README.md: longer than 16 lines" : "";
}

}  // namespace

SourceTree read_source_tree(const std::string& root) {
  SourceTree tree;
  for (const auto& [folder, below] : kBelow) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root + "/" + folder)) {
      const std::filesystem::path& path = entry.path();
      if (path.extension() != ".hpp" && path.extension() != ".cpp" && path.extension() != ".md") {
        continue;
      }
      std::ifstream stream(path, std::ios::binary);
      tree[std::filesystem::relative(path, root).generic_string()] =
          std::string(std::istreambuf_iterator<char>(stream), {});
    }
  }
  return tree;
}

std::vector<std::string> layering_findings(const SourceTree& tree) {
  Names findings;
  for (const auto& [folder, below] : kBelow) {
    const std::string problem = readme_problem(folder, tree);
    if (!problem.empty()) findings.push_back(problem);
  }
  for (const auto& [path, text] : tree) {
    if (path.ends_with(".md")) continue;
    const std::string folder = path.substr(0, path.find('/'));
    const File file{path, folder, path.ends_with(".hpp") && folder != "app"};
    const Names found = file_findings(file, text, tree);
    findings.insert(findings.end(), found.begin(), found.end());
  }
  return findings;
}
