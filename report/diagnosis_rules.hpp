#pragma once

#include <vector>

#include "report/evidence.hpp"

/// \file
/// The rules of the diagnosis, one function for each thing that may be conspicuous. A rule adds
/// what it finds, already in words, and similar findings of many layers as one. Those that call for
/// a cause may look at what was found before them.

namespace clino::report {

using Findings = std::vector<Diagnosis>;
using Rule = void (*)(const Evidence&, Findings&);

// diagnose_updates.cpp
void find_large_updates(const Evidence& evidence, Findings& found);
void find_small_updates(const Evidence& evidence, Findings& found);
void find_zigzag_steps(const Evidence& evidence, Findings& found);
// diagnose_loss.cpp
void find_exploding_loss(const Evidence& evidence, Findings& found);
void find_nonfinite(const Evidence& evidence, Findings& found);
// diagnose_saturation.cpp
void find_saturation(const Evidence& evidence, Findings& found);
void find_inactivity(const Evidence& evidence, Findings& found);
// diagnose_units.cpp
void find_dead_units(const Evidence& evidence, Findings& found);
// diagnose_batches.cpp
void find_dead_in_batches(const Evidence& evidence, Findings& found);
// diagnose_backward.cpp
void find_fading_signal(const Evidence& evidence, Findings& found);
void find_lost_signal(const Evidence& evidence, Findings& found);
// diagnose_forward.cpp
void find_fading_outputs(const Evidence& evidence, Findings& found);
void find_alike_samples(const Evidence& evidence, Findings& found);
// diagnose_weights.cpp
void find_one_sided_gradients(const Evidence& evidence, Findings& found);
void find_grown_weights(const Evidence& evidence, Findings& found);
void find_clipping(const Evidence& evidence, Findings& found);
// diagnose_learning.cpp
void find_linear_net(const Evidence& evidence, Findings& found);
void find_no_learning(const Evidence& evidence, Findings& found);
void find_overfitting(const Evidence& evidence, Findings& found);

}  // namespace clino::report
