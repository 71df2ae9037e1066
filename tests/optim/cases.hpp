#pragma once

#include <vector>

#include "core/options.hpp"
#include "optim/optimizer.hpp"

namespace clino::test {

/// Every optimiser by itself, and every form that its options give it.
inline std::vector<Choice> optimizer_cases() {
  std::vector<Choice> cases;
  for (const CatalogueEntry& entry : optimizer_catalogue()) cases.push_back({.type = entry.name});
  cases.push_back({.type = "sgd", .options = {{"momentum", 0.9}}});
  cases.push_back(
      {.type = "sgd", .options = {{"momentum", 0.8}, {"nesterov", true}, {"weight_decay", 0.1}}});
  cases.push_back({.type = "rmsprop", .options = {{"momentum", 0.7}, {"weight_decay", 0.1}}});
  cases.push_back({.type = "adagrad", .options = {{"weight_decay", 0.1}}});
  cases.push_back({.type = "adam", .options = {{"weight_decay", 0.1}, {"beta1", 0.5}}});
  cases.push_back({.type = "lion", .options = {{"weight_decay", 0.1}}});
  for (Choice& choice : cases) choice = complete(optimizer_catalogue(), choice, "optimizer");
  return cases;
}

inline std::string title(const Choice& choice) {
  std::string text = choice.type;
  for (const auto& [name, value] : choice.options) text += " " + name + "=" + to_text(value);
  return text;
}

}  // namespace clino::test
