#include "data/sources.hpp"

#include <algorithm>

#include "core/errors.hpp"
#include "tests/data/files.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

Choice completed(Choice choice) {
  return complete(data_source_catalogue(), std::move(choice), "data source");
}

std::vector<std::string> flagged(const Choice& choice) {
  std::vector<std::string> options;
  for (const SourceFinding& finding : source_findings(completed(choice))) {
    options.push_back(finding.option);
  }
  return options;
}

}  // namespace

TEST_CASE("every default of a data source fits its own option") {
  for (const CatalogueEntry& entry : data_source_catalogue()) {
    for (const Option& option : entry.options) {
      INFO(entry.name << " " << option.name);
      CHECK(!option.description.empty());
      if (!option.required) CHECK(mismatch(option, option.default_value).empty());
      const bool names_file = option.name.find("path") != std::string::npos ||
                              option.name.find("images") != std::string::npos ||
                              option.name.find("labels") != std::string::npos ||
                              option.name == "inputs" || option.name == "targets";
      CHECK(option.path == names_file);
    }
    CHECK(std::count_if(entry.options.begin(), entry.options.end(),
                        [](const Option& option) { return option.name == "target"; }) == 1);
  }
}

TEST_CASE("the target of a csv file is a name, an index, or a list of either") {
  const Option& target = [] {
    const auto& options = find_entry(data_source_catalogue(), "csv", "data source").options;
    return *std::find_if(options.begin(), options.end(),
                         [](const Option& option) { return option.name == "target"; });
  }();
  CHECK(mismatch(target, std::string("class")).empty());
  CHECK(mismatch(target, std::int64_t{-1}).empty());
  CHECK(mismatch(target, std::vector<double>{0, -2}).empty());
  CHECK(mismatch(target, std::vector<std::string>{"a", "b"}).empty());
  CHECK_FALSE(mismatch(target, 1.5).empty());
  CHECK_FALSE(mismatch(target, std::vector<double>{0.5}).empty());
  CHECK_FALSE(mismatch(target, true).empty());
  CHECK_FALSE(mismatch(target, std::monostate{}).empty());
}

TEST_CASE("impossible combinations are found without reading a file") {
  using Names = std::vector<std::string>;
  CHECK(flagged({"xor", {{"samples", std::int64_t{1002}}}}) == Names{"samples"});
  CHECK(flagged({"xor", {{"samples", std::int64_t{1000}}}}).empty());
  const OptionValue one = std::int64_t{1}, two = std::int64_t{2};
  CHECK(flagged({"blobs", {{"classes", one}}}) == Names{"classes"});
  CHECK(flagged({"blobs", {{"classes", one}, {"target", "input"}}}).empty());
  CHECK(flagged({"blobs", {{"samples", two}}}) == Names{"samples"});
  CHECK(flagged({"blobs", {{"samples", two}, {"classes", two}}}).empty());
  CHECK(flagged(
            {"blobs", {{"samples", std::int64_t{1000000}}, {"features", std::int64_t{100000}}}}) ==
        Names{"features"});
  for (const char* classes : {"two_spirals", "moons", "circles", "checkerboard"}) {
    CHECK(flagged({classes, {{"samples", one}}}) == Names{"samples"});
    CHECK(flagged({classes, {{"samples", two}}}).empty());
    CHECK(flagged({classes, {{"samples", one}, {"target", "input"}}}).empty());
  }
  CHECK(flagged({"sine", {{"samples", one}}}).empty());
  CHECK(flagged({"csv", {{"path", "a"}, {"delimiter", ",,"}}}) == Names{"delimiter"});
  CHECK(flagged({"csv", {{"path", "a"}, {"delimiter", "\""}}}) == Names{"delimiter"});
  CHECK(flagged({"csv", {{"path", "a"}, {"delimiter", ""}}}) == Names{"delimiter"});
  CHECK(flagged({"csv", {{"path", "a"}, {"delimiter", "\t"}}}).empty());
  CHECK(flagged({"csv", {{"path", "a"}, {"target", std::vector<double>{}}}}) == Names{"target"});
  CHECK(flagged({"idx", {{"train.images", "a"}}}) == Names{"train.labels"});
  CHECK(flagged({"idx", {{"train.images", "a"}, {"target", "input"}}}).empty());
  CHECK(flagged({"idx", {{"train.images", "a"}, {"train.labels", "b"}, {"test.labels", "c"}}}) ==
        Names{"test.labels"});
  CHECK(flagged({"idx", {{"train.images", "a"}, {"train.labels", "b"}, {"test.images", "c"}}}) ==
        Names{"test.labels"});
  CHECK(flagged({"npy", {{"inputs", "a"}}}) == Names{"targets"});
}

TEST_CASE("missing files are named with the package that brings them") {
  const clino::test::TemporaryFolder folder;
  const std::string there = folder.write("a.csv", "a,b\n1,2\n");
  CHECK(missing_data(completed({"csv", {{"path", there}}})) == std::nullopt);
  CHECK(missing_data(completed({"moons", {}})) == std::nullopt);

  const std::string digits = folder.file("sklearn/datasets/data/digits.csv.gz");
  const auto message = missing_data(completed({"csv", {{"path", there}, {"test_path", digits}}}));
  REQUIRE(message.has_value());
  mentions(*message, digits);
  mentions(*message, "python3-sklearn");
  CHECK(message->find(there) == std::string::npos);

  const std::string fashion = "/usr/share/datasets/fashion-mnist/no-such-file.gz";
  mentions(*missing_data(completed({"idx", {{"train.images", fashion}, {"train.labels", there}}})),
           "dataset-fashion-mnist");
}
