#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "claims/claim.hpp"
#include "core/tape.hpp"
#include "layers/model.hpp"
#include "train/experiment.hpp"
#include "train/session.hpp"

/// \file
/// Nets of a claim: from its config or from a description, with the setting's parts put in.

namespace clino::claims {

/// The config of a claim with the setting's seed and dtype. `overrides` as on the command line.
Config claim_config(const Setting& setting, std::string_view text,
                    const std::vector<std::string>& overrides = {});

/// Its activations made by the setting's parts.
ModelSpec with_parts(ModelSpec spec, const Setting& setting);

/// A recorded net with its first weights.
template <class T>
struct Net {
  Model model;
  Parameters<T> parameters;
};
template <class T>
Net<T> make_net(const ModelSpec& spec, const Setting& setting, std::uint64_t seed);

/// As `clino::make_experiment`, of the setting's parts.
template <class T>
Experiment<T> make_experiment(const Config& config, const Setting& setting);

/// Trains as `clino::train` does, but writes nothing. Ends where the config says, where a step is
/// not finite, and where `after_step` (called after every step; may be empty) answers false.
/// Returns why a step was not finite, or "". Throws `Interrupted` when the setting says stop.
template <class T>
std::string train_session(Session<T>& session, const Setting& setting,
                          const std::function<bool(Session<T>&)>& after_step = {});

/// The same in one go: make, train, and look at what came out.
template <class T>
Experiment<T> train_experiment(const Config& config, const Setting& setting,
                               const std::function<bool(Session<T>&)>& after_step = {});

/// Seed number i of a setting: far from those of other settings.
std::uint64_t seed_of(const Setting& setting, std::size_t i);

/// The softmax that the claims look at: the setting's part, or the library's operation on a tape of
/// the setting's type.
std::vector<double> softmax(const Setting& setting, std::span<const double> logits,
                            double temperature);

/// Calls `action(T{})` with the setting's element type, and returns what it does.
template <class Action>
auto with_dtype(const Setting& setting, const Action& action) {
  return setting.dtype == DType::float64 ? action(double{0}) : action(float{0});
}

}  // namespace clino::claims
