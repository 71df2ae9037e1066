#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "data/split.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;
using clino::test::TemporaryFolder;

namespace {

/// 90 rows: the row's number, a number that drifts, and one of three classes, the last of them
/// rare.
std::string uneven_table_text() {
  std::string text = "index,drift,colour\n";
  for (int i = 0; i < 90; ++i) {
    text += std::to_string(i) + "," + std::to_string(std::exp(0.05 * i)) + "," +
            (i % 30 == 4  ? "rare"
             : i % 3 == 0 ? "blue"
                          : "green") +
            "\n";
  }
  return text;
}

DataRequest request_of(const std::string& path, Index folds, Index fold = 0) {
  return {.source = {"csv", {{"path", path}}},
          .validation_fraction = 0,
          .folds = folds,
          .fold = fold,
          .target = TargetKind::classes,
          .seed = 3};
}

/// One input of all samples of a part.
std::vector<double> column(const Dataset<double>& part, std::size_t feature) {
  const std::vector<double> x = fill_all(part).x;
  const auto features = static_cast<std::size_t>(part.features());
  std::vector<double> values;
  for (std::size_t i = feature; i < x.size(); i += features) values.push_back(x[i]);
  return values;
}

double mean(const std::vector<double>& values) {
  long double sum = 0;
  for (const double value : values) sum += value;
  return static_cast<double>(sum / static_cast<long double>(values.size()));
}

double deviation(const std::vector<double>& values) {
  const double middle = mean(values);
  std::vector<double> squares;
  for (const double value : values) squares.push_back((value - middle) * (value - middle));
  return std::sqrt(mean(squares));
}

}  // namespace

TEST_CASE("every sample that is not tested is held out once, and trained on in all other folds") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", uneven_table_text());
  const TargetKind target = GENERATE(TargetKind::classes, TargetKind::numbers);
  std::multiset<double> held_out, trained;
  std::set<std::uint64_t> hashes;
  std::set<std::vector<double>> tested;
  for (Index fold = 0; fold < 4; ++fold) {
    DataRequest request = request_of(path, 4, fold);
    request.test_fraction = 0.2;
    request.standardize = false;
    request.target = target;
    request.source.options["target"] = std::string("drift");
    request.source.options["ignore"] = std::string("colour");
    if (target == TargetKind::classes) {
      request.source.options["target"] = std::string("colour");
      request.source.options["ignore"] = std::string("drift");
    }
    const Data<double> data = load_data<double>(request);
    for (const auto* part : {&data.train, &data.validation, &data.test}) {
      const std::vector<double> rows = column(*part, 0);
      CHECK(std::is_sorted(rows.begin(), rows.end()));
    }
    CHECK(data.validation.size() == 18);
    for (const double row : column(data.validation, 0)) held_out.insert(row);
    for (const double row : column(data.train, 0)) trained.insert(row);
    tested.insert(column(data.test, 0));
    hashes.insert(data.hash);
  }
  CHECK(hashes.size() == 1);
  REQUIRE(tested.size() == 1);
  CHECK(tested.begin()->size() == 18);
  for (int row = 0; row < 90; ++row) {
    const bool in_test = std::count(tested.begin()->begin(), tested.begin()->end(), row) == 1;
    CHECK(held_out.count(row) == (in_test ? 0 : 1));
    CHECK(trained.count(row) == (in_test ? 0 : 3));
  }
}

TEST_CASE("the fold that is asked for is the validation part") {
  for (Index fold = 0; fold < 3; ++fold) {
    DataRequest request = request_of("", 3, fold);
    // Even steps over [-1, 1] tell which rows these are.
    request.source = {"function", {{"samples", std::int64_t{41}}}};
    request.target = TargetKind::numbers;
    request.standardize = false;
    Random random(request.seed, stream_id("split"));
    const Parts parts = split_into_folds(std::vector<Index>(41, 0), 1, 3, fold, 0, random);
    std::vector<double> expected;
    for (const Index row : parts.validation) {
      expected.push_back(2 * static_cast<double>(row) / 40 - 1);
    }
    CHECK(column(load_data<double>(request).validation, 0) == expected);
  }
}

TEST_CASE("the test part of a seed is the same with and without folds") {
  const TemporaryFolder folder;
  DataRequest with = request_of(folder.write("a.csv", uneven_table_text()), 5, 2);
  with.test_fraction = 0.3;
  with.standardize = false;
  DataRequest without = with;
  without.folds = std::nullopt;
  without.fold = 0;
  without.validation_fraction = 0.25;
  const auto tested = [](const DataRequest& request) {
    return column(load_data<double>(request).test, 0);
  };
  CHECK(tested(with) == tested(without));
  with.seed = 4;
  CHECK(tested(with) != tested(without));
}

TEST_CASE("each fold is standardised by its own training part, and by nothing else") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", uneven_table_text());
  std::set<double> means;
  for (Index fold = 0; fold < 5; ++fold) {
    DataRequest request = request_of(path, 5, fold);
    request.test_fraction = 0.1;
    const Data<double> data = load_data<double>(request);
    request.standardize = false;
    const Data<double> raw = load_data<double>(request);
    for (const std::size_t feature : {std::size_t{0}, std::size_t{1}}) {
      const std::vector<double> train = column(raw.train, feature);
      CHECK(data.preprocessing.means[feature] == Approx(mean(train)));
      CHECK(data.preprocessing.scales[feature] == Approx(deviation(train)));
      CHECK(std::abs(mean(column(data.train, feature))) < 1e-13);
      CHECK(std::abs(mean(column(data.validation, feature))) > 1e-3);
      CHECK(std::abs(mean(column(data.test, feature))) > 1e-3);
    }
    means.insert(data.preprocessing.means[1]);
  }
  CHECK(means.size() == 5);
}

TEST_CASE("what stands in the fold that is held out does not reach the training part") {
  const TemporaryFolder folder;
  const std::string text = uneven_table_text();
  DataRequest request = request_of(folder.write("a.csv", text), 5, 1);
  request.source.options["missing"] = std::string("mean");
  const Data<double> before = load_data<double>(request);
  DataRequest unscaled = request;
  unscaled.standardize = false;
  const std::vector<double> rows = column(load_data<double>(unscaled).validation, 0);
  const std::string line = "\n" + std::to_string(static_cast<int>(rows[3])) + ",";
  std::string changed = text;
  changed.insert(changed.find(line) + line.size(), "9");
  request.source.options["path"] = folder.write("b.csv", changed);
  const Data<double> after = load_data<double>(request);
  CHECK(after.hash != before.hash);
  CHECK(after.preprocessing == before.preprocessing);
  CHECK(fill_all(after.train).x == fill_all(before.train).x);
  CHECK(fill_all(after.validation).x != fill_all(before.validation).x);
}

TEST_CASE("xor stays balanced in every fold") {
  for (Index fold = 0; fold < 3; ++fold) {
    DataRequest request = request_of("", 3, fold);
    request.source = {"xor", {{"samples", std::int64_t{88}}, {"noise", 0.1}}};
    request.target = TargetKind::binary;
    const Data<double> data = load_data<double>(request);
    CHECK((data.validation.size() == 28 || data.validation.size() == 32));
    for (const auto* part : {&data.train, &data.validation}) {
      CHECK(std::abs(mean(column(*part, 0))) < 1e-12);
      CHECK(std::abs(mean(column(*part, 1))) < 1e-12);
      CHECK(mean(fill_all(*part).y) == 0.5);
    }
  }
}

TEST_CASE("a test file is the test part of every fold, and all else is folded") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", uneven_table_text());
  for (Index fold = 0; fold < 3; ++fold) {
    DataRequest request = request_of(path, 3, fold);
    request.source.options["test_path"] = folder.write("t.csv", "index,drift,colour\n7,1,blue\n");
    request.standardize = false;
    const Data<double> data = load_data<double>(request);
    CHECK(column(data.test, 0) == std::vector<double>{7});
    CHECK(data.validation.size() == 30);
    CHECK(data.train.size() == 60);
    CHECK(data.class_counts == std::vector<Index>{20, 38, 2});
  }
}

TEST_CASE("folds that make no sense are refused") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", uneven_table_text());
  const auto error = [](const DataRequest& request) {
    return message_of<UsageError>([&] { load_data<float>(request); });
  };
  mentions(error(request_of(path, 1)), "folds: expected a whole number >= 2, found 1");
  mentions(error(request_of(path, -3)), "folds: expected a whole number >= 2, found -3");
  mentions(error(request_of(path, 5, 5)), "fold: expected one of the folds 0 to 4, found 5");
  mentions(error(request_of(path, 5, -1)), "fold: expected one of the folds 0 to 4, found -1");
  DataRequest request = request_of(path, 5, 2);
  request.folds = std::nullopt;
  mentions(error(request), "fold: means nothing without folds; expected 0, found 2");
  request = request_of(path, 5);
  request.validation_fraction = 0.2;
  mentions(error(request), "validation_fraction: the folds make the validation part; expected 0");
  request.validation_fraction = std::numeric_limits<double>::quiet_NaN();
  mentions(error(request), "expected 0, found nan");
  request = request_of(path, 91);
  mentions(error(request), path +
                               ": folds: expected at most as many as there are samples outside "
                               "of the test part, 90, found 91");
  request.test_fraction = 0.5;
  mentions(error(request), "45, found 91");
  request = request_of("", 26);
  request.source = {"xor", {{"samples", std::int64_t{100}}}};
  mentions(error(request), "xor: folds: expected at most as many as there are groups of 4 samples");
}

TEST_CASE("a fold that leaves a class without training names it, the other folds train") {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.csv", uneven_table_text() + "90,1,once\n");
  int refused = 0;
  for (Index fold = 0; fold < 4; ++fold) {
    try {
      const Data<double> data = load_data<double>(request_of(path, 4, fold));
      CHECK(data.class_counts[2] == 1);
    } catch (const UsageError& error) {
      ++refused;
      mentions(error.what(), path + ": class \"once\" has no sample to train on");
      mentions(error.what(), "in fold " + std::to_string(fold) + ", the validation part");
      mentions(error.what(), "expected at least 2");
    }
  }
  CHECK(refused == 1);
}
