#include "report/diagnosis_text.hpp"

#include <algorithm>
#include <cmath>

#include "report/html.hpp"
#include "report/number_text.hpp"
#include "report/text_fields.hpp"

namespace clino::report {

namespace {

constexpr std::size_t kLongestName = 40;

std::string short_name(const std::string& name) { return shortened(one_line(name), kLongestName); }

}  // namespace

std::string figure(double value) {
  const double magnitude = std::abs(value);
  if (!(magnitude >= 1000) || magnitude >= 1e6) return number_text(value, 3);
  const double unit = std::pow(10.0, std::floor(std::log10(magnitude)) - 2);
  const auto rounded =
      static_cast<std::uint64_t>(std::lround(magnitude / unit) * std::lround(unit));
  return (value < 0 ? "-" : "") + count_text(rounded);
}

std::string share_text(double fraction) { return figure(100 * fraction) + " %"; }

std::string step_words(std::uint64_t step) { return "step " + count_text(step); }

std::string layer_words(const LayerLog& layer) {
  return short_name(layer.type) + " layer " + short_name(layer.name);
}

std::string layers_words(const std::vector<const LayerLog*>& layers) {
  const LayerLog &first = *layers.front(), &last = *layers.back();
  if (layers.size() == 1) return layer_words(first);
  const bool alike =
      std::ranges::all_of(layers, [&](const LayerLog* layer) { return layer->type == first.type; });
  const std::string type = alike ? short_name(first.type) + " " : "";
  if (layers.size() == 2) {
    return alike ? type + "layers " + short_name(first.name) + " and " + short_name(last.name)
                 : layer_words(first) + " and " + layer_words(last);
  }
  return count_text(layers.size()) + " " + type + "layers (" + short_name(first.name) + " to " +
         short_name(last.name) + ")";
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

std::string counted(std::uint64_t count, std::string_view noun) {
  return count_text(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

}  // namespace clino::report
