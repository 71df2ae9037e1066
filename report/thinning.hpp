#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace clino::report {

/// Which elements of a series to draw: all of them where these are at most `limit`, else at most
/// `limit`, ascending: the first and the last, and of each of equally long stretches the smallest
/// and the largest finite one and the first that is not finite. No peak is lost, and no gap.
/// `limit` is at least 2; below 5 nothing but the ends is sure to be kept.
std::vector<std::size_t> thinned(std::span<const double> values, std::size_t limit);

/// `limit` of `count` positions at equal distances, the first and the last among them.
std::vector<std::size_t> spread(std::size_t count, std::size_t limit);

}  // namespace clino::report
