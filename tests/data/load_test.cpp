#include <algorithm>
#include <cmath>
#include <set>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "data/sources.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

/// 200 rows: an ascending number, a wavy one, a constant, and one of three classes.
std::string table_text() {
  const char* const names[] = {"red", "green", "blue"};
  std::string text = "index,wave,same,colour\n";
  for (int i = 0; i < 200; ++i) {
    text += std::to_string(i) + "," + std::to_string(std::sin(i) * 1e6) + ",0.1," +
            names[i % 7 == 0 ? 0 : 1 + i % 2] + "\n";
  }
  return text;
}

DataRequest csv_request(const std::string& path, TargetKind target = TargetKind::classes) {
  return {.source = {"csv", {{"path", path}}}, .target = target, .seed = 3};
}

double moment(const std::vector<double>& x, Index features, Index j, int power, double about = 0) {
  double sum = 0;
  const auto count = static_cast<Index>(x.size()) / features;
  for (Index k = 0; k < count; ++k) {
    sum += std::pow(x[static_cast<std::size_t>(k * features + j)] - about, power);
  }
  return sum / static_cast<double>(count);
}

}  // namespace

TEST_CASE("the training part has mean 0 and deviation 1, and no other part was looked at") {
  const clino::test::TemporaryFolder folder;
  DataRequest request = csv_request(folder.write("a.csv", table_text()));
  request.test_fraction = 0.2;
  const Data<double> data = load_data<double>(request);
  const Filled<double> train = fill_all(data.train);
  for (const Index j : {0, 1}) {
    CHECK(std::abs(moment(train.x, 3, j, 1)) < 1e-13);
    CHECK(moment(train.x, 3, j, 2) == Approx(1).epsilon(1e-12));
    for (const auto* part : {&data.validation, &data.test}) {
      CHECK(std::abs(moment(fill_all(*part).x, 3, j, 1)) > 1e-3);
    }
  }
  CHECK(data.preprocessing.scales[2] == 1);
  CHECK(data.preprocessing.means[2] == 0.1);
  for (std::size_t i = 2; i < train.x.size(); i += 3) CHECK(train.x[i] == 0);
  REQUIRE(data.remarks.size() == 1);
  mentions(data.remarks[0], "1 of 3 features are constant");

  request.standardize = false;
  const std::vector<double> raw = fill_all(load_data<double>(request).train).x;
  for (const Index j : {0, 1}) {
    const auto i = static_cast<std::size_t>(j);
    const double mean = moment(raw, 3, j, 1);
    CHECK(data.preprocessing.means[i] == Approx(mean));
    CHECK(data.preprocessing.scales[i] == Approx(std::sqrt(moment(raw, 3, j, 2, mean))));
  }
}

TEST_CASE("the parts are the file, each in its order, with classes in sorted order") {
  const clino::test::TemporaryFolder folder;
  DataRequest request = csv_request(folder.write("a.csv", table_text()));
  request.test_fraction = 0.2;
  request.standardize = false;
  const Data<double> data = load_data<double>(request);
  CHECK(data.preprocessing.class_names == std::vector<std::string>{"blue", "green", "red"});
  CHECK(data.preprocessing.feature_names == std::vector<std::string>{"index", "wave", "same"});
  CHECK(data.preprocessing.target_names == std::vector<std::string>{"colour"});
  CHECK(data.classes == 3);
  CHECK(data.train.size() == 120);
  CHECK(data.validation.size() == 40);
  CHECK(data.test.size() == 40);
  std::set<int> seen;
  std::vector<Index> counts(3);
  for (const auto* part : {&data.train, &data.validation, &data.test}) {
    const Filled<double> filled = fill_all(*part);
    double previous = -1;
    for (std::size_t k = 0; k < filled.y.size(); ++k) {
      const double index = filled.x[3 * k];
      CHECK(index > previous);
      previous = index;
      seen.insert(static_cast<int>(index));
      const int i = static_cast<int>(index);
      CHECK(filled.y[k] == (i % 7 == 0 ? 2 : i % 2 == 0 ? 1 : 0));
      if (part == &data.train) ++counts[static_cast<std::size_t>(filled.y[k])];
    }
  }
  CHECK(seen.size() == 200);
  CHECK(data.class_counts == counts);
}

TEST_CASE("the same seed gives the same bytes, another seed others") {
  const clino::test::TemporaryFolder folder;
  const DataRequest csv = csv_request(folder.write("a.csv", table_text()));
  const DataRequest moons{.source = {"moons", {}}, .target = TargetKind::binary, .seed = 3};
  for (DataRequest request : {csv, moons}) {
    const Data<float> a = load_data<float>(request), b = load_data<float>(request);
    CHECK(fill_all(a.train).x == fill_all(b.train).x);
    CHECK(fill_all(a.validation).x == fill_all(b.validation).x);
    CHECK(a.preprocessing == b.preprocessing);
    CHECK(a.hash == b.hash);
    CHECK(load_data<double>(request).hash == a.hash);
    request.seed = 4;
    const Data<float> c = load_data<float>(request);
    CHECK(fill_all(a.validation).x != fill_all(c.validation).x);
    CHECK((request.source.type == "csv") == (a.hash == c.hash));
  }
}

TEST_CASE("the hash follows every value") {
  const clino::test::TemporaryFolder folder;
  const auto hash = [&](const std::string& text) {
    DataRequest request = csv_request(folder.write("a.csv", text), TargetKind::numbers);
    request.validation_fraction = 0;
    return load_data<double>(request).hash;
  };
  const auto original = hash("a,y\n1,2\n3,4\n");
  CHECK(original == hash("b,z\r\n1.0,2\r\n3,4\r\n"));
  CHECK(original != hash("a,y\n1,2\n3,5\n"));
  CHECK(original != hash("a,y\n1,2\n3.0000000000000004,4\n"));
  CHECK(original != hash("a,y\n3,4\n1,2\n"));
}

TEST_CASE("xor stays balanced in every part") {
  const Data<double> data =
      load_data<double>({.source = {"xor", {{"noise", 0.1}}}, .target = TargetKind::binary});
  for (const auto* part : {&data.train, &data.validation}) {
    const Filled<double> filled = fill_all(*part);
    double x = 0, y = 0, label = 0;
    for (std::size_t k = 0; k < filled.y.size(); ++k) {
      const double side = filled.y[k] == 1 ? 1 : -1;
      x += side * filled.x[2 * k];
      y += side * filled.x[2 * k + 1];
      label += side;
    }
    CHECK(std::abs(x) < 1e-12);
    CHECK(std::abs(y) < 1e-12);
    CHECK(label == 0);
  }
  CHECK(data.preprocessing.means == std::vector<double>{0, 0});
}

TEST_CASE("requests that make no sense are refused") {
  const clino::test::TemporaryFolder folder;
  const std::string path = folder.write("a.csv", table_text());
  const auto error = [](const DataRequest& request) {
    return message_of<UsageError>([&] { load_data<float>(request); });
  };
  DataRequest request = csv_request(path);
  request.validation_fraction = 0.5;
  request.test_fraction = 0.5;
  mentions(error(request), "sum to less than 1");
  request.test_fraction = std::nan("");
  mentions(error(request), "sum to less than 1");
  request = csv_request(path);
  request.validation_fraction = 0.001;
  mentions(error(request), "leaves the validation part without a sample");
  request = csv_request(path);
  request.source.options["test_path"] = path;
  request.test_fraction = 0.1;
  mentions(error(request), "test_fraction: expected 0");
  request = csv_request(path);
  request.source.options["target"] = std::string("color");
  mentions(error(request), "did you mean \"colour\"?");
  request.source.options["target"] = std::int64_t{4};
  mentions(error(request), "expected 0 to 3");
  request.source.options["target"] = std::vector<double>{0, -4};
  mentions(error(request), "is named twice");
  request.source.options["target"] = std::vector<double>{0, 1, 2, 3};
  mentions(error(request), "no column left");
  request = csv_request(path, TargetKind::binary);
  mentions(error(request), "exactly two classes, found 3: blue, green, red");
  request = csv_request(folder.write("b.csv", "a,b,y\n1,0.5,2\n3,4,5\n"));
  request.source.options["target"] = std::string("b");
  mentions(error(request), "line 2: expected a class");
  request.source.options["target"] = std::vector<double>{0, 1};
  mentions(error(request), "one column of classes");
  request.source.options["target"] = std::string("input");
  mentions(error(request), "the loss needs classes");
  mentions(
      error({.source = {"blobs", {{"classes", std::int64_t{1}}}}, .target = TargetKind::classes}),
      "classes: expected at least two classes");
  mentions(error({.source = {"sine", {}}, .target = TargetKind::classes}), "expected a class");
  mentions(error({.source = {"xor", {{"samples", std::int64_t{6}}}}}), "multiple of 4");
  mentions(error({.source = {"moon", {}}}), "did you mean \"moons\"?");
}
