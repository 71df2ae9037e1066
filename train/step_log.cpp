#include "train/step_log.hpp"

#include <algorithm>
#include <utility>

#include "train/json_line.hpp"

namespace clino {

namespace {

/// A bundle's bytes, about: a fraction of a second-level cache.
constexpr std::size_t kBundleBytes = std::size_t{1} << 17U;
constexpr std::size_t kMostSteps = 256;

std::size_t bundle_steps(std::size_t layers) {
  return std::clamp(kBundleBytes / (sizeof(StepRecord) + layers * sizeof(LayerRecord)),
                    std::size_t{1}, kMostSteps);
}

}  // namespace

StepLog::StepLog(const std::filesystem::path& directory, std::vector<LayerText> layers,
                 std::uint64_t steps_size, std::uint64_t layers_size, bool update_cosine,
                 bool background)
    : texts_(std::move(layers)),
      update_cosine_(update_cosine),
      steps_(directory / run_files::kSteps, steps_size),
      layers_(directory / run_files::kLayers, layers_size) {
  for (Bundle* bundle : {&filling_, &written_}) {
    bundle->steps.resize(bundle_steps(texts_.size()));
    bundle->layers.resize(bundle->steps.size() * texts_.size());
  }
  if (background) thread_ = std::thread([this] { run(); });
}

StepLog::~StepLog() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::size_t StepLog::bytes() const {
  constexpr std::size_t kBundles = 2;
  return steps_.bytes() + layers_.bytes() +
         kBundles * (filling_.steps.size() * sizeof(StepRecord) +
                     filling_.layers.size() * sizeof(LayerRecord));
}

void StepLog::write(const StepRecord& step, std::span<const LayerRecord> layers) {
  filling_.steps[filling_.count] = step;
  std::ranges::copy(layers, filling_.layers.data() + filling_.count * texts_.size());
  if (++filling_.count == filling_.steps.size()) hand_over();
}

void StepLog::flush() {
  hand_over();
  wait_until_idle();
  steps_.flush();
  layers_.flush();
}

void StepLog::hand_over() {
  if (filling_.count == 0) return;
  if (!thread_.joinable()) return write(filling_);
  wait_until_idle();
  {
    const std::lock_guard lock(mutex_);
    std::swap(filling_, written_);
    busy_ = true;
  }
  changed_.notify_all();
}

void StepLog::wait_until_idle() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !busy_; });
  if (failure_) std::rethrow_exception(failure_);
}

void StepLog::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return busy_ || ended_; });
    if (!busy_) return;
    lock.unlock();
    std::exception_ptr failure;
    try {
      write(written_);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    failure_ = failure;
    busy_ = false;
    changed_.notify_all();
  }
}

void StepLog::write(Bundle& bundle) {
  for (std::size_t i = 0; i < bundle.count; ++i) {
    const StepRecord& step = bundle.steps[i];
    {
      JsonLine line(steps_.pending());
      line.add("step", step.step)
          .add("epoch", step.epoch)
          .add("loss", step.loss)
          .add("learning_rate", step.learning_rate)
          .add("grad_norm", step.grad_norm)
          .add("clip_scale", step.clip_scale)
          .add("clipped_grad_norm", step.clipped_grad_norm);
      if (update_cosine_) line.add("update_cosine", step.update_cosine);
    }
    const LayerRecord* records = bundle.layers.data() + i * texts_.size();
    for (std::size_t l = 0; l < texts_.size(); ++l) write_layer(step, texts_[l], records[l]);
    steps_.flush_if_large();
    layers_.flush_if_large();
  }
  bundle.count = 0;
}

void StepLog::write_layer(const StepRecord& step, const LayerText& text,
                          const LayerRecord& record) {
  JsonLine line(layers_.pending());
  line.add("step", step.step).add("epoch", step.epoch).raw(text.identity);
  if (text.learned) {
    line.add("weight_norm", record.weight_norm)
        .add("weight_grad_norm", record.weight_grad_norm)
        .add("bias_grad_norm", record.bias_grad_norm)
        .add("update_ratio", record.update_ratio);
  }
  line.add("delta_norm", record.delta_norm)
      .add("output_mean", record.output_mean)
      .add("output_std", record.output_std);
  if (text.elementwise) {
    const auto [used, unused] = text.piecewise_linear
                                    ? std::pair{"inactive_fraction", "saturated_fraction"}
                                    : std::pair{"saturated_fraction", "inactive_fraction"};
    line.add(used, record.below_threshold_fraction).add_null(unused);
    line.add("dead_fraction", record.dead_fraction);
  }
  if (text.dense) line.add("same_sign_fraction", record.same_sign_fraction);
  line.add("nonfinite", record.nonfinite);
}

}  // namespace clino
