#include <cmath>
#include <string>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

using Options = std::map<std::string, OptionValue>;

/// A whole csv file, neither split nor standardised.
Data<double> load(const std::string& text, Options options = {},
                  TargetKind target = TargetKind::numbers, bool standardize = false) {
  const clino::test::TemporaryFolder folder;
  options["path"] = folder.write("a.csv", text);
  return load_data<double>({.source = {"csv", options},
                            .validation_fraction = 0,
                            .standardize = standardize,
                            .target = target});
}

template <class Error>
std::string error_of(const std::string& text, const Options& options = {},
                     TargetKind target = TargetKind::numbers) {
  return message_of<Error>([&] { load(text, options, target); });
}

}  // namespace

TEST_CASE("the target is found by name, by index from either end, and as a list") {
  const std::string text = "a,b,c\n1,2,3\n4,5,6\n";
  const auto y = [&](const OptionValue& target) {
    return fill_all(load(text, {{"target", target}}).train).y;
  };
  CHECK(fill_all(load(text).train).y == std::vector<double>{3, 6});
  CHECK(y(std::string("b")) == std::vector<double>{2, 5});
  CHECK(y(std::int64_t{0}) == std::vector<double>{1, 4});
  CHECK(y(std::int64_t{-2}) == std::vector<double>{2, 5});
  CHECK(y(std::vector<std::string>{"c", "a"}) == std::vector<double>{3, 1, 6, 4});
  CHECK(y(std::vector<double>{0, 1}) == std::vector<double>{1, 2, 4, 5});
  CHECK(fill_all(load(text, {{"target", std::string("b")}}).train).x ==
        std::vector<double>{1, 3, 4, 6});
  const Data<double> autoencoder = load(text, {{"target", std::string("input")}});
  CHECK(autoencoder.train.outputs() == 3);
  CHECK(fill_all(autoencoder.train).y == fill_all(autoencoder.train).x);
}

TEST_CASE("ignored columns are neither inputs nor targets") {
  const Data<double> data = load("id,a,y\nx,2,3\ny,5,6\n", {{"ignore", std::string("id")}});
  CHECK(fill_all(data.train).x == std::vector<double>{2, 5});
  CHECK(data.preprocessing.file_columns == 3);
  CHECK(data.preprocessing.columns[0].position == 1);
  const Data<double> autoencoder = load(
      "1,2,3\n4,5,6\n",
      {{"header", false}, {"target", std::string("input")}, {"ignore", std::vector<double>{-1}}});
  CHECK(fill_all(autoencoder.train).y == std::vector<double>{1, 2, 4, 5});
  mentions(error_of<UsageError>("a,y\n1,2\n", {{"ignore", std::int64_t{1}}}), "named twice");
  mentions(error_of<UsageError>("a,y\n1,2\n", {{"ignore", std::string("z")}}), "no column \"z\"");
}

TEST_CASE("weights are a column of their own") {
  const Options options = {{"weight", std::string("w")}};
  const Data<double> data = load("w,a,y\n1,2,3\n0,5,6\n", options);
  CHECK(data.train.has_weights());
  CHECK(data.train.features() == 1);
  CHECK(fill_all(data.train).weight == std::vector<double>{1, 0});
  mentions(error_of<InputError>("w,a,y\n1,2,3\n-1,5,6\n", options),
           "line 3, column 1 (\"w\"): expected a weight >= 0, found -1");
  mentions(error_of<InputError>("w,a,y\n0,2,3\n0,5,6\n", options), "all weights");
  mentions(error_of<UsageError>("w,a,y\n0,2,3\n", {{"weight", std::string("y")}}), "named twice");
}

TEST_CASE("classes that are whole numbers are in numeric order, texts in byte order") {
  const auto names = [](const std::string& column) {
    return load("1," + column, {{"header", false}}, TargetKind::classes).preprocessing.class_names;
  };
  CHECK(names("10\n1,2\n1,-1\n1,2.0\n1,02\n") == std::vector<std::string>{"-1", "2", "10"});
  CHECK(names("b\n1,B\n1,a\n1,10\n1,2\n") == std::vector<std::string>{"10", "2", "B", "a", "b"});
  mentions(error_of<UsageError>("a,y\n1,1\n1,2.5\n", {}, TargetKind::classes),
           "line 3: expected a class (text, or a whole number of at most 2^53), found 2.5");
  mentions(error_of<InputError>("a,y\n1,red\n1,\n", {}, TargetKind::classes),
           "line 3, column 2 (\"y\"): missing class");
}

TEST_CASE("cells that are no finite numbers are refused by line and column") {
  mentions(
      error_of<InputError>("a,b,y\n1,2,3\n\n1,x,3\n"),
      "a.csv, line 4, column 2 (\"b\"): expected a number, found \"x\"; \"text\": \"one_hot\"");
  mentions(error_of<InputError>("a,y\n1,2\n,3\n"), "line 3, column 1 (\"a\"): missing value \"\"");
  for (const char* missing : {"NA", "nan", "NaN", "?", "null", "n/a", "\"\""}) {
    mentions(error_of<InputError>("a,y\n" + std::string(missing) + ",2\n"),
             "line 2, column 1 (\"a\"): missing value");
  }
  for (const char* infinite : {"inf", "-Infinity", "1e999"}) {
    for (const char* rule : {"refuse", "mean"}) {
      mentions(error_of<InputError>("a,y\n1,2\n" + std::string(infinite) + ",2\n",
                                    {{"missing", std::string(rule)}}),
               "line 3, column 1 (\"a\"): expected a finite number, found");
    }
  }
  mentions(error_of<InputError>("a,y\n1,x\n"), "line 2, column 2 (\"y\"): expected a number");
  mentions(error_of<InputError>("a,y\n1,\n", {{"missing", std::string("mean")}}),
           "line 2, column 2 (\"y\"): missing value");
}

TEST_CASE("missing features become the mean of the training part") {
  const std::string text = "a,b,y\n1,5,0\n,7,0\n4,NA,0\n";
  const Data<double> data = load(text, {{"missing", std::string("mean")}});
  CHECK(data.preprocessing.replacements == std::vector<double>{2.5, 6});
  CHECK(fill_all(data.train).x == std::vector<double>{1, 5, 2.5, 7, 4, 6});
  const Data<double> scaled =
      load(text, {{"missing", std::string("mean")}}, TargetKind::numbers, true);
  CHECK(fill_all(scaled.train).x == std::vector<double>{-1, -1, 0, 1, 1, 0});
  mentions(error_of<InputError>("a,y\n,1\n?,2\n", {{"missing", std::string("mean")}}),
           "the feature \"a\" has no value in the training part");
}

TEST_CASE("text columns become one input for each text") {
  const Options options = {{"text", std::string("one_hot")}, {"missing", std::string("mean")}};
  const Data<double> data = load("c,a,y\nred,1,0\nblue,2,0\nred,3,0\n,4,0\n", options);
  CHECK(data.preprocessing.feature_names == std::vector<std::string>{"c=blue", "c=red", "a"});
  CHECK(fill_all(data.train).x ==
        std::vector<double>{0, 1, 1, 1, 0, 2, 0, 1, 3, 1.0 / 3, 2.0 / 3, 4});
  mentions(error_of<InputError>("c,y\nred,0\n,0\n", {{"text", std::string("one_hot")}}),
           "line 3, column 1 (\"c\"): missing value");
  std::string many = "c,y\n";
  for (int i = 0; i < 1002; ++i) many += "t" + std::to_string(i) + ",0\n";
  mentions(error_of<InputError>(many, options), "more than 1000 different texts");
}

TEST_CASE("values too large for the element type are refused, not made infinite") {
  const clino::test::TemporaryFolder folder;
  const DataRequest request{
      .source = {"csv", {{"path", folder.write("a.csv", "a,y\n1,1\n1e300,2\n")}}},
      .validation_fraction = 0,
      .standardize = false};
  mentions(message_of<InputError>([&] { load_data<float>(request); }),
           "a.csv, line 3: 1e+300 is too large");
  CHECK(load_data<double>(request).train.size() == 2);
}

TEST_CASE("a row taken for a header is remarked upon") {
  REQUIRE(load("1,2\n3,4\n").remarks.size() == 1);
  mentions(load("1,2\n3,4\n").remarks[0], "\"header\": false");
  CHECK(load("a,b\n3,4\n").remarks.empty());
}

TEST_CASE("large offsets keep their digits") {
  const clino::test::TemporaryFolder folder;
  const DataRequest request{
      .source = {"csv", {{"path", folder.write("a.csv", "a,y\n1600000001,1\n1600000002,2\n")}}},
      .validation_fraction = 0};
  CHECK(fill_all(load_data<float>(request).train).x == std::vector<float>{-1, 1});
}
