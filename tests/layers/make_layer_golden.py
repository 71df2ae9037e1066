"""Writes layer_golden.hpp: losses, normalisation and their gradients as PyTorch computes them in double.

    python3 tests/layers/make_layer_golden.py > tests/layers/layer_golden.hpp      (PyTorch 2.13)

PyTorch's [batch, features], row by row, is Clino's [features, batch], column by column.
"""
import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(20240607)


def numbers(tensor):
    return "{" + ", ".join(repr(x) for x in tensor.detach().double().reshape(-1).tolist()) + "}"


def weighted_mean(terms, weight, class_weight, target):
    """sum_i w_i c_{y_i} l_i / sum_i w_i c_{y_i}; `terms` hold the class weight already."""
    if weight is None and class_weight is None:
        return terms.mean()
    w = torch.ones(len(terms)) if weight is None else weight
    c = torch.ones(len(terms)) if class_weight is None else class_weight[target.long()]
    return (w * terms).sum() / (w * c).sum()


def loss_case(name, kind, x, target, terms, weight=None, class_weight=None, options="{}"):
    x.requires_grad_()
    # Without sample weights PyTorch's own mean is taken, which fixes the meaning of "mean".
    loss = terms(x, "mean" if weight is None else "none")
    if weight is not None:
        loss = weighted_mean(loss, weight, class_weight, target)
    loss.backward()
    print(f'    {{"{name}", "{kind}", {x.shape[1]}, {options},')
    for part in (x, target, weight, class_weight):
        print(f"     {'{}' if part is None else numbers(part)},")
    print(f"     {loss.item()!r}, {numbers(x.grad)}}},")


def softmax_case(name, temperature=1.0, smoothing=0.0, weight=None, class_weight=None):
    x, y = torch.randn(6, 4) * 3, torch.tensor([0, 3, 1, 2, 3, 0])

    def terms(logits, reduction):
        return F.cross_entropy(logits / temperature, y, weight=class_weight,
                               label_smoothing=smoothing, reduction=reduction)
    options = f'{{{{"temperature", {temperature}}}, {{"label_smoothing", {smoothing}}}}}'
    loss_case(name, "softmax_cross_entropy", x, y, terms, weight, class_weight, options)


def numbers_case(name, kind, function, weight=None, options="{}"):
    x, y = torch.randn(5, 3) * 2, torch.randn(5, 3) * 2

    def terms(prediction, reduction):
        loss = function(prediction, y, reduction=reduction)
        return loss if reduction == "mean" else loss.mean(1)
    loss_case(name, kind, x, y, terms, weight, None, options)


def losses():
    print("inline const std::vector<GoldenLoss> kGoldenLosses = {")
    weight, class_weight = torch.rand(6), torch.tensor([0.5, 2.0, 0.0, 1.5])
    softmax_case("softmax")
    softmax_case("softmax, temperature", temperature=2.5)
    softmax_case("softmax, smoothing", smoothing=0.1)
    softmax_case("softmax, class weights", class_weight=class_weight)
    softmax_case("softmax, all", 0.7, 0.2, weight, class_weight)

    x, y = torch.randn(6, 1) * 3, torch.tensor([[0.0], [1.0], [1.0], [0.0], [1.0], [0.0]])
    loss_case("binary", "binary_cross_entropy", x, y,
              lambda z, reduction: F.binary_cross_entropy_with_logits(z, y, reduction=reduction))
    classes = torch.tensor([0.5, 3.0])
    loss_case("binary, weights", "binary_cross_entropy", x.detach().clone(), y[:, 0],
              lambda z, reduction: classes[y[:, 0].long()] * F.binary_cross_entropy_with_logits(
                  z[:, 0], y[:, 0], reduction=reduction), weight, classes)

    weight = torch.rand(5)
    for kind, function in (("mse", F.mse_loss), ("mae", F.l1_loss), ("huber", F.huber_loss)):
        numbers_case(kind, kind, function)
        numbers_case(f"{kind}, weights", kind, function, weight)
    numbers_case("huber, delta", "huber",
                 lambda p, t, reduction: F.huber_loss(p, t, reduction=reduction, delta=0.3),
                 None, '{{"delta", 0.3}}')
    print("};\n")


def normalization_case(module, name, x, upstream):
    x.requires_grad_()
    y = module(x)
    module.zero_grad()
    (y * upstream).sum().backward()
    mean = getattr(module, "running_mean", torch.zeros(0))
    variance = getattr(module, "running_var", torch.zeros(0))
    print(f'    {{"{name}", {x.shape[1]},')
    for part in (x, upstream, y, x.grad, module.weight.grad, module.bias.grad, mean, variance):
        print(f"     {numbers(part)},")
    print("    },")


def normalizations():
    batch, layer = torch.nn.BatchNorm1d(3), torch.nn.LayerNorm(3)
    for module in (batch, layer):
        module.weight.data, module.bias.data = torch.tensor([1.5, -0.5, 2.0]), torch.tensor([0.1, 0.2, -0.3])
    print("/// Weight {1.5, -0.5, 2} and bias {0.1, 0.2, -0.3}; batch norm: one module, case after case.")
    print("inline const std::vector<GoldenNormalization> kGoldenNormalizations = {")
    normalization_case(batch, "batch_norm, train", torch.randn(5, 3) * 2 + 1, torch.randn(5, 3))
    normalization_case(batch, "batch_norm, train", torch.randn(4, 3) * 3 - 1, torch.randn(4, 3))
    batch.eval()
    normalization_case(batch, "batch_norm, evaluate", torch.randn(2, 3), torch.randn(2, 3))
    normalization_case(layer, "layer_norm", torch.randn(4, 3) * 2 + 1, torch.randn(4, 3))
    print("};\n")


print("""#pragma once
// Written by make_layer_golden.py; not to be edited.

#include <map>
#include <string>
#include <vector>

#include "core/options.hpp"

// clang-format off
namespace clino {

struct GoldenLoss {
  std::string name, type;
  Index rows;
  std::map<std::string, OptionValue> options;
  std::vector<double> prediction, target, weight, class_weights;
  double loss;
  std::vector<double> gradient;
};

struct GoldenNormalization {
  std::string name;
  Index rows;
  std::vector<double> x, upstream, y, x_gradient, weight_gradient, bias_gradient;
  std::vector<double> running_mean, running_variance;  ///< afterwards
};
""")
losses()
normalizations()
print("}  // namespace clino\n// clang-format on")
