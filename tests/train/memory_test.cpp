#include <set>

#include "tests/allocations.hpp"
#include "tests/data/files.hpp"
#include "tests/train/run_helpers.hpp"

namespace clino::test {
namespace {

std::string npy(Index rows, Index columns) {
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i * i % 97) / 7;
  const std::string shape = std::to_string(rows) + ", " + std::to_string(columns);
  return clino_test::npy_file(
      "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }\n",
      clino_test::bytes_of(values));
}

/// Samples of some features and 2 targets.
Config npy_config(const TemporaryFolder& folder, const std::vector<std::string>& overrides,
                  Index samples = 60, Index features = 5) {
  folder.write("x.npy", npy(samples, features));
  folder.write("y.npy", npy(samples, 2));
  return parse_config(R"({"data": {"source": "npy", "inputs": "x.npy", "targets": "y.npy"},
                          "model": {"hidden": [6], "activation": "tanh"}, "loss": "mse",
                          "optimizer": "adam", "training": {"epochs": 3, "batch_size": 7}})",
                      "a.json", folder.path(), overrides);
}

Json summary(const std::filesystem::path& directory) {
  return Json::parse(bytes(directory / "summary.json"));
}

TEST_CASE("training from a mapped file gives the weights that a loaded one gives") {
  const TemporaryFolder folder;
  run(npy_config(folder, {"data.memory=load"}), folder / "loaded");
  run(npy_config(folder, {"data.memory=map"}), folder / "mapped");
  for (const char* file : {"model.safetensors", "best.safetensors", "layers.jsonl"}) {
    CHECK(bytes(folder / "mapped" / file) == bytes(folder / "loaded" / file));
  }
  const Json loaded = summary(folder / "loaded"), mapped = summary(folder / "mapped");
  CHECK(mapped["data_hash"] == loaded["data_hash"]);
  CHECK(mapped["config_hash"] == loaded["config_hash"]);  // one may go on with the other
  CHECK(loaded["memory"]["mapped"] == 0);
  CHECK(mapped["memory"]["mapped"] == 60 * 5 * 4);
  CHECK(loaded["memory"]["data"].get<int>() - mapped["memory"]["data"].get<int>() == 60 * 5 * 4);
}

TEST_CASE("the summary says what memory is for") {
  const TemporaryFolder folder;
  run(npy_config(folder, {}), folder / "r");
  const Json memory = summary(folder / "r")["memory"];
  constexpr int kParameters = 4 * (5 * 6 + 6 + 6 * 2 + 2);
  CHECK(memory["parameters"] == kParameters);
  CHECK(memory["gradients"] == kParameters);
  CHECK(memory["optimizer_state"] == 2 * kParameters);
  CHECK(memory["best"] == kParameters);
  CHECK(memory["teacher"] == 0);
  // Inputs and targets; the rows of each part and the order of the training part.
  CHECK(memory["data"] == 60 * (5 + 2) * 4 + (60 + 48) * 8);
  std::uint64_t sum = 0;
  const std::set<std::string> no_part = {"total", "mapped", "peak_loading"};
  for (const auto& [name, value] : memory.items()) {
    if (no_part.count(name) == 0) sum += value.get<std::uint64_t>();
  }
  CHECK(memory["total"] == sum);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
/// The most that the heap has held in a run, and what the summary lists without the program.
void check_heap(const Config& config, std::uint64_t at_least) {
  const TemporaryFolder folder;
  const HeapPeak heap;
  run(config, folder / "r");
  const auto peak = static_cast<double>(heap.bytes());
  const Json memory = summary(folder / "r")["memory"];
  const std::uint64_t listed =
      memory["total"].get<std::uint64_t>() - memory["program"].get<std::uint64_t>();
  CHECK(listed > at_least);
  CHECK(peak == Approx(static_cast<double>(listed)).epsilon(.1));
}

TEST_CASE("no more memory is taken than the summary lists") {
  const TemporaryFolder folder;
  constexpr std::uint64_t kMega = 1000000;
  SECTION("much data") {
    check_heap(npy_config(folder, {"training.max_steps=4"}, 40000, 100), 16 * kMega);
  }
  SECTION("a mapped file, which is not on the heap") {
    const std::vector<std::string> overrides = {"data.memory=map", "model.hidden=[1500,1500]",
                                                "training.max_steps=4"};
    check_heap(npy_config(folder, overrides, 10000, 500), 40 * kMega);
  }
  SECTION("much to learn, with checkpoints, the best weights and all probes") {
    const std::vector<std::string> overrides = {"model.hidden=[1000,1000]", "training.max_steps=12",
                                                "checkpoint.every_seconds=0",
                                                "log.update_cosine=true"};
    check_heap(npy_config(folder, overrides), 28 * kMega);
  }
  SECTION("the Jacobians of a large layer") {
    const std::vector<std::string> overrides = {"model.hidden=[700,700]", "training.max_steps=1",
                                                "log.jacobian=1", "log.every=1"};
    check_heap(npy_config(folder, overrides, 3), 20 * kMega);
  }
  SECTION("large batches") {
    const std::vector<std::string> overrides = {"model.hidden=[1000]", "training.batch_size=2000",
                                                "training.max_steps=2"};
    check_heap(npy_config(folder, overrides, 3000), 32 * kMega);
  }
}
#endif

TEST_CASE("what is switched off takes no memory") {
  const TemporaryFolder folder;
  run(npy_config(folder, {"data.validation_fraction=0", "log.every=null", "optimizer=sgd"}),
      folder / "r");
  const Json memory = summary(folder / "r")["memory"];
  for (const char* off : {"best", "probes", "optimizer_state"}) {
    INFO(off);
    CHECK(memory[off] == 0);
  }
  // With nothing to evaluate its tape has a single column.
  CHECK(memory["evaluation"] < memory["activations"]);
}

}  // namespace
}  // namespace clino::test
