#include "claims/net.hpp"

#include <utility>

#include "core/kernels/flush_to_zero.hpp"
#include "core/ops/softmax.hpp"
#include "layers/activations/list.hpp"

namespace clino::claims {

namespace {

bool is_activation(const Choice& choice) {
  const Catalogue& all = activation_catalogue();
  return std::ranges::any_of(
      all, [&](const CatalogueEntry& entry) { return entry.name == choice.type; });
}

void put_parts(std::vector<LayerSpec>& layers, const Setting& setting) {
  for (LayerSpec& layer : layers) {
    if (layer.activation == nullptr && is_activation(layer.choice)) {
      layer.activation = setting.parts.activation(layer.choice);
    }
    put_parts(layer.layers, setting);
  }
}

template <class T>
void first_weights(const Model& model, Parameters<T>& parameters, const Setting& setting,
                   std::uint64_t seed) {
  initialize(model, parameters, seed);
  for (const Layer& layer : model.layers) {
    if (layer.type != "dense") continue;
    const double factor = setting.parts.weight_factor(layer);
    if (factor == 1) continue;
    for (T& weight : parameters.value(layer.weight).elements()) {
      weight = static_cast<T>(factor * static_cast<double>(weight));
    }
  }
}

}  // namespace

Config claim_config(const Setting& setting, std::string_view text,
                    const std::vector<std::string>& overrides) {
  std::vector<std::string> all = {
      "seed=" + std::to_string(setting.seed),
      std::string("dtype=") + (setting.dtype == DType::float64 ? "float64" : "float32")};
  all.insert(all.end(), overrides.begin(), overrides.end());
  return parse_config(text, "claim", ".", all);
}

ModelSpec with_parts(ModelSpec spec, const Setting& setting) {
  put_parts(spec.layers, setting);
  return spec;
}

template <class T>
Net<T> make_net(const ModelSpec& spec, const Setting& setting, std::uint64_t seed) {
  Model model = build_model(with_parts(spec, setting));
  Parameters<T> parameters(model.graph);
  first_weights(model, parameters, setting, seed);
  return {std::move(model), std::move(parameters)};
}

template <class T>
Experiment<T> make_experiment(const Config& config, const Setting& setting) {
  Data<T> data = load_data<T>(data_request(config));
  std::vector<double> weights = class_weights(config, data);
  Net<T> net =
      make_net<T>(model_spec(config, data.preprocessing, weights, data.train.has_weights()),
                  setting, config.seed);
  return {.data = std::move(data),
          .class_weights = std::move(weights),
          .model = std::move(net.model),
          .parameters = std::move(net.parameters)};
}

template <class T>
std::string train_session(Session<T>& session, const Setting& setting,
                          const std::function<bool(Session<T>&)>& after_step) {
  const kernels::FlushToZero flush(true);
  while (!session.limit_reached()) {
    if (setting.stop != nullptr && *setting.stop != 0) throw Interrupted{};
    if (std::string reason = session.step(nullptr); !reason.empty()) return reason;
    if (session.epoch_ended()) session.end_epoch(nullptr);
    if (after_step && !after_step(session)) break;
  }
  return {};
}

template <class T>
Experiment<T> train_experiment(const Config& config, const Setting& setting,
                               const std::function<bool(Session<T>&)>& after_step) {
  Experiment<T> experiment = claims::make_experiment<T>(config, setting);
  Session<T> session(config, experiment);
  train_session(session, setting, after_step);
  return experiment;
}

std::uint64_t seed_of(const Setting& setting, std::size_t i) {
  constexpr std::uint64_t kApart = 1'000'000;
  return setting.seed * kApart + i;
}

std::vector<double> softmax(const Setting& setting, std::span<const double> logits,
                            double temperature) {
  if (setting.parts.softmax) return setting.parts.softmax(logits, temperature);
  return with_dtype(setting, [&](auto zero) {
    using T = decltype(zero);
    Graph graph;
    const Var x = graph.input("x", static_cast<Index>(logits.size()));
    const Var y = clino::softmax(graph, x, temperature);
    Parameters<T> none(graph);
    Tape<T> tape(graph, none, {.max_batch = 1, .mode = TapeMode::evaluate});
    std::ranges::transform(logits, tape.input(x).data,
                           [](double logit) { return static_cast<T>(logit); });
    tape.forward({});
    const std::span<const T> shares = tape.value(y).elements();
    return std::vector<double>(shares.begin(), shares.end());
  });
}

#define CLINO_INSTANTIATE(T)                                                   \
  template Net<T> make_net(const ModelSpec&, const Setting&, std::uint64_t);   \
  template Experiment<T> make_experiment(const Config&, const Setting&);       \
  template std::string train_session(Session<T>&, const Setting&,              \
                                     const std::function<bool(Session<T>&)>&); \
  template Experiment<T> train_experiment(const Config&, const Setting&,       \
                                          const std::function<bool(Session<T>&)>&);
CLINO_INSTANTIATE(float)
CLINO_INSTANTIATE(double)
#undef CLINO_INSTANTIATE

}  // namespace clino::claims
