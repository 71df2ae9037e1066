#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "claims/claim.hpp"
#include "layers/activations/erase.hpp"
#include "layers/activations/list.hpp"
#include "tests/catch.hpp"

/// \file
/// How claims are put to the test: the right library has to pass each, a wrong rule has to fail it.

namespace clino::claims {

inline const Claim& claim(std::string_view name) {
  const auto found =
      std::ranges::find_if(all_claims(), [&](const Claim& each) { return each.name == name; });
  if (found == all_claims().end()) FAIL("there is no claim " << name);
  return *found;
}

/// All checks, for messages.
inline std::string to_text(const Outcome& outcome) {
  std::string text;
  for (const Check& check : outcome.checks) {
    text += check.quantity + ": predicted " + check.predicted + ", measured " +
            figure_text(check.measured) + " [" + figure_text(check.interval.low) + ", " +
            figure_text(check.interval.high) + "] (" + check.how +
            "): " + std::string(to_text(check.verdict)) + "\n";
  }
  return text;
}

/// The right library, in float and double.
inline void check_holds(std::string_view name) {
  for (const DType dtype : {DType::float32, DType::float64}) {
    const Outcome outcome = claim(name).run({.dtype = dtype, .workers = 2});
    INFO(name << (dtype == DType::float32 ? " in float\n" : " in double\n") << to_text(outcome));
    CHECK(outcome.verdict() == Verdict::holds);
    CHECK_FALSE(outcome.ran.empty());
  }
}

/// A planted fault.
inline void check_found_out(std::string_view name, const Parts& parts) {
  const Outcome outcome = claim(name).run({.workers = 2, .parts = parts});
  INFO(name << " with a planted fault\n" << to_text(outcome));
  CHECK(outcome.verdict() == Verdict::does_not_hold);
}

/// Everything made as it should be, but activations of one name, which are a `Wrong`.
template <class Wrong>
Parts::MakeActivation planted(std::string name) {
  return [name](const Choice& choice) -> std::shared_ptr<const Activation> {
    if (choice.type != name) return make_activation(choice);
    return erase_activation(Wrong{}, choice);
  };
}

}  // namespace clino::claims
