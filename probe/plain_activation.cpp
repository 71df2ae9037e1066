#include "probe/plain_activation.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>

#include "layers/activations/list.hpp"

// Compiled without vectorisation (probe/CMakeLists.txt): these loops stand for one number at a
// time.

namespace clino {

namespace plain_formulas {

template <class V>
V sigmoid(V x) {
  return V{1} / (V{1} + std::exp(-x));
}

// clang-format off
struct Identity {
  template <class V> V value(V x) const { return x; }
  template <class V> V slope(V /*x*/, V /*y*/) const { return V{1}; }
};
struct Sigmoid {
  template <class V> V value(V x) const { return sigmoid(x); }
  template <class V> V slope(V /*x*/, V y) const { return y * (V{1} - y); }
};
struct Tanh {
  template <class V> V value(V x) const { return std::tanh(x); }
  template <class V> V slope(V /*x*/, V y) const { return V{1} - y * y; }
};
struct LecunTanh {
  template <class V> V value(V x) const { return V(1.7159) * std::tanh(V(2. / 3) * x); }
  template <class V> V slope(V /*x*/, V y) const {
    return V(2. / 3) * (V(1.7159) - y * y / V(1.7159));
  }
};
/// ReLU, leaky ReLU and PReLU.
struct Leaky {
  double below;
  template <class V> V value(V x) const { return x > V{0} ? x : V(below) * x; }
  template <class V> V slope(V x, V /*y*/) const { return x > V{0} ? V{1} : V(below); }
};
struct Relu {
  template <class V> V value(V x) const { return x > V{0} ? x : V{0}; }
  template <class V> V slope(V x, V /*y*/) const { return x > V{0} ? V{1} : V{0}; }
};
/// Between two bounds, where its slope is `rise`: ReLU6, hard tanh, hard sigmoid.
struct Clamped {
  double shift, low, high, rise;
  template <class V> V value(V x) const {
    return std::min(std::max(x + V(shift), V(low)), V(high)) * V(rise);
  }
  template <class V> V slope(V x, V /*y*/) const {
    return x + V(shift) > V(low) && x + V(shift) < V(high) ? V(rise) : V{0};
  }
};
/// scale x above 0, scale alpha (e^(x / width) - 1) below: ELU, SELU and CELU.
struct Exponential {
  double scale, alpha, width;
  template <class V> V value(V x) const {
    return V(scale) * (x > V{0} ? x : V(alpha) * std::expm1(x / V(width)));
  }
  template <class V> V slope(V x, V y) const {
    return x > V{0} ? V(scale) : (y + V(scale * alpha)) / V(width);
  }
};
struct ExactGelu {
  template <class V> static V cdf(V x) {
    return V(.5) * (V{1} + std::erf(x * V(std::numbers::sqrt2 / 2)));
  }
  template <class V> V value(V x) const { return x * cdf(x); }
  template <class V> V slope(V x, V /*y*/) const {
    return cdf(x) + x * std::exp(V(-.5) * x * x) * V(.3989422804014327);  // 1 / sqrt(2 pi)
  }
};
struct TanhGelu {
  template <class V> static V gate(V x) {
    return std::tanh(V(.7978845608028654) * (x + V(.044715) * x * x * x));  // sqrt(2 / pi)
  }
  template <class V> V value(V x) const { return V(.5) * x * (V{1} + gate(x)); }
  template <class V> V slope(V x, V /*y*/) const {
    const V t = gate(x);
    const V rise = V(.7978845608028654) * (V{1} + V(3 * .044715) * x * x);
    return V(.5) * (V{1} + t) + V(.5) * x * (V{1} - t * t) * rise;
  }
};
struct Silu {
  template <class V> V value(V x) const { return x * sigmoid(x); }
  template <class V> V slope(V x, V y) const {
    const V s = sigmoid(x);
    return s + y * (V{1} - s);
  }
};
struct Mish {
  template <class V> static V gate(V x) { return std::tanh(std::log1p(std::exp(x))); }
  template <class V> V value(V x) const { return x * gate(x); }
  template <class V> V slope(V x, V /*y*/) const {
    const V t = gate(x);
    return t + x * (V{1} - t * t) * sigmoid(x);
  }
};
struct Softplus {
  double beta, threshold;
  template <class V> V value(V x) const {
    return V(beta) * x > V(threshold) ? x : std::log1p(std::exp(V(beta) * x)) / V(beta);
  }
  template <class V> V slope(V x, V /*y*/) const {
    return V(beta) * x > V(threshold) ? V{1} : sigmoid(V(beta) * x);
  }
};
struct Softsign {
  template <class V> V value(V x) const { return x / (V{1} + std::abs(x)); }
  template <class V> V slope(V x, V /*y*/) const {
    return V{1} / ((V{1} + std::abs(x)) * (V{1} + std::abs(x)));
  }
};
struct HardSwish {
  template <class V> V value(V x) const {
    return x * std::min(std::max(x + V{3}, V{0}), V{6}) / V{6};
  }
  template <class V> V slope(V x, V /*y*/) const {
    return x <= V{-3} ? V{0} : x < V{3} ? x / V{3} + V(.5) : V{1};
  }
};
// clang-format on

}  // namespace plain_formulas

namespace {

template <class F>
class Plain final : public PlainActivation {
 public:
  explicit Plain(F function) : function_(function) {}

  void forward(std::span<const float> x, std::span<float> y) const override { values(x, y); }
  void forward(std::span<const double> x, std::span<double> y) const override { values(x, y); }
  void backward(std::span<const float> x, std::span<const float> y, std::span<const float> upstream,
                std::span<float> gradient) const override {
    slopes(x, y, upstream, gradient);
  }
  void backward(std::span<const double> x, std::span<const double> y,
                std::span<const double> upstream, std::span<double> gradient) const override {
    slopes(x, y, upstream, gradient);
  }

 private:
  template <class T>
  void values(std::span<const T> x, std::span<T> y) const {
    const F f = function_;
    for (std::size_t i = 0; i < x.size(); ++i) y[i] = f.value(x[i]);
  }
  template <class T>
  void slopes(std::span<const T> x, std::span<const T> y, std::span<const T> upstream,
              std::span<T> gradient) const {
    const F f = function_;
    for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = f.slope(x[i], y[i]) * upstream[i];
  }

  F function_;
};

template <class F>
std::unique_ptr<const PlainActivation> plain(F function) {
  return std::make_unique<const Plain<F>>(function);
}

}  // namespace

std::unique_ptr<const PlainActivation> plain_activation(const Choice& choice) {
  // A user's own may have the name of one of the list, and not its options.
  const Catalogue& catalogue = activation_catalogue();
  const auto entry = std::ranges::find(catalogue, choice.type, &CatalogueEntry::name);
  if (entry == catalogue.end() || entry->options.size() != choice.options.size()) return nullptr;
  const std::string& name = choice.type;
  const auto option = [&](const char* key) { return choice.get<double>(key); };
  if (name == "identity") return plain(plain_formulas::Identity{});
  if (name == "sigmoid") return plain(plain_formulas::Sigmoid{});
  if (name == "tanh") return plain(plain_formulas::Tanh{});
  if (name == "lecun_tanh") return plain(plain_formulas::LecunTanh{});
  if (name == "relu") return plain(plain_formulas::Relu{});
  if (name == "leaky_relu") return plain(plain_formulas::Leaky{option("slope")});
  if (name == "prelu") return plain(plain_formulas::Leaky{option("initial")});
  if (name == "relu6")
    return plain(plain_formulas::Clamped{.shift = 0, .low = 0, .high = 6, .rise = 1});
  if (name == "hard_tanh")
    return plain(plain_formulas::Clamped{.shift = 0, .low = -1, .high = 1, .rise = 1});
  if (name == "hard_sigmoid")
    return plain(plain_formulas::Clamped{.shift = 3, .low = 0, .high = 6, .rise = 1. / 6});
  if (name == "elu") return plain(plain_formulas::Exponential{1, option("alpha"), 1});
  if (name == "celu")
    return plain(plain_formulas::Exponential{1, option("alpha"), option("alpha")});
  if (name == "selu")
    return plain(plain_formulas::Exponential{1.0507009873554805, 1.6732632423543772, 1});
  if (name == "silu") return plain(plain_formulas::Silu{});
  if (name == "mish") return plain(plain_formulas::Mish{});
  if (name == "softplus")
    return plain(plain_formulas::Softplus{option("beta"), option("threshold")});
  if (name == "softsign") return plain(plain_formulas::Softsign{});
  if (name == "hard_swish") return plain(plain_formulas::HardSwish{});
  if (name == "gelu" && !choice.get<bool>("stochastic")) {
    if (choice.get<std::string>("approximate") == "tanh") return plain(plain_formulas::TanhGelu{});
    return plain(plain_formulas::ExactGelu{});
  }
  return nullptr;
}

}  // namespace clino
