#pragma once

/// \file
/// All of Clino's public interface. What it is made of can be included by itself, such as
/// <clino/core/graph.hpp>.

// The engine: record a computation, replay it, check its gradients.
#include "core/errors.hpp"
#include "core/grad_check.hpp"
#include "core/graph.hpp"
#include "core/instruction_set.hpp"
#include "core/operation.hpp"
#include "core/ops/elementwise.hpp"
#include "core/ops/losses.hpp"
#include "core/ops/ops.hpp"
#include "core/options.hpp"
#include "core/parameters.hpp"
#include "core/random.hpp"
#include "core/step_context.hpp"
#include "core/tape.hpp"
#include "core/types.hpp"

// What nets are made of, and how they are described.
#include "layers/activations/activation.hpp"
#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "layers/initializers.hpp"
#include "layers/losses.hpp"
#include "layers/model.hpp"

// How parameters move.
#include "optim/clip.hpp"
#include "optim/optimizer.hpp"
#include "optim/schedule.hpp"

// Samples, and how they get into memory.
#include "data/dataset.hpp"
#include "data/sources.hpp"

// What is known of activations and deep nets beforehand.
#include "report/analysis.hpp"
#include "theory/analysis.hpp"
#include "theory/mean_field.hpp"
#include "theory/moments.hpp"

// What happens inside, layer by layer.
#include "probe/activation_cost.hpp"
#include "probe/best_linear_loss.hpp"
#include "probe/histogram_probe.hpp"
#include "probe/layer_probe.hpp"
#include "probe/linear_collapse.hpp"
#include "probe/linear_pieces.hpp"
#include "probe/sign_agreement.hpp"
#include "probe/signal_probe.hpp"
#include "probe/update_cosine.hpp"

// From a config to a run directory.
#include "train/calibration.hpp"
#include "train/config.hpp"
#include "train/experiment.hpp"
#include "train/trained_run.hpp"
#include "train/trainer.hpp"
#include "train/weights.hpp"
