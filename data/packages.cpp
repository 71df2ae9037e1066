#include "data/packages.hpp"

namespace clino {

namespace {

struct Package {
  std::string_view folder;  ///< part of the path of every file that it brings
  std::string_view name;
};

constexpr Package kPackages[] = {
    {"/usr/share/datasets/fashion-mnist", "dataset-fashion-mnist"},
    {"/sklearn/datasets/data/", "python3-sklearn"},
};

}  // namespace

std::string package_hint(std::string_view path) {
  for (const Package& package : kPackages) {
    if (path.find(package.folder) == std::string_view::npos) continue;
    return "the Debian package " + std::string(package.name) + " brings it";
  }
  return "";
}

}  // namespace clino
