#pragma once

#include <string>
#include <vector>

#include "report/diagnosis.hpp"
#include "report/pen.hpp"
#include "report/screen.hpp"

/// \file
/// The parts of the screen, one function each; a part without anything to show is empty.

namespace clino::report {

struct Screen {
  const RunLog* log;
  ScreenOptions options;
  Pen pen;

  std::size_t columns() const { return options.columns; }
};

inline constexpr std::size_t kLayerWidth = 6, kTypeWidth = 11;

/// What was trained, how far it is, loss and metrics over the steps.
std::string screen_head(const Screen& screen);
/// The table. Both of these show `layers` alone, positions in `RunLog::layers`.
std::string screen_layers(const Screen& screen, const std::vector<std::size_t>& layers);
std::string screen_map(const Screen& screen, const std::vector<std::size_t>& layers);
/// What the theory of wide nets says of the net at its first step, in a few lines.
std::string screen_theory(const Screen& screen);
/// Dead units of each layer, and at most `most` of the latest events.
std::string screen_units(const Screen& screen, std::size_t most);
/// At most `most` of them.
std::string screen_findings(const Screen& screen, const std::vector<Diagnosis>& findings,
                            std::size_t most);

}  // namespace clino::report
