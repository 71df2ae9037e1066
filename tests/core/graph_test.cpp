#include "core/graph.hpp"

#include "core/errors.hpp"
#include "core/ops/ops.hpp"
#include "core/ops/softmax.hpp"
#include "tests/catch.hpp"
#include "tests/throws.hpp"

using namespace clino;

TEST_CASE("shapes are inferred while a graph is recorded") {
  Graph graph;
  const Var x = graph.input("x", 3);
  const Var weight = graph.parameter("w", 5, 3);
  const Var bias = graph.parameter("b", 5);
  const Var y = affine(graph, weight, bias, x, "y");
  CHECK(graph.shape(y) == Shape{5, Shape::kBatch});
  CHECK(graph.node(y).label == "y");
  CHECK(graph.node(y).operation->kind() == "affine");
  CHECK(graph.shape(sum(graph, y)) == Shape{1, 1});
  CHECK(graph.shape(matmul(graph, graph.parameter("a", 2, 5), weight)) == Shape{2, 3});
}

TEST_CASE("a shape error names the operation and both shapes") {
  Graph graph;
  const Var a = graph.parameter("a", 3, 4);
  const Var b = graph.parameter("b", 5, 6);
  const Var x = graph.input("x", 4);
  CHECK(message_of<ShapeError>([&] { matmul(graph, a, b); }) ==
        "[matmul] inner dimensions differ: [3, 4] x [5, 6]");
  CHECK(message_of<ShapeError>([&] { matmul(graph, x, a); }) ==
        "[matmul] the left factor cannot be a batch: [4, batch] x [3, 4]");
  CHECK(message_of<ShapeError>([&] { add(graph, a, b); }) ==
        "[add] shapes differ: [3, 4] and [5, 6]");
  CHECK(message_of<ShapeError>([&] { multiply(graph, x, a); }) ==
        "[multiply] shapes differ: [4, batch] and [3, 4]");
  CHECK(message_of<ShapeError>([&] { affine(graph, a, b, x); }) ==
        "[affine] the bias of weight [3, 4] must be [3, 1], found [5, 6]");
  CHECK(message_of<ShapeError>([&] {
          graph.constant("c", 2, 2, {1, 2, 3});
        }) == "[constant] 3 values for shape [2, 2]");
  CHECK_THROWS_AS(graph.input("negative", -1), ShapeError);
  // -1 columns stand for a batch, which a parameter has not.
  CHECK_THROWS_AS(graph.parameter("negative", 3, -1), ShapeError);
  CHECK_THROWS_AS(graph.parameter("large", Index{1} << 40, Index{1} << 40), ShapeError);
  CHECK_THROWS_AS(graph.buffer("negative", -1), ShapeError);
  CHECK_THROWS_AS(graph.constant("negative", 0, -1, {}), ShapeError);
}

TEST_CASE("a handle that the graph never gave out is refused") {
  Graph graph;
  CHECK_THROWS_AS(graph.shape(Var{0}), UsageError);
  CHECK_THROWS_AS(scale(graph, Var{}, 2), UsageError);
}

TEST_CASE("a refused operation leaves the graph as it was") {
  Graph graph;
  const Var a = graph.parameter("a", 3, 4);
  CHECK_THROWS_AS(matmul(graph, a, a), ShapeError);
  CHECK(graph.size() == 1);
}

TEST_CASE("operations carry their attributes as data") {
  Graph graph;
  const Var x = graph.input("x", 2);
  const auto factor = graph.node(scale(graph, x, 2.5)).operation->attributes();
  CHECK(std::get<double>(factor.at("factor")) == 2.5);
  const auto soft = graph.node(softmax(graph, x, 3)).operation->attributes();
  CHECK(std::get<double>(soft.at("temperature")) == 3);
  CHECK_THROWS_AS(softmax(graph, x, 0), UsageError);
  CHECK_THROWS_AS(log_softmax(graph, x, -1), UsageError);
}
