#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "probe/layer_probe.hpp"
#include "probe/learning_rates.hpp"
#include "probe/scan_budget.hpp"
#include "probe/unit_cause.hpp"
#include "probe/unit_event.hpp"
#include "probe/unit_search.hpp"

namespace clino {

/// Everything a history needs to go on. Plain data: numbers and vectors of numbers. The vectors
/// have an element for each unit of all elementwise activations, in the order of `Model::layers`.
template <class T>
struct UnitHistoryState {
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  /// 1 + the last step at which a batch or a scan showed the unit active; 0 for never.
  std::vector<std::uint64_t> active_until;
  /// The first logged step since then; kNever where there is none.
  std::vector<std::uint64_t> inactive_since;
  std::vector<unsigned char>
      dead;  ///< 1 where the last scan found it so and no step since revived it
  std::vector<std::int64_t> witnesses;  ///< number of a training sample that activated it; -1: none
  std::uint64_t samples_scanned = 0;
  std::uint64_t last_scan = kNever;  ///< its step
  LearningRates learning_rates;
  UnitReferences<T> references;

  bool operator==(const UnitHistoryState&) const = default;
};

template <class References, class Visit>
void visit_references(References& references, const Visit& visit) {
  visit("references.weights", references.weights);
  visit("references.biases", references.biases);
  visit("references.means", references.means);
  visit("references.mean_at", references.mean_at);
}

/// `visit_fields` of all but the references.
template <class State, class Visit>
void visit_histories(State& state, const Visit& visit) {
  visit("active_until", state.active_until);
  visit("inactive_since", state.inactive_since);
  visit("dead", state.dead);
  visit("witnesses", state.witnesses);
  visit("samples_scanned", state.samples_scanned);
  visit("last_scan", state.last_scan);
  visit("learning_rates.steps", state.learning_rates.steps);
  visit("learning_rates.rates", state.learning_rates.rates);
  visit("learning_rates.count", state.learning_rates.count);
}

/// Calls `visit(name, field)` for every field of a state: a std::uint64_t or a vector of numbers,
/// to be written to a checkpoint or read from one.
template <class State, class Visit>
void visit_fields(State& state, const Visit& visit) {
  visit_histories(state, visit);
  visit_references(state.references, visit);
}

/// Follows every unit of every elementwise activation through a training run. Scans find the exact
/// set of dead units; logged steps between them bound when a unit fell silent, and notice at once
/// when a dead one wakes up.
///
/// Behind dropout, batch norm or stochastic gates a training step computes other values than
/// evaluation does: there only a scan says that a unit has revived.
template <class T>
class UnitHistory {
 public:
  /// `threshold` as in `LayerProbe`, which has to have the same one.
  explicit UnitHistory(const Model& model, double threshold = 1e-3);

  /// At a logged step, after `LayerProbe::observe`. Allocates nothing.
  void observe_step(std::uint64_t step, std::uint64_t epoch, double learning_rate,
                    const LayerProbe<T>& probe);

  /// How many samples a scan may run now, `step` updates having been made: `kNoScan` where nothing
  /// is to be scanned or these weights have been. `scanned` and `sample_cost` of the budget are the
  /// history's own.
  std::uint64_t allowance(ScanMoment moment, std::uint64_t step, ScanBudget budget) const;
  /// Finds all dead units, by the weights after `step` updates. Between steps: it may allocate. The
  /// answer, one record for each elementwise activation, holds until the next scan. Where so many
  /// samples (a first batch is always looked at) leave units of which nothing is known, the records
  /// are not complete: nothing is said of these units, and no event comes of them.
  std::span<const UnitScan> scan(std::uint64_t step, std::uint64_t epoch, const ScanNet<T>& net,
                                 std::uint64_t allowance = kWholeScan);

  /// What has happened since `clear_events`, in the order in which it was noticed. Nothing is lost
  /// where nobody clears: a scan makes room for one event of each unit, and until the next scan no
  /// unit can revive twice.
  std::span<const UnitEvent> events() const { return events_; }
  void clear_events() { events_.clear(); }

  /// The unit layers, in the order of the scans' records.
  std::span<const UnitLayer> layers() const { return layers_; }
  /// Samples that scans have run so far.
  std::uint64_t samples_scanned() const { return state_.samples_scanned; }

  /// Between steps. A history restored from it goes on as this one does. Events that nobody has
  /// cleared are not in it: throws `UsageError` where there are any.
  UnitHistoryState<T> state() const;
  /// `visit_fields` of that state, without a copy.
  template <class Visit>
  void visit_state(const Visit& visit) const {
    check_cleared();
    visit_histories(state_, visit);
    visit_references(causes_.references(), visit);
  }
  /// Throws `InputError` where the state is that of another net.
  void restore(UnitHistoryState<T> state);

 private:
  void check_cleared() const;
  bool search(const ScanNet<T>& net, std::uint64_t allowance);
  void report(std::size_t layer, std::uint64_t step, std::uint64_t epoch,
              const Parameters<T>& parameters, bool complete);
  UnitEvent death(std::size_t layer, Index unit, std::uint64_t step, std::uint64_t epoch,
                  const Parameters<T>& parameters) const;
  void revive(std::uint64_t step, std::uint64_t epoch, std::span<const unsigned char> active);
  void make_room();

  std::vector<UnitLayer> layers_;
  double sample_cost_ = 0;                 ///< of a forward pass, in floating-point operations
  std::vector<unsigned char> may_revive_;  ///< of each unit: whether a training step can say so
  std::vector<double> middles_;            ///< of each layer: middle_of_activity
  UnitSearch<T> search_;
  UnitCauses<T> causes_;
  UnitHistoryState<T> state_;  ///< without the references, which `causes_` holds
  std::vector<UnitEvent> events_;
  std::vector<UnitScan> scans_;
};

}  // namespace clino
