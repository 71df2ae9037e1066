#include "app/prediction_line.hpp"

#include <charconv>
#include <cmath>
#include <string_view>

#include "core/options.hpp"
#include "train/class_probabilities.hpp"
#include "train/evaluator.hpp"

namespace clino::app {

namespace {

template <class T>
void append_number(std::string& line, T value) {
  char digits[32];
  const T shown = std::isnan(value) ? std::abs(value) : value;  // nan, never -nan
  const auto end = std::to_chars(digits, digits + sizeof(digits), shown).ptr;
  line.append(digits, end);
}

/// JSON has no infinities: what is not finite is a string, as in the logs.
template <class T>
void append_json_number(std::string& line, T value) {
  if (std::isfinite(value)) {
    append_number(line, value);
  } else {
    line += to_text(OptionValue(static_cast<double>(value)));
  }
}

/// A field of csv (RFC 4180): in quotes where it has a comma, a quote or a line break.
void append_field(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

}  // namespace

template <class T>
PredictionLine<T>::PredictionLine(const Preprocessing& preprocessing, double temperature, bool json)
    : preprocessing_(&preprocessing),
      json_(json),
      temperature_(temperature),
      probabilities_(static_cast<std::size_t>(preprocessing.classes())) {}

template <class T>
const std::string& PredictionLine<T>::of(std::span<const T> prediction) {
  line_.clear();
  if (preprocessing_->target_kind == TargetKind::numbers) {
    write_numbers(prediction);
  } else {
    class_probabilities<T>(preprocessing_->target_kind, prediction, temperature_, probabilities_);
    write_class(prediction);
  }
  line_ += '\n';
  return line_;
}

template <class T>
void PredictionLine<T>::write_class(std::span<const T> logits) {
  const auto k = static_cast<std::size_t>(predicted_class(preprocessing_->target_kind, logits));
  const std::string& name = preprocessing_->class_names[k];
  if (!json_) {
    append_field(line_, name);
    line_ += ',';
    append_number(line_, probabilities_[k]);
    return;
  }
  line_ += "{\"class\": " + to_text(OptionValue(name)) + ", \"probability\": ";
  append_json_number(line_, probabilities_[k]);
  line_ += ", \"probabilities\": ";
  append_members(preprocessing_->class_names, probabilities_);
  line_ += '}';
}

template <class T>
void PredictionLine<T>::write_numbers(std::span<const T> values) {
  if (json_) {
    line_ += "{\"values\": ";
    append_members(preprocessing_->target_names, values);
    line_ += '}';
    return;
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) line_ += ',';
    append_number(line_, values[i]);
  }
}

template <class T>
void PredictionLine<T>::append_members(const std::vector<std::string>& names,
                                       std::span<const T> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    line_ += (i == 0 ? "{" : ", ") + to_text(OptionValue(names[i])) + ": ";
    append_json_number(line_, values[i]);
  }
  line_ += '}';
}

template class PredictionLine<float>;
template class PredictionLine<double>;

}  // namespace clino::app
