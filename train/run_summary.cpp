#include "train/run_summary.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/instruction_set.hpp"
#include "core/kernels/gemm.hpp"
#include "core/nonfinite.hpp"
#include "train/atomic_file.hpp"
#include "train/run_directory.hpp"

namespace clino {

namespace {

using OrderedJson = nlohmann::ordered_json;

/// JSON has no infinities: what is not finite is a string, as in the logs.
OrderedJson summary_number(double value) {
  if (std::isfinite(value)) return value;
  return nonfinite_text(value);
}

OrderedJson summary_json(const Metrics& metrics) {
  OrderedJson json{{"loss", summary_number(metrics.loss)}};
  if (metrics.accuracy) json["accuracy"] = summary_number(*metrics.accuracy);
  return json;
}

template <class Value>
OrderedJson or_null(const std::optional<Value>& value) {
  return value ? OrderedJson(*value) : OrderedJson();
}

OrderedJson summary_json(const NonfiniteOrigin& origin, const TrainResult& result) {
  OrderedJson name;
  if (origin.layer) name = result.layers[static_cast<std::size_t>(*origin.layer)].name;
  return {{"step", result.steps},
          {"epoch", result.epochs},
          {"node", origin.node},
          {"kind", kind_text(origin)},
          {"direction", to_text(origin.direction)},
          {"operation", origin.operation},
          {"layer", or_null(origin.layer)},
          {"name", std::move(name)},
          {"unit", or_null(origin.unit)},
          {"sample", or_null(origin.sample)},
          {"column", or_null(origin.column)},
          {"value", nonfinite_text(origin.value)},
          {"count", origin.count},
          {"largest_before", summary_number(origin.largest_before)}};
}

/// Null where the system does not tell.
OrderedJson known_bytes(std::uint64_t bytes) {
  return bytes > 0 ? OrderedJson(bytes) : OrderedJson();
}

OrderedJson summary_json(const MemoryUse& use) {
  return {{"program", use.program},
          {"parameters", use.parameters},
          {"gradients", use.gradients},
          {"optimizer_state", use.optimizer_state},
          {"activations", use.activations},
          {"data", use.data},
          {"evaluation", use.evaluation},
          {"best", use.best},
          {"teacher", use.teacher},
          {"probes", use.probes},
          {"log", use.log},
          {"total", use.total()},
          {"mapped", use.mapped},
          {"peak_loading", known_bytes(use.peak_loading)}};
}

}  // namespace

std::string version_text() { return CLINO_VERSION; }

std::string compiler_text() {
#if defined(__clang__)
  return "clang " __clang_version__;
#else
  return "gcc " __VERSION__;
#endif
}

void write_summary(const std::filesystem::path& directory, const TrainResult& result,
                   const RunState& state, const RunHashes& hashes) {
  OrderedJson final_metrics = OrderedJson::object();
  if (result.train) final_metrics["train"] = summary_json(*result.train);
  if (result.validation) final_metrics["validation"] = summary_json(*result.validation);
  if (result.test) final_metrics["test"] = summary_json(*result.test);
  OrderedJson best;
  if (state.best_epoch >= 0) {
    best = {{"epoch", state.best_epoch}, {"step", state.best_step}};
    best["validation"] = summary_json(state.best);
  }
  OrderedJson findings = OrderedJson::array();
  if (!result.message.empty()) findings.push_back(result.message);
  for (const std::string& remark : result.remarks) findings.push_back(remark);

  const OrderedJson summary{
      {"status", to_text(result.status)},
      {"epochs", result.epochs},
      {"steps", result.steps},
      {"seconds", result.seconds},
      {"samples_per_second", summary_number(result.samples_per_second)},
      {"parameters", result.parameters},
      {"samples",
       {{"train", result.train_samples},
        {"validation", result.validation_samples},
        {"test", result.test_samples}}},
      {"peak_memory_bytes", known_bytes(peak_resident_bytes())},
      {"memory", summary_json(result.memory)},
      {"final", std::move(final_metrics)},
      {"best", std::move(best)},
      {"version", version_text()},
      {"compiler", compiler_text()},
      {"instruction_set", instruction_set_text()},
      {"gemm", kernels::gemm_backend()},
      {"config_hash", hashes.config},
      {"data_hash", hashes.data},
      {"weights_hash", hashes.weights},
      {"findings", std::move(findings)},
      {"first_nonfinite",
       result.first_nonfinite ? summary_json(*result.first_nonfinite, result) : OrderedJson()}};
  write_atomically((directory / run_files::kSummary).string(), summary.dump(2) + "\n");
}

}  // namespace clino
