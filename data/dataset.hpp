#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/options.hpp"
#include "core/types.hpp"
#include "data/mapped_numbers.hpp"
#include "data/preprocessing.hpp"

/// \file
/// Samples in memory, and how they get there: read or generated, split, standardised.

namespace clino {

/// Inputs that stay in a file: (number - mean) / scale, or of bytes as `Samples` has it.
struct MappedInputs {
  MappedNumbers numbers;       ///< [features, count]
  std::vector<double> means;   ///< [features]
  std::vector<double> scales;  ///< [features]
};

/// The storage that the parts of a data set share. A column is a sample.
template <class T>
struct Samples {
  Index features = 0;
  Index outputs = 0;           ///< rows of `targets`; 1 for classes
  std::vector<T> inputs = {};  ///< [features, count], standardised; empty where `bytes` are held
  std::vector<std::uint8_t> bytes = {};  ///< [features, count]; an input is (byte - mean) * factor
  std::vector<T> byte_means = {};        ///< [features]
  std::vector<T> byte_factors = {};      ///< [features]
  std::optional<MappedInputs> mapped = {};  ///< instead of both
  std::vector<T> targets = {};  ///< [outputs, count]; empty where the target is the input
  std::vector<T> weights = {};  ///< [count], or empty: every sample weighs 1
};

/// One part (training, validation or test) of the samples: a list of rows of a shared storage.
/// Copying shares. A default-constructed part is empty.
template <class T>
class Dataset {
 public:
  Dataset() = default;
  /// The samples `rows` of a storage, in that order. Throws `ShapeError` where the storage's sizes
  /// disagree or a row is not in it.
  Dataset(std::shared_ptr<const Samples<T>> samples, std::vector<Index> rows);
  /// All samples of a storage.
  explicit Dataset(Samples<T> samples);

  Index size() const { return static_cast<Index>(rows_.size()); }
  bool empty() const { return rows_.empty(); }
  Index features() const { return samples_ ? samples_->features : 0; }
  /// Rows of y: 1 for classes, the features for an autoencoder.
  Index outputs() const { return samples_ ? samples_->outputs : 0; }
  /// Of the storage, in the order of the samples.
  std::span<const Index> rows() const { return rows_; }
  /// Other rows of the same storage. Throws `ShapeError` where one is not in it.
  Dataset part(std::vector<Index> rows) const { return Dataset(samples_, std::move(rows)); }
  const Samples<T>* storage() const { return samples_.get(); }
  bool has_weights() const { return samples_ && !samples_->weights.empty(); }

  /// Gathers the samples `indices` (each in [0, size())) into the leading columns of x [features,
  /// >= n], y [outputs, >= n] and weight [1, >= n] (1 without weights). A view without data is
  /// skipped. `next` are samples that are wanted after these: their memory is brought near
  /// meanwhile. Allocates nothing. Throws `UsageError` for an index out of range and `ShapeError`
  /// for a view that does not fit.
  void fill(std::span<const Index> indices, Matrix<T> x, Matrix<T> y, Matrix<T> weight,
            std::span<const Index> next = {}) const;

 private:
  void check_samples(std::span<const Index> indices) const;

  std::shared_ptr<const Samples<T>> samples_;
  std::vector<Index> rows_;
};

/// What to load, and how.
struct DataRequest {
  Choice source;  ///< of `data_source_catalogue()`; paths are taken as they stand
  double validation_fraction = 0.2;  ///< 0 where there are folds
  double test_fraction = 0;          ///< 0 where the source has a test file of its own
  /// Cross-validation: the samples outside of the test part are cut into so many folds, 2 or more.
  std::optional<Index> folds = {};
  Index fold = 0;  ///< which one is the validation part, from 0; the others are the training part
  bool standardize = true;  ///< inputs to mean 0 and deviation 1, fitted on the training part alone
  TargetKind target = TargetKind::numbers;
  std::uint64_t seed = 0;  ///< draws the generated samples and the split
};

template <class T>
struct Data {
  Dataset<T> train, validation, test;  ///< validation and test may be empty
  Preprocessing preprocessing;
  Index classes = 0;                 ///< 0 for numbers
  std::vector<Index> class_counts;   ///< samples of each class in the training part
  std::uint64_t hash = 0;            ///< of all values as read, before the split
  std::vector<std::string> remarks;  ///< what a user should know, one sentence each
};

/// The memory of data in bytes.
struct DataBytes {
  std::uint64_t held = 0;
  std::uint64_t mapped = 0;  ///< of inputs that stay in their files
};
template <class T>
DataBytes bytes_of(const Data<T>& data);

/// Reads or generates, splits (stratified by class; every part keeps the file's order) and
/// standardises. Throws `UsageError` for a request that makes no sense (an unknown column, numbers
/// where classes are needed, a part without samples, more folds than samples, a fold that leaves
/// training without one of the classes) and `InputError` for files that are missing (naming the
/// package that brings them) or damaged.
template <class T>
Data<T> load_data(const DataRequest& request);

/// A whole source with the scales, categories and class numbers of a training: for evaluation.
/// Columns of a csv file, targets too, are found by name where both files have a header or this
/// one's names every input; by position otherwise.
/// Throws as `load_data`, and `InputError` for a class or a category that training did not know.
template <class T>
Dataset<T> load_with(const Preprocessing& preprocessing, const Choice& source,
                     std::uint64_t seed = 0);

}  // namespace clino
