#include "claims/distillation.hpp"

#include <algorithm>
#include <cmath>

#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "core/ops/losses.hpp"
#include "core/ops/ops.hpp"
#include "core/random.hpp"

namespace clino::claims {

namespace {

constexpr std::size_t kClasses = 10;
constexpr std::size_t kPairs = 200;  ///< of a student's and a teacher's logits

}  // namespace

std::vector<double> shares_of(const Logits& logits, double temperature) {
  std::vector<long double> powers;
  long double sum = 0;
  for (const double logit : logits) {
    powers.push_back(std::exp(static_cast<long double>(logit) / temperature));
    sum += powers.back();
  }
  std::vector<double> shares;
  shares.reserve(powers.size());
  for (const long double power : powers) shares.push_back(static_cast<double>(power / sum));
  return shares;
}

namespace {

/// Logits of deviation 2 and mean 0.
Logits draw_centred(Random& random) {
  Logits logits(kClasses);
  double mean = 0;
  for (double& logit : logits) {
    logit = 2 * random.normal();
    mean += logit / kClasses;
  }
  for (double& logit : logits) logit -= mean;
  return logits;
}

/// dC/dz of the cross-entropy C between softmax(v / T) and softmax(z / T), by the library's loss,
/// which has a factor T^2 that is taken off again.
template <class T>
std::vector<Logits> distillation_gradients(std::span<const Logits> students,
                                           std::span<const Logits> teachers, double temperature) {
  Graph graph;
  const Var z = graph.input("z", kClasses), v = graph.input("v", kClasses), y = graph.input("y", 1);
  const Var loss = sum(graph, distillation_loss(graph, z, v, y, {}, {.temperature = temperature}));
  Parameters<T> none(graph);
  Tape<T> tape(graph, none,
               {.max_batch = std::ssize(students), .mode = TapeMode::probe, .gradient_of = {z}});
  const auto fill = [&](Var input, std::span<const Logits> all) {
    for (std::size_t j = 0; j < all.size(); ++j) {
      std::ranges::transform(all[j], tape.input(input).column(static_cast<Index>(j)).begin(),
                             [](double logit) { return static_cast<T>(logit); });
    }
  };
  fill(z, students);
  fill(v, teachers);
  std::ranges::fill(tape.input(y).elements(), T{0});
  tape.forward({.normalizer = 1});  // the sum over the pairs: each by itself
  tape.backward(loss);
  std::vector<Logits> gradients;
  gradients.reserve(students.size());
  for (Index j = 0; j < std::ssize(students); ++j) {
    const auto column = tape.gradient(z).column(j);
    Logits gradient(column.begin(), column.end());
    for (double& each : gradient) each /= temperature * temperature;
    gradients.push_back(std::move(gradient));
  }
  return gradients;
}

}  // namespace

void check_distillation(Checks& checks, const Setting& setting) {
  Random random(setting.seed, stream_id("claim distillation"));
  std::vector<Logits> students, teachers;
  for (std::size_t i = 0; i < kPairs; ++i) {
    students.push_back(draw_centred(random));
    teachers.push_back(draw_centred(random));
    for (Logits* logits : {&students.back(), &teachers.back()}) {
      for (double& logit : *logits) logit = rounded(setting, logit);
    }
  }
  for (const double t : {1., 20., 100.}) {
    const std::vector<Logits> gradients = with_dtype(setting, [&](auto zero) {
      return distillation_gradients<decltype(zero)>(students, teachers, t);
    });
    // Squares over all pairs and classes, of the library's gradient and of the formula's.
    double off = 0, size = 0, formula_off = 0, formula_size = 0, leading = 0, limit = 0;
    for (std::size_t i = 0; i < kPairs; ++i) {
      const Logits &z = students[i], &v = teachers[i];
      const std::vector<double> p = shares_of(z, t), q = shares_of(v, t);
      double spread = 0;  // mean of z^2 - v^2
      for (std::size_t k = 0; k < kClasses; ++k) spread += (z[k] * z[k] - v[k] * v[k]) / kClasses;
      for (std::size_t k = 0; k < kClasses; ++k) {
        const double near = (z[k] - v[k]) / (kClasses * t * t);
        const double formula = (p[k] - q[k]) / t;
        off += std::pow(gradients[i][k] - near, 2);
        size += std::pow(gradients[i][k], 2);
        formula_off += std::pow(formula - near, 2);
        formula_size += std::pow(formula, 2);
        leading += std::pow((z[k] * z[k] - v[k] * v[k] - spread) / (2 * t), 2);
        limit += std::pow(z[k] - v[k], 2);
      }
    }
    const std::string name = "T = " + figure_text(t) + ": error of (z - v) / K T²";
    // p - q, about |z - v| / K T, loses what 1 / K is rounded by, 8 units in the last place.
    checks.exact(name, std::sqrt(formula_off / formula_size), std::sqrt(off / size),
                 8 * t * epsilon(setting), "relative to |dC/dz|, 200 pairs of 10 logits");
    if (t < 100) continue;
    // The next order is smaller by logits / T: .02 for their deviation, .1 for the very largest.
    const double predicted = std::sqrt(leading / limit);
    checks.exact(name + ", to leading order in 1 / T", predicted, std::sqrt(off / size),
                 .1 * predicted, "to .1 of itself");
  }
}

}  // namespace clino::claims
