#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/preprocessing.hpp"

namespace clino::app {

/// Writes what a net says of one sample as one line of text: `CLASS,PROBABILITY` for classes (the
/// class quoted as csv needs), the outputs with commas between them for numbers, or a JSON object:
/// `{"class": "a", "probability": 0.9, "probabilities": {"a": 0.9, "b": 0.1}}`,
/// `{"values": {"y": 1.5}}`. Numbers read back to the same bits of `T`.
template <class T>
class PredictionLine {
 public:
  /// `preprocessing` must outlive the writer; `temperature` divides the logits.
  PredictionLine(const Preprocessing& preprocessing, double temperature, bool json);

  /// The line for a column of predictions; valid until the next call.
  const std::string& of(std::span<const T> prediction);

 private:
  void write_class(std::span<const T> logits);
  void write_numbers(std::span<const T> values);
  void append_members(const std::vector<std::string>& names, std::span<const T> values);

  const Preprocessing* preprocessing_;
  bool json_;
  double temperature_;
  std::vector<T> probabilities_;  ///< [classes]
  std::string line_;
};

}  // namespace clino::app
