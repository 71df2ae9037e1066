#include "compare/plan.hpp"

#include <set>

#include "compare/jobs.hpp"
#include "tests/compare/compare_helpers.hpp"

using namespace clino;
using namespace clino::compare;
using test::contains;
using test::refusal;

TEST_CASE("A target says the metric, the value and perhaps the part") {
  const Target accuracy = parse_target("accuracy=0.95");
  CHECK(accuracy.metric == "accuracy");
  CHECK(accuracy.split.empty());
  CHECK(accuracy.reached_by(0.95));
  CHECK_FALSE(accuracy.reached_by(0.94));
  const Target loss = parse_target("train.loss=1e-2");
  CHECK(loss.split == "train");
  CHECK(loss.reached_by(0.01));
  CHECK_FALSE(loss.reached_by(0.02));
  CHECK(to_text(loss) == "training loss 0.01");
  for (const char* text :
       {"", "accuracy", "accuracy=", "accuracy=x", "accuracy=nan", "recall=1", "test.loss=1",
        "accuracy=0.9x", "=1", "accuracy=2", "accuracy=0", "loss=-1"}) {
    INFO(text);
    CHECK(contains(refusal([&] { parse_target(text); }), "expected accuracy=NUMBER"));
  }
}

TEST_CASE("A grid is spread evenly, by ratio or by difference") {
  CHECK(parse_grid("x=log:1e-2:1:5").values ==
        std::vector<std::string>{"0.01", "0.0316228", "0.1", "0.316228", "1"});
  CHECK(parse_grid("x=linear:0:1:3").values == std::vector<std::string>{"0", "0.5", "1"});
  CHECK(parse_grid("x=linear:-1:1:3").values == std::vector<std::string>{"-1", "0", "1"});
  CHECK(parse_grid("x=0.1,0.2").values == std::vector<std::string>{"0.1", "0.2"});
  CHECK(parse_grid("x=log:1e-4:1:9").values.size() == 9);
  for (const char* text :
       {"x=log:0:1:3", "x=log:1:0.1:3", "x=log:1:2:1", "x=log:1:2", "x=log:1:2:3:4",
        "x=linear:1:1:2", "x=log:a:1:3", "x=log:1:inf:3", "x=log:1:2:2.5", "x=log:1:2:100000"}) {
    INFO(text);
    CHECK(contains(refusal([&] { parse_grid(text); }), "LOW < HIGH"));
  }
}

TEST_CASE("A plan that makes no sense is refused before anything runs") {
  const auto refused = [](auto change) {
    test::SmallComparison small;
    change(small.request.plan);
    return refusal([&] { check_plan(small.request.plan); });
  };
  CHECK(contains(refused([](Plan& plan) { plan.variations.clear(); }), "nothing to compare"));
  CHECK(contains(refused([](Plan& plan) { plan.variations.resize(1); }), "give --vary two values"));
  CHECK(contains(refused([](Plan& plan) { plan.measure = "final_acuracy"; }),
                 "did you mean \"final_accuracy\"?"));
  CHECK(contains(refused([](Plan& plan) { plan.measure = "steps_to_target"; }), "needs a target"));
  CHECK(contains(refused([](Plan& plan) { plan.within = "model.hidden"; }), "has no value for"));
  CHECK(contains(
      refused([](Plan& plan) { plan.assertions = {parse_assertion("rel.final_loss < 1")}; }),
      "did you mean \"relu\"?"));
  CHECK(contains(
      refused([](Plan& plan) { plan.assertions = {parse_assertion("relu.epochs_to_target < 1")}; }),
      "needs a target"));
  CHECK(contains(refused([](Plan& plan) { plan.tune = {parse_grid("model.activation=elu,gelu")}; }),
                 "one of them is too much"));
  CHECK(contains(
      refused([](Plan& plan) { plan.variations = all_combinations({parse_axis("seed=1,2")}); }),
      "no variation"));
  CHECK(contains(refused([](Plan& plan) {
                   plan.variations = all_combinations({parse_axis("a=1,2"), parse_axis("a=3,4")});
                 }),
                 "given twice"));
  CHECK(contains(refused([](Plan& plan) { plan.overrides = {"model.activation=elu"}; }),
                 "would have no effect"));
  CHECK(contains(refused([](Plan& plan) {
                   plan.folds = 3;
                   plan.variations =
                       all_combinations({parse_axis("data.validation_fraction=.1,.2")});
                 }),
                 "set by --folds"));
  CHECK(contains(
      refused([](Plan& plan) { plan.tune = {parse_grid("optimizer.learning_rate=0.1,1e-1")}; }),
      "twice; expected values that differ"));
  CHECK(contains(refused([](Plan& plan) { plan.tune = {parse_grid("optimizer.speed=1,2")}; }),
                 "optimizer"));
  CHECK(contains(refused([](Plan& plan) { plan.within = "model.activation"; }),
                 "which has nothing to be compared with"));
  CHECK(contains(refused([](Plan& plan) { plan.measure = "update_cosine"; }),
                 "log.update_cosine=true"));
  CHECK(contains(refused([](Plan& plan) {
                   plan.overrides = {"loss=mse"};
                   plan.target = parse_target("accuracy=0.9");
                 }),
                 "have no accuracy"));
}

TEST_CASE("What a config cannot be, a variation cannot be") {
  test::SmallComparison small({"model.activation=relu,tahn"});
  CHECK(contains(refusal([&] { small.run(); }), "did you mean \"tanh\"?"));
  CHECK_FALSE(std::filesystem::exists(small.request.directory));
}

TEST_CASE("Paired variations share their seeds, others none; tuning has seeds of its own") {
  test::SmallComparison small;
  Plan& plan = small.request.plan;
  plan.seeds = 3;
  plan.tune = {parse_grid("optimizer.learning_rate=0.1,0.2")};
  CHECK(seeds_of(plan, 0, 7) == std::vector<std::uint64_t>{7, 8, 9});
  CHECK(seeds_of(plan, 1, 7) == seeds_of(plan, 0, 7));
  plan.paired = false;
  std::multiset<std::uint64_t> all;
  for (const std::size_t variation : {0U, 1U}) {
    for (const std::uint64_t seed : seeds_of(plan, variation, 7)) all.insert(seed);
    for (const std::uint64_t seed : tune_seeds_of(plan, variation, 7)) all.insert(seed);
  }
  CHECK(std::set<std::uint64_t>(all.begin(), all.end()).size() == all.size());
}

TEST_CASE("The runs of a plan: every seed, fold and grid point once, each in a folder of its own") {
  test::SmallComparison small;
  Plan& plan = small.request.plan;
  plan.folds = 3;
  plan.tune = {parse_grid("optimizer.learning_rate=0.1,0.2"),
               parse_grid("training.batch_size=4,8")};
  const std::vector<Job> tuning = tuning_jobs(plan);
  CHECK(tuning.size() == 2 * 3 * 4 * 3);  // variations, folds, grid points, tuning seeds
  const std::vector<Job> jobs = comparison_jobs(
      plan, {{{"optimizer.learning_rate", "0.2"}}, {{"optimizer.learning_rate", "0.1"}}});
  CHECK(jobs.size() == 2 * 2 * 3);
  std::set<std::filesystem::path> folders;
  for (const Job& job : tuning) folders.insert(job.directory);
  for (const Job& job : jobs) folders.insert(job.directory);
  CHECK(folders.size() == tuning.size() + jobs.size());
  CHECK(jobs.front().config.optimizer.learning_rate == 0.2);
  CHECK(jobs.back().config.optimizer.learning_rate == 0.1);
  CHECK(jobs.back().config.data.fold == 2);
  CHECK(jobs.back().config.data.folds == 3);
  CHECK(jobs.back().config.seed == 2);
}

TEST_CASE("The identity of a plan changes with what decides about runs, and with nothing else") {
  test::SmallComparison small;
  const Plan& plan = small.request.plan;
  const std::string before = identity(plan);
  const auto changed = [&](auto change) {
    Plan other = plan;
    change(other);
    return identity(other) != before;
  };
  CHECK(changed([](Plan& p) { p.seeds = 3; }));
  CHECK(changed([](Plan& p) { p.paired = false; }));
  CHECK(changed([](Plan& p) { p.overrides = {"training.epochs=5"}; }));
  CHECK(changed([](Plan& p) { p.variations[0].label = "other"; }));
  CHECK(changed([](Plan& p) { p.tune = {parse_grid("optimizer.learning_rate=1,2")}; }));
  CHECK(changed([](Plan& p) { p.folds = 2; }));
  CHECK_FALSE(changed([](Plan& p) { p.target = parse_target("accuracy=0.9"); }));
  CHECK_FALSE(changed([](Plan& p) { p.measure = "final_loss"; }));
}
