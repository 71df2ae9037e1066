#include "report/text_plot.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "report/number_text.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kLabelWidth = 9;  ///< of the numbers at the left, and a blank
constexpr std::size_t kDotColumns = 2, kDotRows = 4;

/// A character of Braille from its dots: bit 4 c + r is column c, row r.
std::string braille(std::uint8_t dots) {
  // Unicode counts them by columns of three, and the lowest row at the end.
  constexpr std::uint8_t kBits[] = {0x01, 0x02, 0x04, 0x40, 0x08, 0x10, 0x20, 0x80};
  unsigned code = 0x2800;
  for (unsigned i = 0; i < 8; ++i) {
    if ((dots >> i & 1U) != 0) code |= kBits[i];
  }
  return {static_cast<char>(0xE0U | code >> 12U), static_cast<char>(0x80U | (code >> 6U & 0x3FU)),
          static_cast<char>(0x80U | (code & 0x3FU))};
}

class Raster {
 public:
  Raster(std::span<const double> x, std::span<const double> y, const TextPlotOptions& options)
      : unicode_(options.unicode),
        columns_(options.columns - kLabelWidth),
        rows_(options.rows - 1),
        cells_(columns_ * rows_),
        x_(x),
        y_(y),
        low_(*std::ranges::min_element(y)),
        high_(*std::ranges::max_element(y)) {
    if (high_ - low_ < 1e-9 * (1 + std::abs(high_))) {  // a constant goes through the middle
      low_ -= 1;
      high_ += 1;
    }
    draw();
  }

  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    lines.reserve(rows_ + 1);
    for (std::size_t row = 0; row < rows_; ++row) {
      std::string label;
      if (row == 0) label = number_text(high_, 3);
      if (row + 1 == rows_) label = number_text(low_, 3);
      if (row == zero_row() && row != 0 && row + 1 != rows_) label = "0";
      lines.push_back(right_field(label, kLabelWidth - 1) + " " + cells_of(row));
    }
    lines.push_back(std::string(kLabelWidth, ' ') + scale());
    return lines;
  }

 private:
  std::size_t dot_columns() const { return columns_ * (unicode_ ? kDotColumns : 1); }
  std::size_t dot_rows() const { return rows_ * (unicode_ ? kDotRows : 1); }

  std::size_t dot_row(double y) const {
    const double share = (high_ - y) / (high_ - low_);
    return static_cast<std::size_t>(std::lround(share * static_cast<double>(dot_rows() - 1)));
  }
  /// Of the line at 0; beyond the last row where it is not in sight.
  std::size_t zero_row() const {
    return low_ <= 0 && high_ >= 0 ? dot_row(0) / (unicode_ ? kDotRows : 1) : rows_;
  }
  std::size_t zero_column() const {
    const double share = -x_.front() / (x_.back() - x_.front());
    if (share < 0 || share > 1) return columns_;
    const double dot = std::round(share * static_cast<double>(dot_columns() - 1));
    return static_cast<std::size_t>(dot) / (unicode_ ? kDotColumns : 1);
  }

  /// The curve at any place, straight between its points.
  double at(double x) const {
    const auto right = std::ranges::upper_bound(x_, x);
    if (right == x_.end()) return y_.back();
    const auto i = static_cast<std::size_t>(std::max<std::ptrdiff_t>(right - x_.begin(), 1));
    const double share = (x - x_[i - 1]) / (x_[i] - x_[i - 1]);
    return y_[i - 1] + share * (y_[i] - y_[i - 1]);
  }

  void set(std::size_t column, std::size_t row) {
    if (unicode_) {
      const std::size_t bit = kDotRows * (column % kDotColumns) + row % kDotRows;
      cells_[row / kDotRows * columns_ + column / kDotColumns] |=
          static_cast<std::uint8_t>(1U << bit);
    } else {
      cells_[row * columns_ + column] = 1;
    }
  }

  /// One dot in each column, and those that join it to the one before.
  void draw() {
    const auto last = static_cast<double>(dot_columns() - 1);
    std::size_t before = dot_row(y_.front());
    for (std::size_t column = 0; column < dot_columns(); ++column) {
      const double share = static_cast<double>(column) / last;
      const std::size_t row = dot_row(at(x_.front() + share * (x_.back() - x_.front())));
      const std::size_t from = row > before + 1 ? before + 1 : row;
      const std::size_t to = before > row + 1 ? before - 1 : row;
      for (std::size_t dot = from; dot <= to; ++dot) set(column, dot);
      before = row;
    }
  }

  std::string cells_of(std::size_t row) const {
    std::string text;
    for (std::size_t column = 0; column < columns_; ++column) {
      const std::uint8_t dots = cells_[row * columns_ + column];
      if (dots != 0) {
        text += unicode_ ? braille(dots) : "*";
      } else if (row == zero_row()) {
        text += unicode_ ? "─" : "-";
      } else if (column == zero_column()) {
        text += unicode_ ? "│" : "|";
      } else {
        text += ' ';
      }
    }
    return text;
  }

  std::string scale() const {
    const std::string left = number_text(x_.front(), 3), right = number_text(x_.back(), 3);
    std::string text(columns_, ' ');
    text.replace(0, left.size(), left);
    if (zero_column() > left.size() && zero_column() + right.size() + 1 < columns_) {
      text[zero_column()] = '0';
    }
    text.replace(columns_ - right.size(), right.size(), right);
    return text;
  }

  bool unicode_;
  std::size_t columns_, rows_;
  std::vector<std::uint8_t> cells_;  ///< the dots of each character
  std::span<const double> x_, y_;
  double low_, high_;
};

}  // namespace

std::vector<std::string> text_plot(std::span<const double> x, std::span<const double> y,
                                   const TextPlotOptions& options) {
  return Raster(x, y, options).lines();
}

}  // namespace clino::report
