#include "layers/activations/list.hpp"

#include <string>
#include <utility>
#include <variant>

#include "core/errors.hpp"
#include "layers/activations/erase.hpp"

// The loops of all built-in activations are instantiated here, with the library's flags.

namespace clino {

namespace {

/// An activation of the list under a name of this file's own. The loops of `Tanh` itself would be
/// weak symbols: a program that erases `Tanh`, perhaps without optimisation, could put its own in
/// the place of the library's.
template <class A>
struct Builtin : A {};

template <class A>
std::shared_ptr<const Activation> erase(A function, const Choice& choice) {
  return erase_activation(Builtin<A>{std::move(function)}, choice);
}

template <class... A>
std::shared_ptr<const Activation> erase(const std::variant<A...>& functions, const Choice& choice) {
  return std::visit([&](const auto& function) { return erase(function, choice); }, functions);
}

template <class A>
CatalogueEntry describe_entry() {
  CatalogueEntry entry{std::string(A::name), std::string(A::summary), {}};
  if constexpr (requires { A::options(); }) entry.options = A::options();
  return entry;
}

template <class A>
std::shared_ptr<const Activation> make_entry(const Choice& choice) {
  if constexpr (requires { A::from(choice); }) {
    return erase(A::from(choice), choice);
  } else {
    return erase(A{}, choice);
  }
}

template <class... A>
Catalogue describe_all(TypeList<A...> /*list*/) {
  return {describe_entry<A>()...};
}

template <class... A>
std::shared_ptr<const Activation> make_any(const Choice& choice, TypeList<A...> /*list*/) {
  std::shared_ptr<const Activation> made;
  static_cast<void>(((A::name == choice.type && (made = make_entry<A>(choice))) || ...));
  return made;
}

}  // namespace

const Catalogue& activation_catalogue() {
  static const Catalogue catalogue = describe_all(Activations{});
  return catalogue;
}

std::shared_ptr<const Activation> make_activation(const Choice& choice) {
  return make_any(complete(activation_catalogue(), choice, "activation"), Activations{});
}

template <class A>
bool is_builtin(const Activation& activation) {
  return dynamic_cast<const detail::ErasedActivation<Builtin<A>>*>(&activation) != nullptr;
}

template bool is_builtin<Identity>(const Activation&);
template bool is_builtin<Prelu>(const Activation&);

}  // namespace clino
