#!/usr/bin/env python3
"""Writes golden/*.safetensors from PyTorch and safetensors (made with torch 2.13).

torch_model: a torch.nn.Sequential's state; torch_types: one tensor of each type that Clino reads.
With the argument `check FILE` it loads a file of Clino's into the same Sequential instead.
"""

import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

GOLDEN = pathlib.Path(__file__).parent / "golden"


def model():
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3), torch.nn.Tanh(),
                              torch.nn.Linear(3, 1), torch.nn.Linear(1, 2))
    # Numbers that tell their place: tensor number t holds t + 0.25 k in row-major order.
    for t, tensor in enumerate(net.state_dict().values()):
        if tensor.dtype == torch.int64:
            tensor.fill_(7)
        else:
            tensor.copy_(t + 0.25 * torch.arange(tensor.numel()).reshape(tensor.shape))
    return net


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "check":
        net = model()
        net.load_state_dict(load_file(sys.argv[2]))
        print("loaded:", {name: value.tolist() for name, value in net.state_dict().items()})
        return
    GOLDEN.mkdir(exist_ok=True)
    save_file(model().state_dict(), GOLDEN / "torch_model.safetensors")
    values = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 2.0**-24, 2.0**-14, float("inf"),
                           float("-inf"), float("nan"), 1 / 3])
    tensors = {"f16": values.to(torch.float16), "bf16": values.to(torch.bfloat16),
               "f32": values, "f64": values.to(torch.float64),
               "i64": torch.tensor([0, 1, -1, 2**40]), "scalar": torch.tensor(2.5),
               "empty": torch.zeros(0, 3)}
    save_file(tensors, GOLDEN / "torch_types.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
