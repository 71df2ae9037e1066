#include <map>
#include <string>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

/// A training on `text`, and what loading another text with it gives, inputs as they stand.
struct Pair {
  clino::test::TemporaryFolder folder;
  Choice source;
  Preprocessing preprocessing;

  Pair(const std::string& text, const std::map<std::string, OptionValue>& options) {
    source = {"csv", options};
    source.options["path"] = folder.write("train.csv", text);
    preprocessing =
        load_data<double>({.source = source, .validation_fraction = 0, .standardize = false})
            .preprocessing;
  }
  Filled<double> load(const std::string& text) {
    source.options["path"] = folder.write("known.csv", text);
    return fill_all(load_with<double>(preprocessing, source));
  }
  std::string error(const std::string& text) {
    return message_of<InputError>([&] { load(text); });
  }
};

}  // namespace

TEST_CASE("targets are found by name in another order, however training was told of them") {
  const std::vector<std::map<std::string, OptionValue>> ways = {
      {}, {{"target", std::int64_t{2}}}, {{"target", std::string("y")}}};
  for (const auto& options : ways) {
    Pair pair("a,b,y\n1,2,3\n4,5,6\n", options);
    for (const char* text :
         {"y,a,b\n30,10,20\n", "b,y,a\n20,30,10\n", "z,y,b,a,w\nq,30,20,10,\n"}) {
      CHECK(pair.load(text).x == std::vector<double>{10, 20});
      CHECK(pair.load(text).y == std::vector<double>{30});
    }
    mentions(pair.error("b,a\n1,2\n"),
             "known.csv: the target column \"y\" of the training is missing; found b, a");
    mentions(pair.error("b,y\n1,2\n"), "known.csv: the feature column \"a\"");
  }
  Pair two("a,b,c\n1,2,3\n4,5,6\n", {{"target", std::vector<double>{2, 0}}});
  CHECK(two.load("a,c,b\n10,30,20\n").y == std::vector<double>{30, 10});
  two.source.options["target"] = std::string("b");
  mentions(two.error("a,c,b\n10,30,20\n"), "\"b\" is no target of the training");
}

TEST_CASE("a test file's target is found by name") {
  const clino::test::TemporaryFolder folder;
  const Data<double> data =
      load_data<double>({.source = {"csv",
                                    {{"path", folder.write("a.csv", "a,b,y\n1,2,3\n4,5,6\n")},
                                     {"test_path", folder.write("t.csv", "y,b,a\n30,20,10\n")}}},
                         .validation_fraction = 0,
                         .standardize = false});
  CHECK(fill_all(data.test).x == std::vector<double>{10, 20});
  CHECK(fill_all(data.test).y == std::vector<double>{30});
}

TEST_CASE("weights are found by name, and by index in the training's order alone") {
  const std::string text = "a,w,id,y\n1,2,7,3\n4,5,7,6\n";
  Pair named(text, {{"weight", std::string("w")}, {"ignore", std::string("id")}});
  CHECK(named.load("y,w,a\n30,2,10\n").weight == std::vector<double>{2});
  mentions(named.error("y,a\n30,10\n"), "the weight column \"w\" of the training is missing");
  Pair indexed(text, {{"weight", std::int64_t{1}}, {"ignore", std::int64_t{2}}});
  CHECK(indexed.load(text).weight == std::vector<double>{2, 5});
  mentions(indexed.error("y,w,id,a\n1,2,3,4\n"), "the weight column is given as 1");
  mentions(indexed.error("w,a,id,y\n1,2,3,4\n"), "the weight column is given as 1");
}

TEST_CASE("without a header a file has the training's columns") {
  Pair pair("1,2,3\n4,5,6\n", {{"header", false}});
  CHECK(pair.load("10,20,30\n").y == std::vector<double>{30});
  mentions(pair.error("10,20\n"), "expected 3 columns as in the training file, found 2");
  mentions(pair.error("10,20,30,40\n"), "expected 3 columns as in the training file, found 4");
}

TEST_CASE("after generated data a header that names the inputs names the target too") {
  Pair pair("a,y\n1,2\n3,4\n", {});
  pair.preprocessing =
      load_data<double>(
          {.source = {"moons", {}}, .standardize = false, .target = TargetKind::binary})
          .preprocessing;
  for (const char* text :
       {"class,x1,x0\n1,20,10\n", "x0,x1,class\n10,20,1\n", "p,q,r\n10,20,1\n"}) {
    CHECK(pair.load(text).x == std::vector<double>{10, 20});
    CHECK(pair.load(text).y == std::vector<double>{1});
  }
  mentions(pair.error("label,x0,x1\n1,10,20\n"), "the target column \"class\"");
  mentions(pair.error("p,q\n10,1\n"), "expected 2 feature columns as in training, found 1");
}
