#include <algorithm>
#include <cmath>

#include "claims/net.hpp"
#include "claims/on_tape.hpp"
#include "claims/rows/rows.hpp"
#include "core/random.hpp"

namespace clino::claims {

namespace softmax_sums_row {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kClasses = 10, kDraws = 50;

/// The largest distance so far; NaN is farthest.
void widen(double& worst, double distance) {
  worst = std::max(worst, std::isnan(distance) ? kInfinity : distance);
}

/// Multiples of 1/8 within a range: their differences are exact.
std::vector<double> draw_eighths(Random& random, double range) {
  std::vector<double> logits(kClasses);
  for (double& logit : logits) logit = std::round(8 * random.uniform(-range, range)) / 8;
  return logits;
}

void check_large(Checks& checks, const Setting& setting, Random& random) {
  double bad = 0, worst = 0;
  for (const double scale : {1., 10., 1e2, 1e3, 1e4, 1e6, 1e30}) {
    for (std::size_t i = 0; i < kDraws; ++i) {
      std::vector<double> logits(kClasses);
      for (double& logit : logits) logit = scale * random.normal();
      double sum = 0;
      for (const double share : softmax(setting, logits, 1)) {
        bad += share >= 0 && share <= 1 ? 0 : 1;  // NaN too
        sum += share;
      }
      widen(worst, std::abs(sum - 1));
    }
  }
  const std::string how = "350 vectors of 10 logits of sizes 1 to 1e30";
  checks.exact("shares that are not numbers from 0 to 1", 0, bad, 0, how);
  // Each share is a rounded exponential times a rounded 1 / sum: two half units in the last place,
  // of a sum of ten terms, added up in double.
  checks.exact("distance of the sum of shares from 1", 0, worst, kClasses * epsilon(setting), how);
}

void check_shift(Checks& checks, const Setting& setting, Random& random) {
  double different = 0;
  for (const double shift : {1e4, -1e4, 1e6}) {
    for (std::size_t i = 0; i < kDraws; ++i) {
      std::vector<double> logits(kClasses);
      for (double& logit : logits) logit = std::round(random.uniform(-30, 30));
      const std::vector<double> before = softmax(setting, logits, 1);
      for (double& logit : logits) logit += shift;  // whole numbers below 2^24: exact
      const std::vector<double> after = softmax(setting, logits, 1);
      for (std::size_t k = 0; k < kClasses; ++k) different += before[k] == after[k] ? 0 : 1;
    }
  }
  checks.exact("shares that change when all logits are shifted", 0, different, 0,
               "by 1e4, -1e4 and 1e6, 50 vectors each: to the bit");
}

void check_limits(Checks& checks, const Setting& setting) {
  struct Case {
    std::vector<double> logits, shares;
  };
  constexpr double kHalf = .5;
  double worst = 0;
  for (const Case& each :
       {Case{{kInfinity, 0, 1}, {1, 0, 0}}, Case{{kInfinity, kInfinity, 5}, {kHalf, kHalf, 0}},
        Case{{kInfinity, -kInfinity}, {1, 0}}, Case{{-kInfinity, 2, 2}, {0, kHalf, kHalf}},
        Case{{-kInfinity, -kInfinity}, {kHalf, kHalf}},
        Case{{1e4, 1e4, -1e4}, {kHalf, kHalf, 0}}}) {
    const std::vector<double> shares = softmax(setting, each.logits, 1);
    for (std::size_t i = 0; i < shares.size(); ++i) {
      widen(worst, std::abs(shares[i] - each.shares[i]));
    }
  }
  checks.exact("distance from the limit with infinite logits", 0, worst, 0,
               "6 vectors: to the bit");
  double unequal = 0;
  for (const std::size_t classes : {2U, 3U, 7U, 10U, 100U}) {
    for (const double logit : {0., 1e4, -1e4}) {
      const std::vector<double> logits(classes, logit);
      const double share = 1 / static_cast<double>(classes);
      for (const double each : softmax(setting, logits, 1)) {
        widen(unequal, std::abs(each - share) / share);
      }
    }
  }
  checks.exact("relative distance of equal logits' shares from 1 / K", 0, unequal,
               epsilon(setting));
}

void check_values(Checks& checks, const Setting& setting, Random& random) {
  double worst = 0, at_ends = 0;
  for (std::size_t i = 0; i < kDraws; ++i) {
    const std::vector<double> logits = draw_eighths(random, 5);
    long double sum = 0;
    for (const double logit : logits) sum += std::exp(static_cast<long double>(logit));
    const std::vector<double> shares = softmax(setting, logits, 1);
    for (std::size_t k = 0; k < kClasses; ++k) {
      const auto right = static_cast<double>(std::exp(static_cast<long double>(logits[k])) / sum);
      widen(worst, std::abs(shares[k] / right - 1));
      at_ends += shares[k] > 0 && shares[k] < 1 ? 0 : 1;
    }
  }
  const std::string how = "50 vectors of 10 logits from -5 to 5";
  // The exponential is good to 2.5 units in the last place, in each share and in the sum; the sum
  // of ten terms, its inverse and the product add 6.
  checks.exact("relative error of a share", 0, worst, (2.5 + 2.5 + 6) * epsilon(setting), how);
  checks.exact("shares that are 0 or 1", 0, at_ends, 0, how);
}

/// The share of the first of three logits, all of which are shifted: by the library and as written.
report::Figure draw(const Setting& setting) {
  report::Figure figure{
      .title = "The same shares, wherever the logits are",
      .caption =
          "Share of the largest of three logits (0, 1 and 2, all shifted). As written, "
          "e^x over the sum of e^x ends where e^x leaves the numbers of the machine.",
      .x_title = "added to all logits",
      .y_title = "share of the largest",
      .log_x = true,
      .from_zero = true};
  report::FigureLine library{.label = "softmax", .style = {"c0", 0}};
  report::FigureLine written{.label = "as written", .style = {"c1", 0}};
  written.mark = report::FigureLine::Mark::points;
  for (int i = 0; i <= 32; ++i) {
    const double shift = std::pow(10., i / 8.);
    library.x.push_back(shift);
    library.y.push_back(softmax(setting, std::vector{shift, shift + 1, shift + 2}, 1).back());
    written.x.push_back(shift);
    written.y.push_back(with_dtype(setting, [&](auto zero) {
      using T = decltype(zero);
      const auto power = [&](double logit) { return std::exp(static_cast<T>(shift + logit)); };
      return static_cast<double>(power(2) / (power(0) + power(1) + power(2)));
    }));
  }
  figure.lines = {std::move(library), std::move(written)};
  return figure;
}

Outcome run(const Setting& setting) {
  Random random(setting.seed, stream_id("claim softmax"));
  Checks checks;
  check_large(checks, setting, random);
  check_shift(checks, setting, random);
  check_limits(checks, setting);
  check_values(checks, setting, random);
  return {.ran =
              "Softmax on a tape, over 600 drawn vectors of logits up to 1e30, and over "
              "infinite and equal ones.",
          .checks = checks.take(),
          .figures = {draw(setting)}};
}

}  // namespace
}  // namespace softmax_sums_row

Claim softmax_sums() {
  return {.name = "softmax",
          .row = "A11",
          .title = "Softmax makes shares of any numbers",
          .statement =
              "Softmax maps any logits to shares between 0 and 1 that sum to 1, and only "
              "differences between logits count.",
          .formula = "softmax(x)_i = e^(x_i) / Σ_j e^(x_j) = softmax(x + c)_i",
          .story =
              "The exponent is the logit x_i, not its number i. Each e^x is positive, and the sum "
              "below makes shares of them. A constant added to all logits cancels: so the largest "
              "is taken off first, and no e^x can overflow, however large the logits are. In "
              "exact arithmetic no share is ever 0 or 1; in the machine one is, where logits are "
              "far enough apart.",
          .source =
              "Bridle 1990, Probabilistic interpretation of feedforward classification "
              "network outputs",
          .run = softmax_sums_row::run};
}

}  // namespace clino::claims
