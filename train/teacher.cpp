#include "train/teacher.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "core/content_hash.hpp"
#include "core/errors.hpp"
#include "train/class_probabilities.hpp"
#include "train/experiment.hpp"
#include "train/trained_run.hpp"

namespace clino {

namespace {

std::string in_words(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 8;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
    text += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
  }
  return text + (names.size() > kShown ? ", ..." : "");
}

void check_classes(const RunDescription& teacher, const Preprocessing& data) {
  if (teacher.preprocessing.target_kind == TargetKind::numbers) {
    throw UsageError("it was trained with " + teacher.config.loss.type +
                     ", which has no classes; expected a run with softmax_cross_entropy or "
                     "binary_cross_entropy");
  }
  const auto& names = teacher.preprocessing.class_names;
  if (names == data.class_names) return;
  throw UsageError("it knows the classes " + in_words(names) +
                   "; expected those of the data: " + in_words(data.class_names));
}

void check_same_features(const Preprocessing& teacher, const Preprocessing& data) {
  const auto& names = teacher.feature_names;
  const auto& expected = data.feature_names;
  if (names.size() != expected.size()) {
    throw UsageError("it takes " + std::to_string(names.size()) +
                     " features; expected those of the data: " + std::to_string(expected.size()));
  }
  const auto [found, wanted] = std::ranges::mismatch(names, expected);
  if (found == names.end()) return;
  throw UsageError("its feature " + std::to_string(found - names.begin()) + " is \"" + *found +
                   "\"; expected that of the data: \"" + *wanted + "\"");
}

/// Whether the teacher may have trained on samples of the run's validation or test part. Another
/// seed divides a file in another way, and generates other samples.
bool may_know_the_rest(const DataRequest& teacher, const DataRequest& run) {
  static constexpr std::array<std::string_view, 3> kFiles{"csv", "idx", "npy"};
  if (teacher.source != run.source) return false;
  if (teacher.seed != run.seed) return std::ranges::count(kFiles, run.source.type) > 0;
  return teacher.validation_fraction != run.validation_fraction ||
         teacher.test_fraction != run.test_fraction || teacher.folds != run.folds ||
         teacher.fold != run.fold;
}

/// A column of the teacher's logits as the run has them: two classes are one logit or two.
template <class S, class T>
void convert(std::span<const S> from, double temperature, std::span<T> to) {
  const auto logit = [&](std::size_t k) { return static_cast<double>(from[k]) / temperature; };
  if (from.size() == to.size()) {
    for (std::size_t k = 0; k < to.size(); ++k) to[k] = static_cast<T>(logit(k));
  } else if (to.size() == 1) {
    to[0] = static_cast<T>(logit(1) - logit(0));
  } else {
    to[0] = 0;
    to[1] = static_cast<T>(logit(0));
  }
}

/// `T`: of the run; the teacher computes in `S`, its own type.
template <class S, class T>
TeacherLogits<T> answers(const RunDescription& description, const Config& config,
                         const Data<T>& data) {
  TrainedRun<S> run = load_run<S>(description);
  Evaluator<S> evaluator = run.evaluator();
  const auto rows = data.train.rows();
  const Dataset<S> samples = load_with<S>(run.preprocessing, config.data.source, config.seed)
                                 .part({rows.begin(), rows.end()});
  TeacherLogits<T> result{.outputs = outputs_needed(config.loss.type, data.classes)};
  result.values.resize(static_cast<std::size_t>(result.outputs * samples.size()));
  const Matrix<T> all{result.values.data(), result.outputs, samples.size()};
  const double temperature = temperature_of(description.config.loss);
  evaluator.evaluate(samples, [&](Matrix<const S> logits, Matrix<const S>, Index first) {
    for (Index j = 0; j < logits.columns; ++j) {
      convert(logits.column(j), temperature, all.column(first + j));
    }
  });
  const auto bad = std::ranges::find_if_not(result.values, [](T x) { return std::isfinite(x); });
  if (bad == result.values.end()) return result;
  throw InputError("its answer to the training sample " +
                   std::to_string((bad - result.values.begin()) / result.outputs) +
                   " is not finite");
}

}  // namespace

template <class T>
void TeacherLogits<T>::fill(std::span<const Index> samples, Matrix<T> to) const {
  for (std::size_t k = 0; k < samples.size(); ++k) {
    std::copy_n(values.data() + samples[k] * outputs, outputs,
                to.data + static_cast<Index>(k) * outputs);
  }
}

template <class T>
std::uint64_t TeacherLogits<T>::hash() const {
  ContentHash hash;
  hash.add(values);
  return hash.value();
}

template <class T>
TeacherLogits<T> ask_teacher(const Config& config, Data<T>& data) {
  const std::string& directory = config.teacher->run;
  const std::string prefix = "the teacher " + directory + ": ";
  try {
    const RunDescription description = describe_run(directory);
    check_classes(description, data.preprocessing);
    check_same_features(description.preprocessing, data.preprocessing);
    TeacherLogits<T> result = with_dtype(description.config.dtype, [&]<class S>(S /*zero*/) {
      return answers<S>(description, config, data);
    });
    const bool judged = !data.validation.empty() || !data.test.empty();
    if (judged && may_know_the_rest(data_request(description.config), data_request(config))) {
      data.remarks.push_back(prefix +
                             "trained on another division of these data (seed, fractions or folds "
                             "differ), so that it may know the samples that this run is judged by");
    }
    return result;
  } catch (const InputError& error) {
    throw InputError(prefix + error.what());
  } catch (const UsageError& error) {
    throw UsageError(prefix + error.what());
  }
}

void require_other_directory(const Config& config, const std::filesystem::path& directory) {
  std::error_code ignored;  // a directory that is not there yet is another one
  if (!config.teacher) return;
  if (!std::filesystem::equivalent(config.teacher->run, directory, ignored)) return;
  throw UsageError(directory.string() +
                   " is the run of the teacher; expected another directory for the run");
}

template struct TeacherLogits<float>;
template struct TeacherLogits<double>;
template TeacherLogits<float> ask_teacher(const Config&, Data<float>&);
template TeacherLogits<double> ask_teacher(const Config&, Data<double>&);

}  // namespace clino
