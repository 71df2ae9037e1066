#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/html.hpp"
#include "report/run_log.hpp"

/// \file
/// The film as pictures, and as the bytes from which page.js draws any of its frames.

namespace clino::report {

inline constexpr std::uint8_t kNoValue = 255;

/// How values become bytes 0...254; `kNoValue` is one that is not finite. For classes a byte is
/// class * levels + confidence * levels; for numbers it goes from the lowest value of the film to
/// the highest.
struct FilmScale {
  bool classes = true;
  int levels = 1;            ///< of confidence, for each class
  double low = 0, high = 1;  ///< of numbers

  std::uint8_t byte(double value) const;
};

FilmScale film_scale(const Film& film);

/// Where the picture of a frame lies in its SVG, in percent of the SVG: page.css has the same.
struct FilmBox {
  static constexpr double left = 44, right = 432, top = 8, bottom = 400;
};

/// One frame with training points, and with axes unless it is a small one among others.
void write_film_frame(Html& html, const Film& film, const FilmScale& scale, std::size_t frame,
                      bool axes);

}  // namespace clino::report
