#include <cmath>

#include "compare/remarks.hpp"
#include "compare/sentences.hpp"
#include "core/random.hpp"
#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::comparison_of_times;
using test::comparison_of_values;
using test::contains;

namespace {

Comparison analyzed(Comparison comparison, const std::string& measure = "") {
  analyze(comparison, measure, {});
  return comparison;
}

}  // namespace

TEST_CASE("Times are compared by ratio, with pairs of one seed") {
  const Comparison comparison =
      analyzed(comparison_of_times({{"slow", {8, 12, 10, 9, 11}}, {"fast", {4, 6, 5, 4.5, 5.5}}}));
  CHECK(comparison.primary->name == "epochs_to_target");
  CHECK(comparison.horizon == 50);
  const Pair& pair = *comparison.find(0, 1);
  CHECK(pair.contrast.n == 5);
  CHECK(pair.contrast.estimate == Approx(2));
  CHECK(pair.told_apart);
  CHECK(pair.better == 1);
  CHECK(pair.a_below.value == 0);
  CHECK(comparison.variations[0].rank == 2);
  CHECK(comparison.variations[1].rank == 1);
  CHECK(contains(comparison.sentences[0], "slow needs 2 times the epochs of fast [1."));
  CHECK(contains(comparison.sentences[0], "n = 5"));
}

TEST_CASE("Runs that never get there count with the whole time") {
  const Comparison comparison = analyzed(comparison_of_times({{"fast", {2, 3, 2, 3, 2, 2}},
                                                              {"some", {10, 0, 12, 0, 9, 0}},
                                                              {"never", {0, 0, 0, 0, 0, 0}},
                                                              {"neither", {0, 0, 0, 0, 0, 0}}}));
  const auto& some = *comparison.variations[1].find("epochs_to_target");
  CHECK(some.reached == 3);
  CHECK(some.survival->median == 12);  // half of them are there by then
  CHECK(some.survival->restricted_mean == Approx((10 + 12 + 9 + 3 * 50) / 6.0));
  CHECK_FALSE(comparison.variations[2].find("epochs_to_target")->survival->median);
  CHECK(contains(sentence(comparison, *comparison.find(0, 1)), "at least"));
  CHECK(contains(sentence(comparison, *comparison.find(0, 1)),
                 "3 of 6 runs of some do not get there within 50 epochs."));
  CHECK(contains(sentence(comparison, *comparison.find(0, 2)),
                 "never never reaches accuracy 0.9 within 50 epochs (0 of 6 runs), fast in 6 of 6, "
                 "after 2 epochs in the median."));
  CHECK(contains(sentence(comparison, *comparison.find(2, 3)), "neither reaches accuracy 0.9"));
  CHECK(comparison.variations[2].rank == comparison.variations[3].rank);
}

TEST_CASE("The horizon is what every variation was given") {
  Comparison comparison = comparison_of_times({{"a", {0, 0}}, {"b", {40, 0}}});
  for (const std::size_t run : comparison.variations[0].runs) {
    comparison.runs[run].outcome.epochs = 30;
  }
  analyze(comparison, "", {});
  CHECK(comparison.horizon == 30);
  // b's 40 epochs are beyond it: nothing is known of a there.
  CHECK(comparison.find(0, 1)->contrast.estimate == Approx(1));
  CHECK_FALSE(comparison.find(0, 1)->told_apart);
  CHECK(contains(comparison.sentences[0], "within 30 epochs"));
  CHECK(contains(remarks(comparison)[3],
                 "cut off at 30 epochs: a run that does not get there by then counts with these. "
                 "Some had more, up to 50"));
}

TEST_CASE("A run that failed never gets there, and has no final metric") {
  Comparison comparison = comparison_of_times({{"a", {3, 3, 3}}, {"b", {3, 3, 3}}});
  compare::RunOutcome& failed = comparison.runs[4].outcome;
  failed.status = "failed";
  failed.epochs = 2;
  failed.figures.clear();
  analyze(comparison, "", {parse_assertion("b.epochs_to_target < 100")});
  CHECK(comparison.horizon == 50);
  CHECK(comparison.variations[1].failed == 1);
  CHECK(comparison.variations[1].find("epochs_to_target")->reached == 2);
  CHECK(comparison.find(0, 1)->contrast.n == 3);
  REQUIRE(comparison.assertions.size() == 1);
  CHECK_FALSE(comparison.assertions[0].holds);
  CHECK(comparison.assertions[0].reason == "1 of 3 runs of b failed");
}

TEST_CASE("Failed runs are left out of final metrics, with their partners, and it is said") {
  Comparison comparison = comparison_of_values(
      "final_accuracy", {{"a", {0.9, 0.91, 0.92, 0.93}}, {"b", {0.5, 0.51, 0.52, 0.55}}});
  comparison.runs[5].outcome.status = "failed";
  comparison.runs[5].outcome.figures.clear();
  analyze(comparison, "", {});
  CHECK(comparison.find(0, 1)->contrast.n == 3);
  CHECK(comparison.find(0, 1)->contrast.estimate == Approx((0.4 + 0.4 + 0.38) / 3));
  CHECK(comparison.variations[0].find("final_accuracy")->values.n == 4);
  CHECK(contains(comparison.sentences[0], "(1 of 4 runs of b failed and are left out.)"));
}

TEST_CASE("Losses are compared by ratio where all are above 0, else by difference") {
  const Comparison ratio =
      analyzed(comparison_of_values("final_loss", {{"a", {0.1, 0.2, 0.1}}, {"b", {1, 2, 1}}}));
  CHECK(ratio.primary->name == "final_loss");
  CHECK(ratio.find(0, 1)->scale == statistics::Scale::ratio);
  CHECK(ratio.find(0, 1)->contrast.estimate == Approx(0.1));
  CHECK(contains(ratio.sentences[0], "b: final loss 10 times that of a"));
  const Comparison zero =
      analyzed(comparison_of_values("final_loss", {{"a", {0, 0.2, 0.1}}, {"b", {1, 2, 1}}}));
  CHECK(zero.find(0, 1)->scale == statistics::Scale::difference);
}

TEST_CASE("Higher accuracy is better, lower loss is, and neither signal ratio") {
  const std::vector<std::pair<std::string, std::vector<double>>> values = {
      {"low", {0.1, 0.11, 0.1, 0.12}}, {"high", {0.8, 0.82, 0.8, 0.81}}};
  CHECK(analyzed(comparison_of_values("final_accuracy", values)).find(0, 1)->better == 1);
  CHECK(analyzed(comparison_of_values("final_loss", values)).find(0, 1)->better == 0);
  const Comparison neither = analyzed(comparison_of_values("delta_ratio", values), "delta_ratio");
  CHECK(neither.find(0, 1)->told_apart);
  CHECK_FALSE(neither.find(0, 1)->better);
  CHECK(neither.variations[0].rank == 0);
  CHECK(neither.variations[1].rank == 0);
}

TEST_CASE("What cannot be told apart says how many seeds would do") {
  const Comparison comparison = analyzed(comparison_of_values(
      "final_accuracy", {{"a", {0.90, 0.93, 0.91, 0.95}}, {"b", {0.91, 0.92, 0.94, 0.96}}}));
  const Pair& pair = *comparison.find(0, 1);
  REQUIRE_FALSE(pair.told_apart);
  REQUIRE(pair.seeds_needed);
  CHECK(*pair.seeds_needed > 4);
  CHECK(contains(comparison.sentences[0], "a and b cannot be told apart with 4 seeds"));
  CHECK(contains(comparison.sentences[0],
                 "about " + std::to_string(*pair.seeds_needed) + " would tell"));
}

TEST_CASE("Those that never get there have one sentence together") {
  const Comparison comparison = analyzed(comparison_of_times({{"fast", {2, 3, 2, 3}},
                                                              {"a", {0, 0, 0, 0}},
                                                              {"b", {0, 0, 0, 0}},
                                                              {"slow", {20, 22, 20, 25}}}));
  CHECK(comparison.sentences[0] ==
        "a and b never reach accuracy 0.9 within 50 epochs in any run, fast in 4 of 4.");
  CHECK(contains(comparison.sentences[1], "slow needs"));
}

TEST_CASE("A tie where some never get there says so") {
  const Comparison comparison =
      analyzed(comparison_of_times({{"a", {3, 9, 0, 4, 30}}, {"b", {5, 0, 20, 3, 0}}}));
  REQUIRE_FALSE(comparison.find(0, 1)->told_apart);
  CHECK(contains(comparison.sentences[0], "1 of 5 runs of a do not get there within 50 epochs."));
  CHECK(contains(comparison.sentences[0], "2 of 5 runs of b"));
}

TEST_CASE("Few seeds for many pairs are a remark") {
  std::vector<std::pair<std::string, std::vector<double>>> times;
  for (int i = 0; i < 12; ++i)
    times.emplace_back("v" + std::to_string(i), std::vector<double>{3, 4, 5});
  const Comparison comparison = analyzed(comparison_of_times(times));
  bool found = false;
  for (const std::string& remark : remarks(comparison)) {
    found = found || remark.starts_with("With n = 3 and 66 pairs only differences of");
  }
  CHECK(found);
  CHECK(contains(comparison.sentences[0], "and 4 others cannot be told apart from"));
}

TEST_CASE("Within groups only: no pair and no rank goes across") {
  Comparison comparison = comparison_of_times({{"g=1, a", {2, 3, 2, 2}},
                                               {"g=1, b", {20, 30, 20, 21}},
                                               {"g=2, a", {40, 45, 41, 42}},
                                               {"g=2, b", {30, 31, 29, 30}}});
  for (const std::size_t i : {0U, 1U}) comparison.variations[i].group = "g=1";
  for (const std::size_t i : {2U, 3U}) comparison.variations[i].group = "g=2";
  for (VariationResult& each : comparison.variations) {
    each.name = without_part(each.label, each.group);
  }
  analyze(comparison, "", {});
  CHECK(comparison.primary_pairs().size() == 2);
  CHECK(comparison.find(0, 2) == nullptr);
  CHECK(comparison.variations[0].rank == 1);
  CHECK(comparison.variations[3].rank == 1);
  CHECK(by_rank(comparison) == std::vector<std::size_t>{0, 1, 3, 2});
  CHECK(comparison.sentences[0].starts_with("g=1: b needs"));
}

TEST_CASE("What ties with the best is said in one sentence, and nothing ranks what has no value") {
  Comparison comparison = comparison_of_values("final_accuracy", {{"a", {0.90, 0.92, 0.91, 0.93}},
                                                                  {"b", {0.91, 0.90, 0.93, 0.92}},
                                                                  {"c", {0.92, 0.91, 0.90, 0.93}},
                                                                  {"none", {0, 0, 0, 0}}});
  for (const std::size_t run : comparison.variations[3].runs) {
    comparison.runs[run].outcome = failed_outcome("broken");
  }
  analyze(comparison, "", {});
  CHECK(comparison.variations[3].rank == 0);
  CHECK(by_rank(comparison).back() == 3);
  CHECK(contains(comparison.sentences[0], "cannot be told apart from a, n = 4."));
}

TEST_CASE("One seed says nothing of a difference") {
  const Comparison comparison = analyzed(comparison_of_times({{"a", {3}}, {"b", {30}}}));
  CHECK_FALSE(comparison.find(0, 1)->told_apart);
  CHECK(contains(comparison.sentences[0], "two at least are needed"));
}

TEST_CASE("A measure that no run has ranks nothing") {
  const Comparison comparison =
      analyzed(comparison_of_values("final_loss", {{"a", {1, 2}}, {"b", {3, 4}}}), "test_loss");
  CHECK(comparison.primary_pairs().empty());
  CHECK(comparison.sentences.empty());
  CHECK(comparison.variations[0].rank == 0);
}

TEST_CASE("No run at all, and none that ended well") {
  Comparison comparison = comparison_of_times({{"a", {0, 0}}, {"b", {0, 0}}});
  for (RunResult& run : comparison.runs) run.outcome = failed_outcome("broken");
  analyze(comparison, "", {});
  CHECK(comparison.variations[0].failed == 2);
  CHECK_FALSE(comparison.find(0, 1)->told_apart);
  CHECK(std::isfinite(comparison.horizon));
}

TEST_CASE("A made-up difference between a variation and itself is found at the nominal rate") {
  // Log-normal times in whole epochs, as runs have them, of one distribution.
  constexpr int kComparisons = 1000;
  Random random(23, stream_id("times"));
  int told_apart = 0;
  for (int i = 0; i < kComparisons; ++i) {
    std::vector<std::pair<std::string, std::vector<double>>> times = {{"a", {}}, {"b", {}}};
    for (auto& [label, values] : times) {
      for (int seed = 0; seed < 10; ++seed) {
        values.push_back(std::ceil(std::exp(2.5 + 0.4 * random.normal())));
      }
    }
    told_apart += analyzed(comparison_of_times(times)).find(0, 1)->told_apart ? 1 : 0;
  }
  // Three standard errors of a share of .05.
  CHECK(std::abs(told_apart / double{kComparisons} - 0.05) <=
        3 * std::sqrt(0.05 * 0.95 / kComparisons));
}

TEST_CASE("Runs that fail never win, by whatever measure") {
  Comparison comparison = comparison_of_times({{"good", {10, 12, 11, 13}}, {"bad", {0, 0, 0, 0}}});
  for (const std::size_t run : comparison.variations[0].runs) {
    RunOutcome& outcome = comparison.runs[run].outcome;
    outcome.curves.seconds.assign(50, 0);
    for (std::size_t epoch = 0; epoch < 50; ++epoch) {
      outcome.curves.seconds[epoch] = 0.1 * static_cast<double>(epoch + 1);
    }
    outcome.figures["seconds_to_target"] = 0.1 * *outcome.figure("epochs_to_target");
    outcome.figures["seconds"] = 5;
  }
  for (const std::size_t run : comparison.variations[1].runs) {
    comparison.runs[run].outcome = failed_outcome("broken");
    comparison.runs[run].outcome.figures["seconds"] = 0.01;
  }
  analyze(comparison, "", {});
  for (const Pair& pair : comparison.pairs) {
    INFO(pair.measure->name);
    CHECK(pair.better != 1);
    if (pair.measure->to_target) CHECK(pair.better == 0);
  }
  CHECK(comparison.variations[1].find("seconds")->values.n == 0);
}

TEST_CASE("Those that failed stay at risk: the median is none where fewer than half get there") {
  Comparison comparison = comparison_of_times(
      {{"a", {40, 40, 40, 40, 0, 0, 0, 0, 0, 0}}, {"b", {5, 5, 5, 5, 5, 5, 5, 5, 5, 5}}});
  for (std::size_t i = 4; i < 10; ++i) {
    comparison.runs[comparison.variations[0].runs[i]].outcome = failed_outcome("broken");
  }
  for (const std::size_t run : comparison.variations[1].runs) {
    comparison.runs[run].outcome.epochs = 30;
  }
  analyze(comparison, "", {});
  CHECK_FALSE(comparison.variations[0].find("epochs_to_target")->survival->median);
  CHECK_FALSE(comparison.variations[0].find("steps_to_target")->survival->median);
}

TEST_CASE("Times that are all equal are known to half an epoch") {
  const Comparison comparison =
      analyzed(comparison_of_times({{"a", {2, 2, 2, 2}}, {"b", {3, 3, 3, 3}}}));
  const auto& interval =
      comparison.variations[0].find("epochs_to_target")->survival->restricted_mean_interval;
  // t of 97.5 % with 3 degrees of freedom.
  CHECK(interval->high - 2 == Approx(3.18244630528 * std::sqrt(1.0 / 12 / 4)));
}
