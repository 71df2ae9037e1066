#pragma once

#include <string>

#include "tests/temporary_folder.hpp"

namespace clino::test {

/// A run directory written by hand: the config and, for the rest, what a test puts into it.
struct RunFolder : TemporaryFolder {
  RunFolder() {
    write("config.json", R"({"name": "by hand", "data": {"source": "moons"},
      "model": {"hidden": [4], "activation": "relu"}, "loss": "softmax_cross_entropy"})");
  }
  void append(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary | std::ios::app) << text;
  }
};

/// A line of `steps.jsonl` as the first version wrote it.
inline std::string step_line(int step) {
  return R"({"step":)" + std::to_string(step) +
         R"(,"epoch":0,"loss":0.5,"learning_rate":0.1,"grad_norm":4,"clip_scale":0.25})" + "\n";
}

inline const char* const kDenseLine =
    R"({"step":0,"epoch":0,"layer":0,"name":"0","type":"dense","weight_norm":2,"weight_grad_norm":"nan","bias_grad_norm":"inf","update_ratio":1e-3,"delta_norm":"-inf","output_mean":0.5,"output_std":1,"nonfinite":3})"
    "\n";
inline const char* const kReluLine =
    R"({"step":0,"epoch":0,"layer":1,"name":"1","type":"relu","delta_norm":0.25,"output_mean":0.5,"output_std":1,"inactive_fraction":0.75,"saturated_fraction":null,"dead_fraction":0.5,"nonfinite":0})"
    "\n";

}  // namespace clino::test
