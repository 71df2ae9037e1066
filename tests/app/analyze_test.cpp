#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"

namespace clino::test {
namespace {

nlohmann::json analyzed(Program& program, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "analyze");
  arguments.insert(arguments.end(), {"--json", "--no-cost"});
  const Outcome outcome = program.run(arguments);
  CAPTURE(outcome.error);
  REQUIRE(outcome.code == 0);
  CHECK(outcome.error.empty());
  return nlohmann::json::parse(outcome.out);
}

TEST_CASE("analyze gives the moments of the contract with seven digits or more") {
  Program program;
  const auto selu = analyzed(program, {"selu"});
  CHECK(std::abs(selu.at("mean").get<double>()) < 1e-9);
  CHECK(selu.at("mean_square").get<double>() == Approx(1).epsilon(1e-9));
  CHECK(std::abs(selu.at("mean_square_slope").get<double>() - 1.071575) < 1e-6);
  CHECK(selu.at("gain").get<double>() == Approx(1).epsilon(1e-9));
  // ReLU with slope s below 0: E phi = (1 - s) / sqrt(2 pi), E phi^2 = (1 + s^2) / 2.
  const auto leaky = analyzed(program, {"leaky_relu", "slope=0.5"});
  CHECK(leaky.at("mean").get<double>() == Approx(.5 / std::sqrt(2 * std::acos(-1.))).epsilon(1e-9));
  CHECK(leaky.at("mean_square").get<double>() == Approx(.625).epsilon(1e-9));
  CHECK(leaky.at("activation").at("slope") == .5);
  const auto gelu = analyzed(program, {"gelu", "approximate=tanh", "stochastic=false"});
  CHECK(gelu.at("activation").at("approximate") == "tanh");
  CHECK(analyzed(program, {"gelu", "stochastic=true"}).at("draws") == true);
}

TEST_CASE("analyze takes the variances that it is given, else the gain") {
  Program program;
  const auto tanh = analyzed(program, {"tanh", "--sigma-w", "1.5", "--sigma-b", "0.2"});
  CHECK(tanh.at("signal").at("sigma_w") == 1.5);
  CHECK(tanh.at("signal").at("sigma_b").get<double>() == Approx(.2).epsilon(1e-15));
  const auto by_default = analyzed(program, {"tanh"});
  CHECK(by_default.at("signal").at("sigma_w") == by_default.at("gain"));
  CHECK(by_default.at("signal").at("sigma_b") == 0);
}

TEST_CASE("analyze prints a screen of 80 columns, and writes a page") {
  Program program;
  const Outcome outcome = program.run({"analyze", "gelu", "-o", "gelu.html"});
  CHECK(outcome.code == 0);
  CHECK(contains(outcome.out, "-0.169971 at x = -0.751792"));
  CHECK(contains(outcome.out, "float64"));
  CHECK(contains(outcome.out, "gelu.html"));
  std::istringstream lines(outcome.out);
  for (std::string line; std::getline(lines, line);) {
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    CHECK(columns <= 80);
  }
  CHECK(read_text(program.folder() / "gelu.html").starts_with("<!DOCTYPE html>"));
  const Outcome quiet =
      program.run({"analyze", "relu", "--quiet", "--no-cost", "--report", "relu.html"});
  CHECK(quiet.code == 0);
  CHECK(quiet.out.empty());
  CHECK(names_in(program.folder()) == std::vector<std::string>{"gelu.html", "relu.html"});
  CHECK_FALSE(contains(program.run({"analyze", "relu", "--no-cost"}).out, "float64"));
}

TEST_CASE("analyze refuses what it cannot analyze") {
  Program program;
  const auto message = [&](std::vector<std::string> arguments, int code = 2) {
    arguments.insert(arguments.begin(), "analyze");
    const Outcome outcome = program.run(arguments);
    CHECK(outcome.code == code);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.error.begin(), outcome.error.end(), '\n') == 1);
    return outcome.error;
  };
  CHECK(contains(message({"gleu"}), "did you mean \"gelu\"?"));
  CHECK(contains(message({"softmax"}), "mixes the units of a sample"));
  CHECK(contains(message({"elu", "alhpa=2"}), "did you mean \"alpha\"?"));
  CHECK(contains(message({"elu", "alpha=-1"}), "expected a number >= 0, found -1"));
  CHECK(contains(message({"elu", "alpha=big"}), "expected a number >= 0, found \"big\""));
  CHECK(contains(message({"elu", "alpha={}"}), "expected a number >= 0"));
  CHECK(contains(message({"elu", "alpha=1e999"}), "alpha"));
  CHECK(contains(message({"elu", "alpha"}), "expected option=value"));
  CHECK(contains(message({"elu", "alpha=1", "alpha=2"}), "given twice"));
  CHECK(contains(message({"tanh", "alpha=1"}), "has no options"));
  CHECK(contains(message({"gelu", "approximate=erf"}), "approximate"));
  CHECK(contains(message({"tanh", "--sigma-w", "0"}), "--sigma-w"));
  CHECK(contains(message({"tanh", "--sigma-b", "-1"}), "--sigma-b"));
  CHECK(contains(message({"tanh", "--sigma-w", "nan"}), "sigma_w"));
  CHECK(contains(message({}), "required"));
  message({"tanh", "--no-cost", "-o", "missing/page.html"}, 3);
}

}  // namespace
}  // namespace clino::test
