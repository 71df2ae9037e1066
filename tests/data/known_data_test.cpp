#include <cmath>
#include <sstream>
#include <string>

#include "core/errors.hpp"
#include "data/dataset.hpp"
#include "data/row_reader.hpp"
#include "tests/data/files.hpp"
#include "tests/data/load_helpers.hpp"
#include "tests/throws.hpp"

using namespace clino;
using namespace clino_test;

namespace {

const std::string kTraining =
    "# counts\nsize,colour,weight,class\n1,red,10,cat\n2,blue,30,dog\n3,red,20,cat\n,blue,40,dog\n";

Choice training_source(const std::string& path) {
  return {"csv",
          {{"path", path},
           {"skip_rows", std::int64_t{1}},
           {"text", std::string("one_hot")},
           {"missing", std::string("mean")}}};
}

Data<double> train(const clino::test::TemporaryFolder& folder) {
  return load_data<double>({.source = training_source(folder.write("train.csv", kTraining)),
                            .validation_fraction = 0,
                            .target = TargetKind::classes});
}

Dataset<double> known(const clino::test::TemporaryFolder& folder,
                      const Preprocessing& preprocessing, const std::string& text) {
  return load_with<double>(preprocessing, training_source(folder.write("known.csv", text)));
}

/// All rows of a text, one after another.
std::vector<double> read_rows(const Preprocessing& preprocessing, const std::string& text) {
  std::istringstream stream(text);
  RowReader<double> reader(preprocessing, stream, "rows");
  std::vector<double> row(static_cast<std::size_t>(preprocessing.features())), all;
  while (reader.next(row)) all.insert(all.end(), row.begin(), row.end());
  return all;
}

}  // namespace

TEST_CASE("a file loaded with a training's preprocessing is scaled and numbered as there") {
  const clino::test::TemporaryFolder folder;
  const Data<double> data = train(folder);
  const Filled<double> whole = fill_all(data.train);
  CHECK(fill_all(known(folder, data.preprocessing, kTraining)).x == whole.x);

  // One class and one colour only, columns in another order, one more column.
  const Filled<double> one = fill_all(
      known(folder, data.preprocessing, "#\nextra,weight,size,colour,class\nx,30,2,blue,dog\n"));
  CHECK(one.x == std::vector<double>(whole.x.begin() + 4, whole.x.begin() + 8));
  CHECK(one.y == std::vector<double>{1});
}

TEST_CASE("what training did not know is refused") {
  const clino::test::TemporaryFolder folder;
  const Data<double> data = train(folder);
  const auto error = [&](const std::string& text) {
    return message_of<InputError>([&] { known(folder, data.preprocessing, text); });
  };
  mentions(error("#\nsize,colour,weight,class\n1,red,10,cow\n"),
           "known.csv, line 3: unknown class \"cow\", expected one of cat, dog");
  mentions(error("#\nsize,colour,weight,class\n1,green,10,cat\n"),
           "line 3, column 2 (\"colour\"): unknown category \"green\"");
  mentions(error("#\nsize,weight,class\n1,10,cat\n"), "feature column \"colour\"");
}

TEST_CASE("a test file is the test part") {
  const clino::test::TemporaryFolder folder;
  Choice source = training_source(folder.write("train.csv", kTraining));
  source.options["test_path"] =
      folder.write("test.csv", "#\nclass,size,colour,weight\ndog,2,blue,30\n");
  source.options["target"] = std::string("class");
  const Data<double> data = load_data<double>(
      {.source = source, .validation_fraction = 0, .target = TargetKind::classes});
  CHECK(data.train.size() == 4);
  REQUIRE(data.test.size() == 1);
  const std::vector<double> x = fill_all(data.train).x;
  CHECK(fill_all(data.test).x == std::vector<double>(x.begin() + 4, x.begin() + 8));
  CHECK(fill_all(data.test).y == std::vector<double>{1});
  CHECK(data.hash != train(folder).hash);
}

TEST_CASE("idx images stay bytes, are scaled as in training, and bring their test part") {
  const clino::test::TemporaryFolder folder;
  const std::string pixels("\x00\x64\xFF\x32\x64\x80\x64\x64\x00", 9);
  const std::string labels("\x03\x07\x03", 3);
  const Choice source = {
      "idx",
      {{"train.images", folder.write("images", idx_file({3, 1, 3}, pixels))},
       {"train.labels", folder.write("labels", gzip(idx_file({3}, labels)))},
       {"test.images", folder.write("test", idx_file({1, 1, 3}, pixels.substr(3, 3)))},
       {"test.labels", folder.write("test_labels", idx_file({1}, labels.substr(1, 1)))}}};
  DataRequest request{.source = source, .validation_fraction = 0, .target = TargetKind::binary};
  request.standardize = false;
  const Data<double> plain = load_data<double>(request);
  CHECK(plain.preprocessing.class_names == std::vector<std::string>{"3", "7"});
  for (std::size_t i = 0; i < 9; ++i) {
    CHECK(fill_all(plain.train).x[i] ==
          Approx(static_cast<unsigned char>(pixels[i]) / 255.0).epsilon(1e-15));
  }
  request.standardize = true;
  const Data<double> data = load_data<double>(request);
  const Filled<double> train = fill_all(data.train);
  for (const std::size_t j : {0U, 2U}) {
    CHECK(train.x[j] + train.x[j + 3] + train.x[j + 6] == Approx(0).margin(1e-14));
    CHECK(std::hypot(train.x[j], train.x[j + 3], train.x[j + 6]) == Approx(std::sqrt(3.0)));
  }
  CHECK(train.x[1] == 0);  // a constant pixel
  CHECK(data.preprocessing.scales[1] == 255);
  CHECK(train.y == std::vector<double>{0, 1, 0});
  const Filled<double> test = fill_all(data.test);
  CHECK(test.x == std::vector<double>(train.x.begin() + 3, train.x.begin() + 6));
  CHECK(test.y == std::vector<double>{1});

  // Rows for prediction are in the units of the file: bytes.
  const std::vector<double> row = read_rows(data.preprocessing, "50,100,128\n");
  for (std::size_t j = 0; j < 3; ++j) CHECK(row[j] == Approx(test.x[j]).margin(1e-14));

  Choice unequal = source;
  unequal.options["train.labels"] = folder.write("few", idx_file({2}, labels.substr(0, 2)));
  mentions(message_of<InputError>([&] { load_data<float>({.source = unequal}); }),
           "holds 3 samples, " + folder.file("few") + " holds 2 targets");
  unequal.options["train.labels"] = source.options.at("test.labels");
  unequal.options["target"] = std::string("input");
  const Data<float> autoencoder = load_data<float>({.source = unequal, .validation_fraction = 0});
  CHECK(fill_all(autoencoder.train).y == fill_all(autoencoder.train).x);
  mentions(autoencoder.remarks.front(), "labels are not used");
}

TEST_CASE("npy arrays give numbers or classes") {
  const clino::test::TemporaryFolder folder;
  const auto header = [](const std::string& shape) {
    return "{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + "}";
  };
  const Choice source = {
      "npy",
      {{"inputs", folder.write("x", npy_file(header("(2, 2)"), bytes_of<double>({1, 2, 3, 4})))},
       {"targets", folder.write("y", npy_file(header("(2, 1)"), bytes_of<double>({-5, 8})))}}};
  DataRequest request{.source = source, .validation_fraction = 0, .standardize = false};
  CHECK(fill_all(load_data<double>(request).train).x == std::vector<double>{1, 2, 3, 4});
  CHECK(fill_all(load_data<double>(request).train).y == std::vector<double>{-5, 8});
  request.target = TargetKind::binary;
  const Data<double> classes = load_data<double>(request);
  CHECK(classes.preprocessing.class_names == std::vector<std::string>{"-5", "8"});
  CHECK(fill_all(classes.train).y == std::vector<double>{0, 1});
  CHECK(load_with<double>(classes.preprocessing, source).size() == 2);
}

TEST_CASE("rows are read with a header in any order, whole, or inputs alone") {
  const clino::test::TemporaryFolder folder;
  const Data<double> data = train(folder);
  const std::vector<double> x = fill_all(data.train).x;
  const std::vector<double> second(x.begin() + 4, x.begin() + 8);
  const Preprocessing& p = data.preprocessing;
  CHECK(read_rows(p, kTraining) == x);
  CHECK(read_rows(p, "weight,other,colour,size\n30,?,blue,2\n") == second);
  CHECK(read_rows(p, "2,blue,30,dog\n") == second);
  CHECK(read_rows(p, "2,blue,30,\r\n\r\n") == second);
  CHECK(read_rows(p, "2,blue,30") == second);
  CHECK(read_rows(p, ",blue,40\n") == std::vector<double>(x.begin() + 12, x.end()));
  CHECK(read_rows(p, "").empty());
  CHECK(read_rows(p, "size,colour,weight\n").empty());
}

TEST_CASE("rows that do not fit are refused by line") {
  const clino::test::TemporaryFolder folder;
  const Preprocessing p = train(folder).preprocessing;
  const auto error = [&](const std::string& text) {
    return message_of<InputError>([&] { read_rows(p, text); });
  };
  mentions(error("1,red,10\n2,red\n"), "rows, line 2: expected 3 fields, found 2");
  mentions(error("1\n2\n"), "line 2: expected 3 input columns or all 4");
  mentions(error("1,red,10\n\n1,red,x\n"), "line 3, column 3 (\"weight\"): expected a number");
  mentions(error("1,green,10\n"), "line 1, column 2 (\"colour\"): unknown category");
  mentions(error("1,red,inf\n"), "line 1, column 3 (\"weight\"): expected a finite number");
  std::istringstream stream("1,red,10\n");
  RowReader<double> reader(p, stream, "rows");
  std::vector<double> small(3);
  mentions(message_of<ShapeError>([&] { reader.next(small); }), "room for 4 inputs, found 3");
}

TEST_CASE("a row is given before the next one is there") {
  const Preprocessing p =
      load_data<float>({.source = {"two_spirals", {}}, .target = TargetKind::binary}).preprocessing;
  std::stringstream stream;
  RowReader<float> reader(p, stream, "rows");
  std::vector<float> row(2);
  for (int i = 1; i <= 3; ++i) {
    stream << i << ",0\n";
    REQUIRE(reader.next(row));
    CHECK(reader.line() == i);
    CHECK(row[0] == static_cast<float>(p.to_input(0, i)));
    CHECK(stream.rdbuf()->in_avail() == 0);
  }
}

TEST_CASE("a row that misfits is refused, though training skipped a line there") {
  const clino::test::TemporaryFolder folder;
  const Preprocessing preprocessing = train(folder).preprocessing;
  CHECK(read_rows(preprocessing, "# counts\n1,red,10,cat\n").size() == 4);
  CHECK(message_of<InputError>([&] { read_rows(preprocessing, "1,2\n"); }).find("rows, line 1: ") ==
        0);
  CHECK(read_rows(preprocessing, "").empty());
}
