#include <algorithm>
#include <utility>

#include "core/errors.hpp"
#include "data/content.hpp"
#include "data/dataset.hpp"
#include "data/division.hpp"
#include "data/source_reader.hpp"
#include "data/sources.hpp"
#include "data/standardize.hpp"
#include "data/to_samples.hpp"

namespace clino {

namespace {

Choice checked_source(const Choice& source) {
  Choice completed = complete(data_source_catalogue(), source, "data source");
  const std::vector<SourceFinding> findings = source_findings(completed);
  if (findings.empty()) return completed;
  std::string message;
  for (const SourceFinding& finding : findings) {
    message += (message.empty() ? "" : "; ") + finding.option + ": " + finding.message;
  }
  throw UsageError("data source \"" + source.type + "\": " + message);
}

void check_weights(const RawData& raw, const std::vector<Index>& rows, const char* part) {
  const auto positive = [&](Index row) { return raw.weights[static_cast<std::size_t>(row)] > 0; };
  if (raw.weights.empty() || rows.empty() || std::any_of(rows.begin(), rows.end(), positive)) {
    return;
  }
  throw InputError(raw.name + ": all weights of the " + part + " part are 0");
}

std::vector<Index> count_classes(const RawData& raw, const std::vector<Index>& rows,
                                 Index classes) {
  std::vector<Index> counts(static_cast<std::size_t>(classes), 0);
  if (classes == 0) return counts;
  for (const Index row : rows) {
    ++counts[static_cast<std::size_t>(raw.targets[static_cast<std::size_t>(row)])];
  }
  return counts;
}

}  // namespace

template <class T>
Data<T> load_data(const DataRequest& request) {
  const Choice source = checked_source(request.source);
  const std::optional<Choice> test_file = test_source(source);
  check_division(request, test_file.has_value());

  Data<T> data;
  Preprocessing& preprocessing = data.preprocessing;
  preprocessing.target_kind = request.target;
  RawData raw = read_training_source(source, request.seed, preprocessing, data.remarks);
  ContentHash hash;
  add_content(hash, raw);

  const Parts parts = divide(raw, request, preprocessing);
  check_weights(raw, parts.train, "training");
  check_weights(raw, parts.validation, "validation");
  check_weights(raw, parts.test, "test");
  const bool replace_missing = source.type == "csv" && source.get<std::string>("missing") == "mean";
  const Index constant =
      fit_inputs(raw, parts.train, request.standardize, replace_missing, preprocessing);
  if (constant > 0) {
    data.remarks.push_back(std::to_string(constant) + " of " + std::to_string(raw.features) +
                           " features are constant in the training part; their scale is 1");
  }
  data.classes = preprocessing.classes();
  data.class_counts = count_classes(raw, parts.train, data.classes);

  const auto samples =
      std::make_shared<const Samples<T>>(to_samples<T>(std::move(raw), preprocessing));
  data.train = Dataset<T>(samples, parts.train);
  data.validation = Dataset<T>(samples, parts.validation);
  data.test = Dataset<T>(samples, parts.test);
  if (test_file) {
    RawData test = read_known_source(*test_file, request.seed, preprocessing);
    add_content(hash, test);
    data.test = Dataset<T>(to_samples<T>(std::move(test), preprocessing));
  }
  data.hash = hash.value();
  return data;
}

template <class T>
Dataset<T> load_with(const Preprocessing& preprocessing, const Choice& source, std::uint64_t seed) {
  RawData raw = read_known_source(checked_source(source), seed, preprocessing);
  ContentHash unused;
  if (raw.mapped && !raw.images) add_content(unused, raw);  // which looks at the values too
  return Dataset<T>(to_samples<T>(std::move(raw), preprocessing));
}

template Data<float> load_data<float>(const DataRequest&);
template Data<double> load_data<double>(const DataRequest&);
template Dataset<float> load_with<float>(const Preprocessing&, const Choice&, std::uint64_t);
template Dataset<double> load_with<double>(const Preprocessing&, const Choice&, std::uint64_t);

}  // namespace clino
