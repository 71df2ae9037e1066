#include "layers/activations/list.hpp"

#include "layers/layer_catalogue.hpp"
#include "layers/recipes/recipe.hpp"

namespace clino {

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> all = {dense_recipe(), batch_norm_recipe(), layer_norm_recipe(),
                                          dropout_recipe(), residual_recipe()};
  return all;
}

const Catalogue& layer_catalogue() {
  static const Catalogue catalogue = [] {
    Catalogue entries;
    for (const Recipe& recipe : recipes()) entries.push_back(recipe.entry);
    entries.insert(entries.end(), activation_catalogue().begin(), activation_catalogue().end());
    return entries;
  }();
  return catalogue;
}

}  // namespace clino
