// What this machine allows: a trainer without graph, config or log, its passes fused, that Clino
// has to come close to or to beat. Subnormals are flushed to zero. With two threads each takes half
// of the samples, then half of the weights; below a million operations a step one does it alone.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "bench/limit_net.hpp"
#include "core/kernels/flush_to_zero.hpp"

namespace limit {
namespace {

/// Threads wait for each other by looking, which takes less time than to be woken; when that takes
/// long, others want the processor.
class Barrier {
 public:
  explicit Barrier(int threads) : threads_(threads) {}
  void wait() {
    if (threads_ == 1) return;
    const int round = round_.load(std::memory_order_relaxed);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      round_.store(round + 1, std::memory_order_release);
      return;
    }
    for (int looks = 0; round_.load(std::memory_order_acquire) == round; ++looks) {
      if (looks > kLooks) std::this_thread::yield();
    }
  }

 private:
  static constexpr int kLooks = 2000;
  int threads_;
  std::atomic<int> arrived_ = 0, round_ = 0;
};

class Trainer {
 public:
  explicit Trainer(const bench::Spec& spec) : spec_(spec), net_(spec) {
    double operations = 0;
    for (std::size_t l = 0; l < spec.depth(); ++l) {
      operations += 6.0 * static_cast<double>(spec.layers[l] * spec.layers[l + 1] * spec.batch);
    }
    if (operations > 1e6) threads_ = spec.threads;
  }

  std::pair<double, double> run(Index steps, bool check) {
    net_.reset();
    bench::Batches batches(spec_, !check);
    Barrier barrier(static_cast<int>(threads_));
    const auto work = [&](Index thread) {
      const clino::kernels::FlushToZero flush(true);
      for (Index step = 1; step <= steps; ++step) {
        if (thread == 0) samples_ = batches.next();
        barrier.wait();
        const auto batch = static_cast<Index>(samples_.size());
        const Index share = (batch + kColumns * threads_ - 1) / (kColumns * threads_) * kColumns;
        net_.replay(samples_, std::min(thread * share, batch),
                    std::min((thread + 1) * share, batch), thread);
        barrier.wait();
        update(step, batch, thread);
        barrier.wait();
      }
    };
    std::vector<std::jthread> others;
    const bench::Stopwatch watch;
    for (Index thread = 1; thread < threads_; ++thread) others.emplace_back(work, thread);
    work(0);
    others.clear();
    return {watch.seconds(), check ? net_.whole_loss() : 0};
  }

 private:
  void update(Index step, Index batch, Index thread) {
    if (spec_.optimizer == "adam") {
      const auto t = static_cast<double>(step);
      const Adam adam{.rate = static_cast<float>(spec_.rate / (1 - std::pow(.9, t))),
                      .root = static_cast<float>(1 / std::sqrt(1 - std::pow(.999, t)))};
      return net_.update(adam, batch, thread, threads_);
    }
    if (spec_.momentum == 0) {
      return net_.update(PlainSgd{spec_.rate}, batch, thread, threads_);
    }
    net_.update(Sgd{.rate = spec_.rate, .momentum = spec_.momentum}, batch, thread, threads_);
  }

  const bench::Spec& spec_;
  Net net_;
  Index threads_ = 1;
  std::span<const std::int32_t> samples_;
};

}  // namespace
}  // namespace limit

int main(int count, char** arguments) {
  const bench::Spec spec = bench::read_spec(count, arguments);
  limit::Trainer trainer(spec);
  bench::serve({"limit probe", "", ""},
               [&](limit::Index steps, bool check) { return trainer.run(steps, check); });
}
