#include "data/row_reader.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "core/errors.hpp"
#include "data/csv_row.hpp"
#include "data/numbers.hpp"

namespace clino {

namespace {

/// At most one line at a time, so that a row can be answered before the next one is there.
std::size_t read_line(std::istream& stream, std::span<char> buffer) {
  using Traits = std::istream::traits_type;
  std::size_t count = 0;
  while (count < buffer.size()) {
    const auto c = stream.rdbuf()->sbumpc();
    if (Traits::eq_int_type(c, Traits::eof())) break;
    buffer[count++] = Traits::to_char_type(c);
    if (buffer[count - 1] == '\n') break;
  }
  return count;
}

/// The columns of a header, in the order of the inputs; empty for a row that is no header.
std::vector<Index> header_positions(const Preprocessing& preprocessing, const CsvRow& row) {
  std::vector<Index> positions;
  for (const SourceColumn& column : preprocessing.columns) {
    Index i = 0;
    while (i < row.size() && row[i] != column.name) ++i;
    if (i == row.size()) return {};
    positions.push_back(i);
  }
  return positions;
}

/// The columns of a row without a header; empty for one that does not fit.
std::vector<Index> row_positions(const Preprocessing& preprocessing, const CsvRow& row) {
  const auto columns = static_cast<Index>(preprocessing.columns.size());
  const bool complete = row.size() == preprocessing.file_columns;
  if (!complete && row.size() != columns) return {};
  std::vector<Index> positions;
  for (Index i = 0; i < columns; ++i) {
    positions.push_back(complete ? preprocessing.columns[static_cast<std::size_t>(i)].position : i);
  }
  return positions;
}

}  // namespace

template <class T>
struct RowReader<T>::State {
  State(Preprocessing learned, std::istream& stream, std::string stream_name)
      : preprocessing(std::move(learned)),
        name(std::move(stream_name)),
        scanner([&stream](std::span<char> buffer) { return read_line(stream, buffer); }, name,
                preprocessing.delimiter.front()),
        raw(static_cast<std::size_t>(preprocessing.features())) {}

  /// Finds out what the first line is. False at the end.
  bool start(CsvRow& row) {
    for (Index skipped = 0; scanner.next(row); ++skipped) {
      fields = row.size();
      positions = header_positions(preprocessing, row);
      if (!positions.empty()) return scanner.next(row);
      positions = row_positions(preprocessing, row);
      if (!positions.empty()) return true;
      if (skipped == preprocessing.skip_rows) refuse(row);
    }
    // Lines that were passed over as those before the header, and then nothing: rows that misfit.
    if (fields > 0) refuse(row);
    return false;
  }

  [[noreturn]] void refuse(const CsvRow& row) const {
    throw InputError(
        place(row) + "expected " + std::to_string(preprocessing.columns.size()) + " input columns" +
        (std::cmp_equal(preprocessing.columns.size(), preprocessing.file_columns)
             ? std::string()
             : " or all " + std::to_string(preprocessing.file_columns) +
                   " columns of the training file") +
        ", or a header that names the inputs; found " + std::to_string(fields) + " fields");
  }

  std::string place(const CsvRow& row) const {
    return name + ", line " + std::to_string(row.line) + ": ";
  }

  Preprocessing preprocessing;
  std::string name;
  CsvScanner scanner;
  std::vector<double> raw;            ///< [features]
  std::vector<Index> positions = {};  ///< of the source columns in a row; empty before the first
  Index fields = 0;                   ///< of every row
  Index line = 0;
};

template <class T>
RowReader<T>::RowReader(Preprocessing preprocessing, std::istream& stream, std::string name)
    : state_(std::make_unique<State>(std::move(preprocessing), stream, std::move(name))) {}

template <class T>
RowReader<T>::~RowReader() = default;
template <class T>
RowReader<T>::RowReader(RowReader&&) noexcept = default;
template <class T>
RowReader<T>& RowReader<T>::operator=(RowReader&&) noexcept = default;

template <class T>
bool RowReader<T>::next(std::span<T> inputs) {
  State& state = *state_;
  const Preprocessing& preprocessing = state.preprocessing;
  if (inputs.size() != state.raw.size()) {
    throw ShapeError("[row] expected room for " + std::to_string(state.raw.size()) +
                     " inputs, found " + std::to_string(inputs.size()));
  }
  CsvRow row;
  if (!(state.positions.empty() ? state.start(row) : state.scanner.next(row))) return false;
  state.line = row.line;
  if (row.size() != state.fields) {
    throw InputError(state.place(row) + "expected " + std::to_string(state.fields) +
                     " fields, found " + std::to_string(row.size()));
  }
  read_raw_inputs(preprocessing, state.positions, state.name, row,
                  !preprocessing.replacements.empty(), state.raw);
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    const double input = preprocessing.to_input(static_cast<Index>(j), state.raw[j]);
    inputs[j] = static_cast<T>(input);
    if (!std::isfinite(inputs[j])) {
      throw InputError(state.place(row) + number_text(input) +
                       " is too large for the element type");
    }
  }
  return true;
}

template <class T>
Index RowReader<T>::line() const {
  return state_->line;
}

template class RowReader<float>;
template class RowReader<double>;

}  // namespace clino
