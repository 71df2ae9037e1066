#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "core/types.hpp"
#include "data/dataset.hpp"
#include "train/config.hpp"

/// \file
/// Distillation (Hinton, Vinyals and Dean 2015): a run learns from the answers of a trained one.

namespace clino {

/// What the teacher answers to the training part of a run: logits as the run's own loss has them, a
/// temperature of the teacher's loss divided out. Empty without a teacher.
template <class T>
struct TeacherLogits {
  Index outputs = 0;
  std::vector<T> values = {};  ///< [outputs, samples of the training part]

  bool empty() const { return values.empty(); }
  /// Copies the answers to `samples` into the leading columns of `to` [outputs, >= n]. Allocates
  /// nothing.
  void fill(std::span<const Index> samples, Matrix<T> to) const;
  /// Of all answers.
  std::uint64_t hash() const;
};

/// Asks `config.teacher`, which has to be set: in evaluation mode, with its best weights where it
/// has any, once for every training sample. It reads the source of `config` anew and scales it as
/// its own training did. Adds to the remarks of `data` where it may have seen samples that the run
/// is judged by. Throws `UsageError` where its classes or features are not those of `data`, and
/// `InputError` where the run is missing or damaged or answers with numbers that are not finite.
template <class T>
TeacherLogits<T> ask_teacher(const Config& config, Data<T>& data);

/// Throws `UsageError` where a run would be written into the directory of its own teacher.
void require_other_directory(const Config& config, const std::filesystem::path& directory);

}  // namespace clino
