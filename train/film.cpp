#include "train/film.hpp"

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "train/class_probabilities.hpp"
#include "train/json_line.hpp"

namespace clino {

namespace {

std::string_view target_text(TargetKind kind) {
  switch (kind) {
    case TargetKind::classes:
      return "classes";
    case TargetKind::binary:
      return "binary";
    case TargetKind::numbers:
      break;
  }
  return "numbers";
}

}  // namespace

bool can_be_filmed(const Preprocessing& preprocessing) {
  if (preprocessing.target_is_input) return false;
  const bool numbers = preprocessing.target_kind == TargetKind::numbers;
  return preprocessing.features() == 2 || (preprocessing.features() == 1 && numbers);
}

bool film_due(std::uint64_t epochs_done, std::optional<std::uint64_t> total_epochs) {
  if (total_epochs) {
    constexpr std::uint64_t kFrames = 24;
    const std::uint64_t between =
        std::max<std::uint64_t>(1, (*total_epochs + kFrames - 1) / kFrames);
    return epochs_done == *total_epochs || epochs_done % between == 0;
  }
  // 2^k and 3 2^k.
  const std::uint64_t odd = epochs_done == 0 ? 1 : epochs_done >> std::countr_zero(epochs_done);
  return odd == 1 || odd == 3;
}

template <class T>
double FilmCamera<T>::Axis::at(Index i, Index count) const {
  return low + (high - low) * static_cast<double>(i) / static_cast<double>(count - 1);
}

template <class T>
FilmCamera<T>::FilmCamera(const Preprocessing& preprocessing, const Dataset<T>& train,
                          const Choice& loss)
    : preprocessing_(&preprocessing),
      temperature_(temperature_of(loss)),
      columns_(preprocessing.features() == 2 ? kPlaneSide : kLineColumns),
      rows_(preprocessing.features() == 2 ? kPlaneSide : 1),
      axes_(static_cast<std::size_t>(preprocessing.features())),
      probabilities_(static_cast<std::size_t>(preprocessing.classes())) {
  take_points(train);
  inputs_.reserve(static_cast<std::size_t>(columns_ * rows_) * axes_.size());
  for (Index row = 0; row < rows_; ++row) {
    for (Index column = 0; column < columns_; ++column) {
      const auto input = [&](Index feature, double raw) {
        inputs_.push_back(static_cast<T>(preprocessing.to_input(feature, raw)));
      };
      input(0, axes_[0].at(column, columns_));
      if (plane()) input(1, axes_[1].at(row, rows_));
    }
  }
}

/// Samples in raw units again, evenly through the training part, and the span of all of them.
template <class T>
void FilmCamera<T>::take_points(const Dataset<T>& train) {
  std::vector<T> input(axes_.size());
  std::vector<T> target(static_cast<std::size_t>(train.outputs()));
  const Index shown = std::min(kMostPoints, train.size());
  for (Index i = 0; i < train.size(); ++i) {
    train.fill(std::span(&i, 1), {input.data(), std::ssize(input), 1},
               {target.data(), std::ssize(target), 1}, {});
    std::vector<double> point;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
      const double raw =
          static_cast<double>(input[k]) * preprocessing_->scales[k] + preprocessing_->means[k];
      Axis& axis = axes_[k];
      axis = i == 0 ? Axis{raw, raw} : Axis{std::min(axis.low, raw), std::max(axis.high, raw)};
      point.push_back(raw);
    }
    point.push_back(static_cast<double>(target[0]));
    // One of each of `shown` equal stretches.
    if (i == 0 || i * shown / train.size() != (i - 1) * shown / train.size()) {
      points_.push_back(std::move(point));
    }
  }
  for (Axis& axis : axes_) {
    const double margin = axis.high > axis.low ? (axis.high - axis.low) / 10 : 1;
    axis = {axis.low - margin, axis.high + margin};
  }
}

template <class T>
void FilmCamera<T>::write_header(std::string& text) const {
  const auto quote = [](const nlohmann::json& json) { return json.dump(); };
  const std::vector<std::string>& names = preprocessing_->feature_names;
  constexpr int kDigits = 5;
  JsonLine line(text);
  line.add("kind", plane() ? "plane" : "line").add("columns", columns_).add("rows", rows_);
  line.add("x_low", axes_[0].low).add("x_high", axes_[0].high);
  line.raw("\"x_name\":" + quote(names[0]));
  if (plane()) {
    line.add("y_low", axes_[1].low).add("y_high", axes_[1].high);
    line.raw("\"y_name\":" + quote(names[1]));
  }
  line.add("target", target_text(preprocessing_->target_kind));
  line.raw("\"classes\":" + quote(preprocessing_->class_names));
  if (!preprocessing_->target_names.empty()) {
    line.raw("\"target_name\":" + quote(preprocessing_->target_names[0]));
  }
  line.add_rounded("points", points_, kDigits);
}

/// A number as it is; of classes the likeliest, with its probability behind the point.
template <class T>
double FilmCamera<T>::shown(std::span<const T> prediction) {
  const TargetKind kind = preprocessing_->target_kind;
  if (kind == TargetKind::numbers) return static_cast<double>(prediction[0]);
  constexpr double kMost = 0.999;
  class_probabilities<T>(kind, prediction, temperature_, probabilities_);
  const Index likeliest = predicted_class(kind, prediction);
  const auto probability = static_cast<double>(probabilities_[static_cast<std::size_t>(likeliest)]);
  return static_cast<double>(likeliest) + std::min(probability, kMost);
}

template <class T>
void FilmCamera<T>::write_frame(std::string& text, std::uint64_t step, std::uint64_t epoch,
                                Evaluator<T>& evaluator) {
  values_.clear();
  const Index features = preprocessing_->features();
  const Index count = columns_ * rows_;
  for (Index first = 0; first < count; first += evaluator.max_batch()) {
    const Index size = std::min(evaluator.max_batch(), count - first);
    const Matrix<const T> prediction =
        evaluator.predict({inputs_.data() + first * features, features, size});
    for (Index j = 0; j < size; ++j) values_.push_back(shown(prediction.column(j)));
  }
  // Three digits behind the point of a class number; four of any other number are enough to draw.
  const bool many = preprocessing_->classes() > 10;
  constexpr int kDigits = 4;
  JsonLine(text)
      .add("step", step)
      .add("epoch", epoch)
      .add_rounded("values", values_, kDigits + (many ? 2 : 0));
}

template class FilmCamera<float>;
template class FilmCamera<double>;

}  // namespace clino
