#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "probe/histogram_probe.hpp"
#include "probe/signal_probe.hpp"
#include "probe/update_cosine.hpp"
#include "train/experiment.hpp"
#include "train/film.hpp"
#include "train/log_writer.hpp"
#include "train/step_plan.hpp"
#include "train/unit_log.hpp"

namespace clino {

/// The probes of a run beyond the record of the layers: decides when each looks, and writes what it
/// sees. None of them changes a bit of the training.
template <class T>
class Instrument {
 public:
  /// `config` and `experiment` must outlive it.
  Instrument(const Config& config, const StepPlan& plan, Experiment<T>& experiment);
  Instrument(const Instrument&) = delete;
  Instrument& operator=(const Instrument&) = delete;

  /// In a step, after the backward pass and before clipping. Allocates nothing.
  void observe_gradients(const RunState& state, const Tape<T>& tape, LogWriter& log);
  /// In a logged step, after the layers were observed. Allocates nothing but for its lines.
  void observe_layers(const RunState& state, const LayerProbe<T>& probe, LogWriter& log);
  /// Around the optimiser's update. Allocate nothing.
  void before_update();
  std::optional<double> after_update();

  /// Before a step, outside of it: what needs passes of its own through the net.
  void between_steps(RunState& state, Evaluator<T>& evaluator, LogWriter& log);
  /// After an epoch, with its number not yet counted up.
  void end_epoch(RunState& state, Evaluator<T>& evaluator, LogWriter& log);
  /// When a run has ended by itself.
  void end(RunState& state, Evaluator<T>& evaluator, LogWriter& log);

  /// What it holds, and the most that it takes for a while.
  std::size_t bytes();
  /// What resuming needs, as numbers lie in memory, a view until the next step; and back. Probes
  /// that were not there before begin afresh.
  void save(ProbeNumbers& numbers);
  void restore(const ProbeNumbers& numbers);

 private:
  static constexpr Index kProbeSamples = 128;
  static constexpr Index kJacobianSamples = 16;
  static constexpr Index kScanBatch = 256;

  void fill(std::span<const Index> samples);
  void scan(ScanMoment moment, const RunState& state, LogWriter& log);
  void write_signal(const RunState& state, LogWriter& log);
  void write_jacobian(const RunState& state, LogWriter& log);
  void write_frame(RunState& state, Evaluator<T>& evaluator, LogWriter& log);
  std::optional<std::uint64_t> total_epochs() const;

  const Config* config_;
  StepPlan plan_;
  Experiment<T>* experiment_;
  std::uint64_t histogram_every_;
  std::uint64_t signal_every_;
  std::uint64_t jacobian_every_;

  std::optional<HistogramProbe<T>> histograms_;
  std::optional<SignalProbe<T>> signal_;
  std::optional<UpdateCosine<T>> update_cosine_;
  std::optional<FilmCamera<T>> film_;
  std::optional<UnitLog<T>> units_;
  /// For passes of the probes' own; only where one of them needs it.
  std::optional<Tape<T>> tape_;
  std::function<void(std::span<const Index>)> fill_;  ///< it, with samples of the training part
  std::vector<Index> probe_samples_;                  ///< the first of them, always the same
};

}  // namespace clino
