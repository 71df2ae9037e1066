#include <algorithm>

#include "layers/activations/list.hpp"
#include "report/number_text.hpp"
#include "report/page.hpp"

namespace clino::report {

namespace {

std::string width_text(Index width) { return width > 0 ? std::to_string(width) : "?"; }

bool is_activation(const std::string& type) {
  const Catalogue& all = activation_catalogue();
  return std::any_of(all.begin(), all.end(),
                     [&](const CatalogueEntry& entry) { return entry.name == type; });
}

/// Widths of the dense layers and the kinds of all others, each named once.
void gather_names(const std::vector<LayerSpec>& layers, std::vector<Index>& widths,
                  std::vector<std::string>& activations, std::vector<std::string>& others) {
  const auto note = [](std::vector<std::string>& names, const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const LayerSpec& layer : layers) {
    const std::string& type = layer.choice.type;
    if (type == "dense") {
      widths.push_back(static_cast<Index>(layer.choice.get<std::int64_t>("units")));
    } else {
      note(is_activation(type) ? activations : others, type);
    }
    gather_names(layer.layers, widths, activations, others);
  }
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : std::string(between)) + word;
  return text;
}

/// Equal neighbours as `64 × 20`.
std::string width_list(const std::vector<Index>& widths) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < widths.size();) {
    std::size_t end = i;
    while (end < widths.size() && widths[end] == widths[i]) ++end;
    if (end - i > 3) {
      parts.push_back("[" + width_text(widths[i]) + "]×" + std::to_string(end - i));
    } else {
      parts.insert(parts.end(), end - i, width_text(widths[i]));
    }
    i = end;
  }
  return joined(parts, "-");
}

std::string data_text(const DataConfig& data) {
  std::string text = data.source.type;
  if (data.source.has("samples")) {
    const auto samples = data.source.get<std::int64_t>("samples");
    text += " (" + count_text(static_cast<std::uint64_t>(samples)) + " samples)";
  }
  return text;
}

}  // namespace

std::string widths_text(const RunLog& run) {
  std::vector<Index> widths = {run.inputs};
  std::vector<std::string> activations, others;
  gather_names(run.config.model.layers, widths, activations, others);
  widths.push_back(run.outputs);
  return width_list(widths);
}

std::string what_was_trained(const RunLog& run) {
  std::vector<Index> widths;
  std::vector<std::string> activations, others;
  gather_names(run.config.model.layers, widths, activations, others);
  const Config& config = run.config;
  std::string text = "A " + widths_text(run) + " net" +
                     (activations.empty() ? "" : " with " + joined(activations, ", "));
  if (!others.empty()) text += " and " + joined(others, ", ");
  text += ", trained on " + data_text(config.data) + " with the loss " + config.loss.type +
          " and " + config.optimizer.method.type + " at a learning rate of " +
          number_text(config.optimizer.learning_rate);
  if (config.optimizer.schedule.type != "constant")
    text += " (" + config.optimizer.schedule.type + ")";
  text += ", batches of " + std::to_string(config.training.batch_size) + ", seed " +
          std::to_string(config.seed) + ".";
  return text;
}

}  // namespace clino::report
