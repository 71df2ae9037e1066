#include <cstdint>
#include <string>
#include <variant>

#include "data/sources.hpp"
#include "data/text.hpp"

namespace clino {

namespace {

/// Classes of a generator; 0 where its targets are numbers.
std::int64_t class_count(const Choice& source) {
  if (source.type == "blobs") return source.get<std::int64_t>("classes");
  return source.type == "sine" || source.type == "function" ? 0 : 2;
}

/// Two classes or more, a sample for each at least, unless the target is the input.
void find_class_faults(const Choice& source, std::vector<SourceFinding>& findings) {
  if (source.has("target")) return;
  const std::int64_t classes = class_count(source);
  const std::string otherwise = R"(, or "target": "input")";
  if (classes == 1) {
    findings.push_back({"classes", "expected at least two classes" + otherwise + "; found 1"});
  } else if (const auto samples = source.get<std::int64_t>("samples"); samples < classes) {
    findings.push_back({"samples", "expected at least " + std::to_string(classes) +
                                       ", one for each class" + otherwise + "; found " +
                                       std::to_string(samples)});
  }
}

void check_quadrants(const Choice& source, std::vector<SourceFinding>& findings) {
  if (source.get<std::int64_t>("samples") % 4 == 0) return;
  findings.push_back({"samples", "expected a multiple of 4, one for each quadrant, found " +
                                     to_text(source.options.at("samples"))});
}

/// What can be known to fit in no memory.
void check_size(const Choice& source, std::vector<SourceFinding>& findings) {
  constexpr double kMost = 1e10;
  const auto samples = source.get<double>("samples"), features = source.get<double>("features");
  if (samples * features <= kMost) return;
  findings.push_back({"features", "expected samples x features of at most 1e10, found " +
                                      to_text(source.options.at("samples")) + " x " +
                                      to_text(source.options.at("features"))});
}

void check_delimiter(const Choice& source, std::vector<SourceFinding>& findings) {
  const auto delimiter = source.get<std::string>("delimiter");
  if (delimiter.size() == 1 && std::string("\"\r\n").find(delimiter) == std::string::npos) return;
  findings.push_back({"delimiter",
                      "expected one character other than a quote or a line break, "
                      "found " +
                          in_quotes(delimiter)});
}

/// Labels are needed with the inputs, unless these are the target, and make no sense without them.
void check_labels(const Choice& source, const std::string& inputs, const std::string& labels,
                  std::vector<SourceFinding>& findings) {
  if (!source.has(inputs)) {
    if (source.has(labels)) findings.push_back({labels, "impossible without " + inputs});
  } else if (!source.has(labels) && !source.has("target")) {
    findings.push_back({labels, R"(is missing; expected a file, or "target": "input")"});
  }
}

void check_columns(const Choice& source, std::vector<SourceFinding>& findings) {
  const OptionValue& target = source.options.at("target");
  const auto* names = std::get_if<std::vector<std::string>>(&target);
  const auto* indices = std::get_if<std::vector<double>>(&target);
  if ((names != nullptr && names->empty()) || (indices != nullptr && indices->empty())) {
    findings.push_back({"target", "expected at least one column, found an empty list"});
  }
}

}  // namespace

std::vector<SourceFinding> source_findings(const Choice& source) {
  std::vector<SourceFinding> findings;
  if (source.type == "csv") {
    check_delimiter(source, findings);
    check_columns(source, findings);
  } else if (source.type == "idx") {
    check_labels(source, "train.images", "train.labels", findings);
    check_labels(source, "test.images", "test.labels", findings);
  } else if (source.type == "npy") {
    check_labels(source, "inputs", "targets", findings);
  } else if (source.type == "xor") {
    check_quadrants(source, findings);
  } else {
    find_class_faults(source, findings);
    if (source.type == "blobs") check_size(source, findings);
  }
  return findings;
}

}  // namespace clino
