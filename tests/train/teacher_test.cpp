#include "train/teacher.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/errors.hpp"
#include "tests/allocations.hpp"
#include "tests/throws.hpp"
#include "tests/train/run_helpers.hpp"
#include "train/experiment.hpp"
#include "train/session.hpp"
#include "train/trained_run.hpp"
#include "train/weights.hpp"

namespace clino::test {
namespace {

namespace fs = std::filesystem;

bool mentions(const std::string& text, const std::string& part) {
  UNSCOPED_INFO(text);
  return text.find(part) != std::string::npos;
}

/// A folder with a trained teacher, `t`, that standardises.
struct School {
  explicit School(const std::vector<std::string>& overrides = {}) {
    run(small_config(overrides), folder / "t");
  }
  /// A small run of the same samples, which does not standardise.
  Config student(std::vector<std::string> overrides = {}) const {
    overrides.insert(overrides.begin(), {"teacher=t", "data.standardize=false"});
    return parse_config(kSmallRun, "s.json", folder.path(), overrides);
  }
  TemporaryFolder folder;
};

/// The logits of a run's best weights for its own training part, one sample at a time.
template <class S>
std::vector<double> own_logits(const fs::path& directory) {
  const RunDescription description = describe_run(directory);
  const Data<S> data = load_data<S>(data_request(description.config));
  TrainedRun<S> trained = load_run<S>(description);
  Evaluator<S> evaluator = trained.evaluator();
  std::vector<S> x(static_cast<std::size_t>(data.train.features()));
  const Matrix<S> column{x.data(), data.train.features(), 1};
  std::vector<double> logits;
  for (Index i = 0; i < data.train.size(); ++i) {
    data.train.fill(std::span(&i, 1), column, {}, {});
    for (const S z : evaluator.predict(column).elements()) logits.push_back(z);
  }
  return logits;
}

template <class T>
std::vector<double> asked(const Config& config) {
  const auto answers = make_experiment<T>(config).teacher.values;
  return {answers.begin(), answers.end()};
}

TEST_CASE("the teacher answers as itself: its own scales, type and best weights") {
  const std::string dtype = GENERATE("float32", "float64");
  const School school({"dtype=" + dtype, "training.epochs=8"});
  REQUIRE(fs::exists(school.folder / "t" / "best.safetensors"));
  const std::vector<double> expected = dtype == "float64" ? own_logits<double>(school.folder / "t")
                                                          : own_logits<float>(school.folder / "t");
  const std::vector<double> found = asked<double>(school.student({"dtype=float64"}));
  REQUIRE(found.size() == expected.size());
  CHECK(found.size() == 2 * 150);  // 250 samples, .2 for validation and test each
  // One product of a batch and one of a column may be rounded differently.
  for (std::size_t i = 0; i < found.size(); ++i) {
    REQUIRE(std::abs(found[i] - expected[i]) <= 1e-5 * (1 + std::abs(expected[i])));
  }
}

TEST_CASE("two classes may be two logits or one, a teacher's temperature is divided out") {
  const School school({R"(loss={"type": "softmax_cross_entropy", "temperature": 2})"});
  const std::vector<double> own = own_logits<float>(school.folder / "t");
  const std::vector<double> two = asked<float>(school.student());
  const std::vector<double> one = asked<float>(school.student({"loss=binary_cross_entropy"}));
  REQUIRE(one.size() * 2 == own.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    REQUIRE(two[2 * i] == Approx(own[2 * i] / 2).epsilon(1e-4));
    REQUIRE(one[i] == Approx(two[2 * i + 1] - two[2 * i]).margin(1e-5));
  }
  // And back, from a teacher with one logit.
  run(school.student({"loss=binary_cross_entropy"}), school.folder / "b");
  const std::vector<double> back = asked<float>(school.student({"teacher=b"}));
  const std::vector<double> single = own_logits<float>(school.folder / "b");
  REQUIRE(back.size() == own.size());
  for (std::size_t i = 0; i < single.size(); ++i) {
    REQUIRE(back[2 * i] == 0);
    REQUIRE(back[2 * i + 1] == Approx(single[i]).margin(1e-5));
  }
}

TEST_CASE("a step with a teacher allocates nothing, and its loss mixes both") {
  const School school;
  const Config config =
      school.student({R"(teacher={"run": "t", "temperature": 3, "mix": 0.25})", "dtype=float64"});
  auto experiment = make_experiment<double>(config);
  Session<double> session(config, experiment);
  const RunDirectoryLock lock = prepare_run_directory(school.folder / "r", Occupied::refuse);
  LogWriter log(school.folder / "r", session.model(), {});
  REQUIRE(session.step(&log).empty());
  const AllocationCount count;
  for (int step = 0; step < 5; ++step) REQUIRE(session.step(&log).empty());
  CHECK(count.since_start() == 0);

  // Of an epoch at a learning rate of 0, in plain numbers: sample by sample.
  const Config still =
      school.student({R"(teacher={"run": "t", "temperature": 3, "mix": 0.25})", "dtype=float64",
                      "optimizer.learning_rate=0", "optimizer.type=sgd", "training.epochs=1",
                      "training.batch_size=1000", "log.every=1"});
  run(still, school.folder / "still");
  auto same = make_experiment<double>(still);
  Evaluator<double> evaluator(same.model, same.parameters, TargetKind::classes, {}, nullptr, 1000);
  double targets = 0;
  double teacher = 0;
  evaluator.evaluate(same.data.train, [&](Matrix<const double> z, Matrix<const double> y, Index) {
    const auto log_softmax = [](const double* x, Index k, double t) {
      return x[k] / t - std::log(std::exp(x[0] / t) + std::exp(x[1] / t));
    };
    for (Index i = 0; i < z.columns; ++i) {
      const double* const v = same.teacher.values.data() + 2 * i;
      const auto share = 1 / static_cast<double>(z.columns);
      targets -= share * log_softmax(&z(0, i), static_cast<Index>(y(0, i)), 1);
      for (Index k = 0; k < 2; ++k) {
        teacher -= share * 9 * std::exp(log_softmax(v, k, 3)) * log_softmax(&z(0, i), k, 3);
      }
    }
  });
  const double mixed = lines(school.folder / "still" / "steps.jsonl").at(0).at("loss");
  CHECK(mixed == Approx(0.75 * targets + 0.25 * teacher).epsilon(1e-12));
  // Metrics are of the targets alone, on every part.
  const Json metrics = lines(school.folder / "still" / "metrics.jsonl").at(0);
  CHECK(metrics.at("split") == "train");
  CHECK(metrics.at("loss").get<double>() == Approx(targets).epsilon(1e-12));
}

TEST_CASE("a teacher that counts nothing changes nothing, one that counts does") {
  const School school;
  const auto weights = [&](const std::string& name, const std::vector<std::string>& overrides) {
    run(school.student(overrides), school.folder / name);
    return bytes(school.folder / name / "model.safetensors") +
           bytes(school.folder / name / "best.safetensors");
  };
  const std::string alone = weights("alone", {"teacher=null"});
  CHECK(weights("none", {"teacher.mix=0"}) == alone);
  const std::string taught = weights("taught", {});
  CHECK(taught != alone);
  CHECK(weights("again", {}) == taught);
  CHECK(weights("hotter", {"teacher.temperature=9"}) != taught);
}

TEST_CASE("a run with a teacher is resumed to the same bytes, and evaluates without it") {
  const School school;
  const TrainResult whole = run(school.student(), school.folder / "whole");
  const std::atomic<int> stop = 2;
  TrainResult part = run(school.student(), school.folder / "parts", Occupied::refuse, &stop);
  REQUIRE(part.status == RunStatus::interrupted);
  part = run(school.student(), school.folder / "parts", Occupied::resume);
  for (const char* file : {"steps.jsonl", "layers.jsonl", "model.safetensors"}) {
    INFO(file);
    CHECK(bytes(school.folder / "whole" / file) == bytes(school.folder / "parts" / file));
  }

  fs::remove_all(school.folder / "t");
  const RunDescription description = describe_run(school.folder / "whole", WeightsChoice::last);
  const Data<float> data = load_data<float>(data_request(description.config));
  TrainedRun<float> trained = load_run<float>(description);
  CHECK(trained.evaluator().evaluate(data.validation).loss == whole.validation->loss);
}

TEST_CASE("a run is not resumed with a teacher that has changed, nor written over it") {
  const School school;
  const std::atomic<int> stop = 2;
  run(school.student(), school.folder / "s", Occupied::refuse, &stop);
  run(small_config({"training.epochs=5"}), school.folder / "t", Occupied::overwrite);
  const auto resume = [&] { run(school.student(), school.folder / "s", Occupied::resume); };
  CHECK(mentions(message_of<UsageError>(resume), "or with another teacher"));
  const auto over = [&] { run(school.student(), school.folder / "t", Occupied::overwrite); };
  CHECK(mentions(message_of<UsageError>(over), "is the run of the teacher"));
  CHECK(fs::exists(school.folder / "t" / "model.safetensors"));
}

TEST_CASE("a teacher that does not fit is refused before anything is trained") {
  const School school;
  const auto usage = [](const Config& config) {
    return message_of<UsageError>([&] { make_experiment<float>(config); });
  };
  const auto input = [](const Config& config) {
    return message_of<InputError>([&] { make_experiment<float>(config); });
  };
  const std::string prefix = "the teacher " + (school.folder / "t").string() + ": ";
  SECTION("other classes") {
    const std::string blobs = R"(data={"source": "blobs", "classes": 3, "features": 2})";
    CHECK(usage(school.student({blobs})) ==
          prefix + R"(it knows the classes "0", "1"; expected those of the data: "0", "1", "2")");
  }
  SECTION("numbers") {
    run(small_config({R"(data={"source": "sine"})", "loss=mse", "log.film=false"}),
        school.folder / "numbers");
    CHECK(mentions(usage(school.student({"teacher=numbers"})),
                   "it was trained with mse, which has no classes; expected a run with"));
  }
  SECTION("other features") {
    std::ofstream csv(school.folder / "c.csv");
    csv << "a,b,class\n";
    for (int i = 0; i < 40; ++i) csv << i << ',' << i % 7 << ',' << i % 2 << '\n';
    csv.close();
    const std::string from_csv = R"(data={"source": "csv", "path": "c.csv", "target": "class"})";
    CHECK(usage(school.student({from_csv})) ==
          prefix + R"(its feature 0 is "x0"; expected that of the data: "a")");
    const std::string blobs = R"(data={"source": "blobs", "classes": 2, "features": 3})";
    CHECK(usage(school.student({blobs})) ==
          prefix + "it takes 2 features; expected those of the data: 3");
  }
  SECTION("missing") {
    CHECK(mentions(input(school.student({"teacher=nobody"})), "nobody does not exist"));
    fs::remove(school.folder / "t" / "preprocessing.json");
    CHECK(mentions(input(school.student()), "preprocessing.json is missing"));
  }
  SECTION("damaged") {
    std::ofstream(school.folder / "t" / "best.safetensors", std::ios::trunc) << "no weights";
    CHECK(mentions(input(school.student()), "best.safetensors"));
  }
  SECTION("not finite") {
    Config config = describe_run(school.folder / "t").config;
    auto experiment = make_experiment<float>(config);
    experiment.parameters.values()[0] = std::nanf("");
    save_weights((school.folder / "t" / "best.safetensors").string(), experiment.parameters);
    CHECK(input(school.student()) == prefix + "its answer to the training sample 0 is not finite");
  }
}

TEST_CASE("it is said when the teacher may know what the run is judged by") {
  const School school;
  const auto remarks = [&](const std::vector<std::string>& overrides) {
    std::string all;
    for (const std::string& each : make_experiment<float>(school.student(overrides)).data.remarks) {
      all += each + "\n";
    }
    return all;
  };
  CHECK(remarks({}).empty());
  CHECK(mentions(remarks({"data.validation_fraction=0.3"}), "another division of these data"));
  CHECK(remarks({"seed=4"}).empty());  // generates other samples
  CHECK(remarks({"data.validation_fraction=0", "data.test_fraction=0"}).empty());
}

}  // namespace
}  // namespace clino::test
