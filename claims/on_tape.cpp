#include "claims/on_tape.hpp"

#include <algorithm>
#include <limits>

#include "claims/net.hpp"
#include "core/tape.hpp"

namespace clino::claims {

namespace {

template <class T>
OnTape replay(const Activation& activation, std::span<const double> points) {
  Graph graph;
  const Var x = graph.input("x", static_cast<Index>(points.size()));
  const Var y = activation.record(graph, x, "y").output;
  Parameters<T> parameters(graph);
  Tape<T> tape(graph, parameters, {.max_batch = 1, .mode = TapeMode::probe, .gradient_of = {x}});
  std::ranges::transform(points, tape.input(x).data,
                         [](double point) { return static_cast<T>(point); });
  tape.forward({.mode = Mode::evaluate});
  const std::vector<T> ones(points.size(), T{1});
  tape.backward(y, Matrix<const T>{ones.data(), static_cast<Index>(ones.size()), 1});
  const auto values = tape.value(y).elements(), slopes = tape.gradient(x).elements();
  return {.values = {values.begin(), values.end()}, .slopes = {slopes.begin(), slopes.end()}};
}

}  // namespace

OnTape on_tape(const Setting& setting, const Activation& activation,
               std::span<const double> points) {
  return with_dtype(setting, [&](auto zero) { return replay<decltype(zero)>(activation, points); });
}

std::vector<double> even_points(double low, double high, std::size_t count) {
  std::vector<double> points(count);
  for (std::size_t i = 0; i < count; ++i) {
    points[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1);
  }
  return points;
}

double rounded(const Setting& setting, double point) {
  return with_dtype(
      setting, [&](auto zero) { return static_cast<double>(static_cast<decltype(zero)>(point)); });
}

double epsilon(const Setting& setting) {
  return with_dtype(setting, [](auto zero) {
    return static_cast<double>(std::numeric_limits<decltype(zero)>::epsilon());
  });
}

}  // namespace clino::claims
