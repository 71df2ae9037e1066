#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "train/trained_run.hpp"

namespace clino::app {

/// `--weights best|last`, for the verbs that use a trained network.
inline void add_weights_option(CLI::App& verb, WeightsChoice& choice) {
  verb.add_option_function<std::string>(
          "--weights",
          [&choice](const std::string& name) {
            choice = name == "best" ? WeightsChoice::best : WeightsChoice::last;
          },
          "Weights of the lowest validation loss or of the last step; default: best where there "
          "are any")
      ->check(CLI::IsMember({"best", "last"}))
      ->type_name("best|last");
}

}  // namespace clino::app
