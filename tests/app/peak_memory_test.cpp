#include <nlohmann/json.hpp>

#include "tests/app/program.hpp"
#include "tests/catch.hpp"
#include "tests/data/files.hpp"

namespace clino::test {
namespace {

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

nlohmann::json summary_of(Program& program, const std::string& config,
                          const std::vector<std::string>& overrides = {}) {
  write_text(program.folder() / "a.json", config);
  std::vector<std::string> arguments = {"train", "a.json", "--out", "r", "--quiet"};
  arguments.insert(arguments.end(), overrides.begin(), overrides.end());
  const Outcome outcome = program.run(arguments);
  INFO(outcome.error);
  REQUIRE(outcome.code == 0);
  return nlohmann::json::parse(read_text(program.folder() / "r" / "summary.json"));
}

TEST_CASE("the system counts as much memory as the summary lists") {
  Program program;
  constexpr std::uint32_t kImages = 60000;
  const std::string images(std::size_t{kImages} * 784, '\x01');
  const std::string labels(kImages, '\x01');
  write_text(program.folder() / "x.idx", clino_test::idx_file({kImages, 28, 28}, images));
  write_text(program.folder() / "y.idx", clino_test::idx_file({kImages}, '\0' + labels.substr(1)));
  const nlohmann::json summary = summary_of(program, R"({
    "data": {"source": "idx", "train": {"images": "x.idx", "labels": "y.idx"},
             "validation_fraction": 0},
    "model": {"hidden": [1000, 1000], "activation": "relu"}, "loss": "softmax_cross_entropy",
    "optimizer": "adam", "training": {"max_steps": 3, "batch_size": 64}, "report": false})");
  const auto total = summary["memory"]["total"].get<double>();
  CHECK(total > 60000 * 784 + 1.7e6 * 4 * 4);
  CHECK(summary["peak_memory_bytes"].get<double>() == Approx(total).epsilon(.1));
}

TEST_CASE("the peak is the program's own, not that of a large one that started it") {
  const std::vector<char> much(200U << 20U, 1);
  REQUIRE(much.back() == 1);
  Program program;
  CHECK(summary_of(program, kSmallConfig)["peak_memory_bytes"] < 100U << 20U);
}

#endif

}  // namespace
}  // namespace clino::test
