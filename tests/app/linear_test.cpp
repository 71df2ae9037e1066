#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

using Json = nlohmann::json;

void check_width(const std::string& text) {
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    INFO(line);
    CHECK((line.size() <= 80 || contains(line, "weights:")));
  }
}

const char* const kXor = R"({
  "data": {"source": "xor", "samples": 400, "validation_fraction": 0, "standardize": false},
  "model": {"hidden": [8, 8, 8], "activation": "identity"},
  "loss": "binary_cross_entropy",
  "optimizer": {"type": "adam", "learning_rate": 0.01},
  "training": {"epochs": 400, "batch_size": 400}
})";

/// A line with a bend: |x| on [-2, 4].
const char* const kBend = R"({
  "data": {"source": "csv", "path": "bend.csv", "target": "y", "validation_fraction": 0},
  "model": {"hidden": [6], "activation": "relu"}, "dtype": "float64",
  "loss": "mse", "optimizer": {"type": "adam", "learning_rate": 0.05},
  "training": {"epochs": 40, "batch_size": 61}
})";

struct Bend : Program {
  Bend() {
    std::string table = "x,y\n";
    for (int i = -20; i <= 40; ++i) {
      table += std::to_string(0.1 * i) + "," + std::to_string(std::abs(0.1 * i)) + "\n";
    }
    write_text(folder() / "bend.csv", table);
    write_text(folder() / "bend.json", kBend);
  }
};

}  // namespace

TEST_CASE("a deep linear net on exclusive or is shown to be one map that can do no better") {
  Program program;
  write_text(program.folder() / "xor.json", kXor);
  REQUIRE(program.run({"train", "xor.json", "--out", "run", "--quiet"}).code == 0);
  const Outcome text = program.run({"linear", "run"});
  INFO(text.out << text.error);
  CHECK(text.code == 0);
  CHECK(contains(text.out, "Every layer is affine: the 7 of them are one map"));
  CHECK(contains(text.out, "best linear loss            0.693147"));
  CHECK(contains(text.out, "No linear map does better, at any depth."));
  check_width(text.out);

  const Json found = Json::parse(program.run({"linear", "run", "--json"}).out);
  CHECK(found.at("linear") == true);
  CHECK(found.at("best_linear_loss").get<double>() == Approx(std::numbers::ln2).epsilon(1e-12));
  CHECK(found.at("attained") == true);
  // The net's own, in float, is within rounding of it or above.
  CHECK(found.at("loss").get<double>() > std::numbers::ln2 - 1e-6);
  CHECK(found.at("weight").size() == 1);
  CHECK(found.at("weight")[0].size() == 2);
  CHECK(found.at("deviation").at("samples") == 400);
  CHECK(found.at("deviation").at("certified") == true);
  CHECK(found.at("deviation").at("largest_share").get<double>() <= 1);
  // The map is what the net predicts.
  const auto& w = found.at("weight")[0];
  const double logit =
      0.5 * w[0].get<double>() - 0.25 * w[1].get<double>() + found.at("bias")[0].get<double>();
  const Json answer = Json::parse(program.run({"predict", "run", "--json"}, "0.5,-0.25\n").out);
  CHECK(answer.at("probabilities").at("1").get<double>() ==
        Approx(1 / (1 + std::exp(-logit))).epsilon(1e-6));
  CHECK(program.run({"linear", "run", "--quiet"}).out.empty());
}

TEST_CASE("a net that is not linear ends with 1 and the layer's name") {
  Program program;
  write_text(program.folder() / "xor.json", kXor);
  REQUIRE(program
              .run({"train", "xor.json", "model.activation=tanh", "training.epochs=2", "--out",
                    "run", "--quiet"})
              .code == 0);
  const Outcome text = program.run({"linear", "run"});
  CHECK(text.code == 1);
  CHECK(text.out.empty());
  CHECK(contains(text.error, "layer 1 (tanh) is not linear"));
  const Outcome with_json = program.run({"linear", "run", "--json"});
  CHECK(with_json.code == 1);
  CHECK(Json::parse(with_json.out).at("linear") == false);
  CHECK(program.run({"linear", "nowhere"}).code == 3);
  CHECK(program.run({"linear"}).code == 2);

  const Outcome pieces = program.run({"pieces", "run"});
  CHECK(pieces.code == 1);
  CHECK(contains(pieces.error, "along one input, and the net has 2"));
}

TEST_CASE("losses without a best linear one, and data that a linear map separates, are told") {
  Bend program;
  REQUIRE(program
              .run({"train", "bend.json", "model.activation=identity", "loss=mae", "--out", "mae",
                    "--quiet"})
              .code == 0);
  const Outcome mae = program.run({"linear", "mae"});
  CHECK(mae.code == 0);
  CHECK(contains(mae.out, "not for mae"));
  CHECK(contains(mae.out, "as the net sees it, standardised"));
  const Json found = Json::parse(program.run({"linear", "mae", "--json"}).out);
  CHECK(found.at("best_linear_loss").is_null());
  CHECK(contains(found.at("left_out").get<std::string>(), "mae"));

  write_text(program.folder() / "apart.json",
             R"({"data": {"source": "blobs", "samples": 90, "classes": 3, "noise": 0.01},
                 "model": {"hidden": [4], "activation": "identity"},
                 "loss": "softmax_cross_entropy", "training": {"epochs": 3}})");
  REQUIRE(program.run({"train", "apart.json", "--out", "apart", "--quiet"}).code == 0);
  const Outcome apart = program.run({"linear", "apart"});
  INFO(apart.error);
  CHECK(apart.code == 0);
  CHECK(contains(apart.out, "A linear map separates the samples"));
  check_width(apart.out);
}

TEST_CASE("the pieces of a net are told in the units of the data") {
  Bend program;
  REQUIRE(program.run({"train", "bend.json", "--out", "run", "--quiet"}).code == 0);
  const Outcome text = program.run({"pieces", "run"});
  INFO(text.out << text.error);
  CHECK(text.code == 0);
  CHECK(contains(text.out, "linear pieces along x"));
  check_width(text.out);

  const Json found = Json::parse(program.run({"pieces", "run", "--json"}).out);
  const auto& pieces = found.at("pieces");
  REQUIRE(pieces.size() == found.at("count"));
  REQUIRE(pieces.size() >= 2);
  CHECK(pieces.size() <= 7);
  CHECK(pieces.front().at("left").get<double>() == Approx(-2).epsilon(1e-12));
  CHECK(pieces.back().at("right").get<double>() == Approx(4).epsilon(1e-12));
  // Each says what the net predicts, of the input as a file has it and as the net sees it.
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto& piece = pieces[i];
    const double x = (piece.at("left").get<double>() + piece.at("right").get<double>()) / 2;
    const double y =
        piece.at("slope")[0].get<double>() * x + piece.at("intercept")[0].get<double>();
    std::ostringstream row;
    row.precision(17);
    row << x << '\n';
    CHECK(std::stod(program.run({"predict", "run"}, row.str()).out) == Approx(y).epsilon(1e-7));
    const auto& own = found.at("model_pieces")[i];
    const double z = (x - found.at("mean").get<double>()) / found.at("scale").get<double>();
    CHECK(own.at("slope")[0].get<double>() * z + own.at("intercept")[0].get<double>() ==
          Approx(y).epsilon(1e-9));
  }

  const Json part =
      Json::parse(program.run({"pieces", "run", "--from", "-100", "--to", "-99", "--json"}).out);
  CHECK(part.at("count") == 1);
  CHECK(part.at("pieces")[0].at("left").get<double>() == Approx(-100).epsilon(1e-12));
  CHECK(program.run({"pieces", "run", "--from", "3", "--to", "1"}).code == 2);
  CHECK(program.run({"pieces", "run", "--from", "9"}).code == 2);
  const Outcome most = program.run({"pieces", "run", "--most", "1"});
  CHECK(most.code == 1);
  CHECK(contains(most.error, "more than 1 linear pieces after layer 1 (relu)"));
  // A range of one's own needs no data.
  std::filesystem::remove(program.folder() / "bend.csv");
  CHECK(program.run({"pieces", "run", "--from", "-1", "--to", "1"}).code == 0);
  CHECK(program.run({"pieces", "run"}).code == 3);
}

}  // namespace clino::test
