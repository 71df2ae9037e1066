"""Writes activation_golden.hpp: values and slopes of PyTorch's activations in double.

Usage: python make_activation_golden.py > activation_golden.hpp   (needs PyTorch)
"""

import torch
import torch.nn.functional as F

POINTS = [-20, -7.3, -6, -3.0, -2.9999, -1.5, -1.0, -0.5, -1e-6, 0, 1e-6, 0.3, 1.0, 1.7, 2.0, 3.0,
          3.0001, 5.9, 6.0, 8.5, 20.0]

CASES = [
    ("sigmoid", {}, torch.sigmoid),
    ("tanh", {}, torch.tanh),
    ("lecun_tanh", {}, lambda x: 1.7159 * torch.tanh(2 / 3 * x)),
    ("relu", {}, F.relu),
    ("leaky_relu", {}, F.leaky_relu),
    ("leaky_relu", {"slope": 0.3}, lambda x: F.leaky_relu(x, 0.3)),
    ("prelu", {}, lambda x: F.prelu(x, torch.tensor([0.25], dtype=x.dtype))),
    ("relu6", {}, F.relu6),
    ("elu", {}, F.elu),
    ("elu", {"alpha": 2.0}, lambda x: F.elu(x, 2.0)),
    ("selu", {}, F.selu),
    ("celu", {}, F.celu),
    ("celu", {"alpha": 2.0}, lambda x: F.celu(x, 2.0)),
    ("gelu", {}, F.gelu),
    ("gelu", {"approximate": "tanh"}, lambda x: F.gelu(x, approximate="tanh")),
    ("silu", {}, F.silu),
    ("mish", {}, F.mish),
    ("softplus", {}, F.softplus),
    ("softplus", {"beta": 2.0, "threshold": 4.0}, lambda x: F.softplus(x, 2.0, 4.0)),
    ("softsign", {}, F.softsign),
    # Not F.hardsigmoid: its slope in double is 1/6 rounded to float.
    ("hard_sigmoid", {}, lambda x: F.relu6(x + 3) / 6),
    ("hard_tanh", {}, F.hardtanh),
    ("hard_swish", {}, F.hardswish),
]


def text(value):
    return f'std::string("{value}")' if isinstance(value, str) else repr(value)


def rows(function):
    x = torch.tensor(POINTS, dtype=torch.float64, requires_grad=True)
    y = function(x)
    y.sum().backward()
    return zip(x.tolist(), y.tolist(), x.grad.tolist())


print("""#pragma once
// Written by make_activation_golden.py; not to be edited.

#include <map>
#include <string>
#include <vector>

#include "core/options.hpp"

// clang-format off
namespace clino {

struct GoldenPoint {
  double x, value, slope;
};

struct GoldenActivation {
  Choice choice;
  std::vector<GoldenPoint> points;
};

inline const std::vector<GoldenActivation> kGoldenActivations = {""")
for name, options, function in CASES:
    listed = ", ".join(f'{{"{key}", {text(value)}}}' for key, value in options.items())
    points = ", ".join(f"{{{x!r}, {y!r}, {slope!r}}}" for x, y, slope in rows(function))
    print(f'    {{{{"{name}", {{{listed}}}}},\n     {{{points}}}}},')
print("""};

}  // namespace clino
// clang-format on""")
