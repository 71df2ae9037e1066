#include "optim/optimizer.hpp"

#include <utility>

#include "optim/kind_list.hpp"
#include "optim/rules/adagrad.hpp"
#include "optim/rules/adam.hpp"
#include "optim/rules/lion.hpp"
#include "optim/rules/rmsprop.hpp"
#include "optim/rules/sgd.hpp"

namespace clino {

using Optimizers = KindList<Sgd, Rmsprop, Adagrad, Adam, AdamW, Lion>;

const Catalogue& optimizer_catalogue() {
  static const Catalogue catalogue = Optimizers::catalogue();
  return catalogue;
}

template <class T>
std::unique_ptr<Optimizer<T>> make_optimizer(const Choice& choice, Index parameter_count) {
  const Choice completed = complete(optimizer_catalogue(), choice, "optimizer");
  std::unique_ptr<Optimizer<T>> optimizer;
  Optimizers::visit(completed.type, [&]<class Kind>() {
    optimizer = Kind::template make<T>(completed, parameter_count);
  });
  return optimizer;
}

template std::unique_ptr<Optimizer<float>> make_optimizer(const Choice&, Index);
template std::unique_ptr<Optimizer<double>> make_optimizer(const Choice&, Index);

}  // namespace clino
