#pragma once

#include <cmath>
#include <string>
#include <vector>

#include "core/options.hpp"

namespace clino::test {

/// Every optimiser a second time, one weight at a time, in long double and as near to the papers
/// and to PyTorch's documentation as can be written; with branches, without care for speed.
class ReferenceWeight {
 public:
  using Real = long double;

  /// `choice` has all its options.
  ReferenceWeight(const Choice& choice, Real weight) : choice_(choice), weight_(weight) {}

  Real weight() const { return weight_; }

  void update(Real rate, int step, Real gradient) {
    const std::string& type = choice_.type;
    const bool decoupled = type == "adamw" || type == "lion";
    if (decoupled) weight_ -= rate * option("weight_decay") * weight_;
    if (!decoupled && option("weight_decay") != 0) gradient += option("weight_decay") * weight_;
    weight_ -= rate * direction(step, gradient);
  }

 private:
  Real option(const char* name) const { return static_cast<Real>(choice_.get<double>(name)); }

  Real direction(int step, Real gradient) {
    const std::string& type = choice_.type;
    if (type == "sgd") return sgd(step, gradient);
    if (type == "rmsprop") return rmsprop(step, gradient);
    if (type == "adagrad") {
      squares_ += gradient * gradient;
      return gradient / (std::sqrt(squares_) + option("epsilon"));
    }
    if (type == "lion") return lion(gradient);
    return adam(step, gradient);
  }

  Real sgd(int step, Real gradient) {
    const Real momentum = option("momentum");
    if (momentum == 0) return gradient;
    buffer_ = step == 0 ? gradient : momentum * buffer_ + gradient;
    return choice_.get<bool>("nesterov") ? gradient + momentum * buffer_ : buffer_;
  }

  Real rmsprop(int step, Real gradient) {
    const Real rho = option("rho");
    const Real momentum = option("momentum");
    squares_ = rho * squares_ + (1 - rho) * gradient * gradient;
    const Real scaled = gradient / (std::sqrt(squares_) + option("epsilon"));
    if (momentum == 0) return scaled;
    buffer_ = step == 0 ? scaled : momentum * buffer_ + scaled;
    return buffer_;
  }

  Real adam(int step, Real gradient) {
    const Real beta1 = option("beta1");
    const Real beta2 = option("beta2");
    buffer_ = beta1 * buffer_ + (1 - beta1) * gradient;
    squares_ = beta2 * squares_ + (1 - beta2) * gradient * gradient;
    Real power1 = 1;
    Real power2 = 1;
    for (int i = 0; i <= step; ++i) {
      power1 *= beta1;
      power2 *= beta2;
    }
    return buffer_ / (1 - power1) / (std::sqrt(squares_ / (1 - power2)) + option("epsilon"));
  }

  Real lion(Real gradient) {
    const Real look = option("beta1") * buffer_ + (1 - option("beta1")) * gradient;
    buffer_ = option("beta2") * buffer_ + (1 - option("beta2")) * gradient;
    if (look == 0) return 0;
    return look > 0 ? 1 : -1;
  }

  Choice choice_;
  Real weight_;
  Real buffer_ = 0;
  Real squares_ = 0;
};

}  // namespace clino::test
