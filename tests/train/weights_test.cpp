#include "train/weights.hpp"

#include <algorithm>
#include <numeric>

#include "core/errors.hpp"
#include "core/graph.hpp"
#include "tests/catch.hpp"
#include "tests/temporary_folder.hpp"
#include "train/atomic_file.hpp"
#include "train/safetensors.hpp"

namespace clino::test {
namespace {

std::string torch_file(const std::string& name) {
  return std::string(CLINO_SOURCE_DIR) + "/tests/train/golden/" + name;
}

/// The parameters of Linear(2, 3), BatchNorm1d(3), Tanh, Linear(3, 1), Linear(1, 2).
struct Model {
  Graph graph;
  Var weight = graph.parameter("0.weight", 3, 2);
  Var bias = graph.parameter("0.bias", 3);
  Var gain = graph.parameter("1.weight", 3);
  Var shift = graph.parameter("1.bias", 3);
  Var mean = graph.buffer("1.running_mean", 3);
  Var variance = graph.buffer("1.running_var", 3, 1.0);
  Var count = graph.buffer("1.num_batches_tracked", 1, 0, 0);
  Var narrow = graph.parameter("3.weight", 1, 3);
  Var narrow_bias = graph.parameter("3.bias", 1);
  Var wide = graph.parameter("4.weight", 2, 1);
  Var wide_bias = graph.parameter("4.bias", 2);
};

TEMPLATE_TEST_CASE("weights that PyTorch wrote", "", float, double) {
  const Model model;
  Parameters<TestType> parameters(model.graph);
  load_weights(torch_file("torch_model.safetensors"), parameters);
  // Tensor number t of the state dict holds t + k / 4 at place k in row-major order.
  const auto numbered = [](Index t, Index k) {
    return static_cast<TestType>(t) + static_cast<TestType>(k) / 4;
  };
  for (Index i = 0; i < 3; ++i) {
    for (Index j = 0; j < 2; ++j) {
      CHECK(parameters.value(model.weight)(i, j) == numbered(0, 2 * i + j));
    }
    CHECK(parameters.value(model.bias)(i, 0) == numbered(1, i));
    CHECK(parameters.value(model.gain)(i, 0) == numbered(2, i));
    CHECK(parameters.value(model.variance)(i, 0) == numbered(5, i));
    CHECK(parameters.value(model.narrow)(0, i) == numbered(7, i));
  }
  CHECK(parameters.value(model.count)(0, 0) == 7);
  CHECK(parameters.value(model.wide)(1, 0) == TestType{9.25});
}

TEST_CASE("what is saved has the names, shapes and types that PyTorch expects") {
  const Model model;
  Parameters<float> parameters(model.graph);
  load_weights(torch_file("torch_model.safetensors"), parameters);
  const TemporaryFolder folder;
  const std::string path = folder.file("model.safetensors");
  save_weights(path, parameters);
  const auto expected = read_safetensors(torch_file("torch_model.safetensors"));
  const auto saved = read_safetensors(path);
  REQUIRE(saved.size() == expected.size());
  for (const Tensor& tensor : expected) {
    INFO(tensor.name);
    const auto found = std::ranges::find(saved, tensor.name, &Tensor::name);
    REQUIRE(found != saved.end());
    CHECK(found->type == tensor.type);
    CHECK(found->shape == tensor.shape);
    CHECK(found->bytes == tensor.bytes);
  }
  const std::string first = read_file(path);
  save_weights(path, parameters);
  CHECK(read_file(path) == first);
}

TEST_CASE("weights go from double to float and back") {
  const Model model;
  Parameters<double> parameters(model.graph);
  std::iota(parameters.values().begin(), parameters.values().end(), 1.0 / 3);
  std::iota(parameters.buffers().begin(), parameters.buffers().end(), 5.0);
  const TemporaryFolder folder;
  const std::string path = folder.file("model.safetensors");
  save_weights(path, parameters);

  Parameters<double> same(model.graph);
  load_weights(path, same);
  CHECK(std::ranges::equal(same.values(), parameters.values()));
  CHECK(std::ranges::equal(same.buffers(), parameters.buffers()));

  Parameters<float> narrow(model.graph);
  load_weights(path, narrow);
  const auto rounds_to = [](float x, double y) { return x == static_cast<float>(y); };
  CHECK(std::ranges::equal(narrow.values(), parameters.values(), rounds_to));
}

TEST_CASE("weights that do not fit are refused with everything that is wrong") {
  Graph other;
  other.parameter("0.weight", 3, 3);
  other.parameter("0.bias", 3, 1);  // a matrix of one column is not a vector
  other.parameter("9.weight", 4, 2);
  Parameters<float> parameters(other);
  std::ranges::fill(parameters.values(), 0.5F);
  std::string message;
  try {
    load_weights(torch_file("torch_model.safetensors"), parameters);
  } catch (const InputError& error) {
    message = error.what();
  }
  INFO(message);
  for (const char* part : {"torch_model.safetensors", "0.weight is [3, 2], expected [3, 3]",
                           "0.bias is [3], expected [3, 1]", "missing: 9.weight [4, 2]",
                           "unexpected: 1.num_batches_tracked []", "unexpected: 4.weight [2, 1]"}) {
    CHECK(message.find(part) != std::string::npos);
  }
  CHECK(std::ranges::count(parameters.values(), 0.5F) == std::ssize(parameters.values()));
}

}  // namespace
}  // namespace clino::test
