#pragma once

#include "probe/unit_history.hpp"
#include "train/log_writer.hpp"
#include "train/probe_numbers.hpp"

namespace clino {

/// The unit histories of a run: decides when to scan, and writes `units.jsonl`.
template <class T>
class UnitLog {
 public:
  UnitLog(const Model& model, double threshold) : history_(model, threshold) {}

  /// At a logged step, after `LayerProbe::observe`.
  void observe_step(const RunState& state, const LayerProbe<T>& probe, LogWriter& log);
  /// Between steps, when an epoch begins or the run has ended: scans where it may. `planned`:
  /// samples of all steps of the run, 0 where that is not known.
  void scan(ScanMoment moment, const RunState& state, std::uint64_t planned, const ScanNet<T>& net,
            LogWriter& log);

  /// What it remembers of the units, between steps.
  std::size_t bytes() const;
  /// What resuming needs, as numbers lie in memory, a view until the next step; and back.
  void save(ProbeNumbers& numbers) const;
  /// Begins afresh where the numbers are not there. Throws `InputError` where they are of another
  /// net.
  void restore(const ProbeNumbers& numbers);

 private:
  void write_events(LogWriter& log);

  UnitHistory<T> history_;
};

}  // namespace clino
