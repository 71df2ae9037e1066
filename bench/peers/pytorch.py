"""PyTorch, eager or compiled, with whichever of its optimisers and ways to batch is the fastest.

Subnormals are flushed to zero. `variant=compiled` compiles the net with its loss; it needs a C++
compiler. `variant=plain` does not look for what is fastest, nor does `variant=bytes`, which keeps
images in bytes to save memory and scales them batch by batch.
"""
import itertools
import sys
import time

from worker import Spec, serve

import torch
from torch import nn

ACTIVATIONS = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
LOSSES = {"softmax_cross_entropy": nn.CrossEntropyLoss, "binary_cross_entropy": nn.BCEWithLogitsLoss,
          "mse": nn.MSELoss}
IMPLEMENTATIONS = {"foreach": {"foreach": True}, "fused": {"fused": True},
                   "for-loop": {"foreach": False}}


class Training:
    def __init__(self, spec):
        self.spec = spec
        self.in_bytes = spec.variant == "bytes"
        self.x = torch.from_numpy(spec.pixels() if self.in_bytes else spec.inputs())
        self.y = torch.from_numpy(spec.targets())
        if spec.loss == "softmax_cross_entropy":
            self.y = self.y[:, 0].to(torch.int64)
        self.first = [torch.from_numpy(tensor) for tensor in spec.weights()]
        layers = []
        for inputs, outputs in zip(spec.layers, spec.layers[1:]):
            layers += [nn.Linear(inputs, outputs), ACTIVATIONS[spec.activation]()]
        self.net = nn.Sequential(*layers[:-1])
        loss = LOSSES[spec.loss]()
        self.loss_of = lambda x, y: loss(self.net(x), y)
        if spec.variant == "compiled":
            self.loss_of = torch.compile(self.loss_of)
        self.implementation, self.whole_epochs = "foreach", False

    def batches(self, shuffle):
        """Forever: of rows chosen batch by batch, or of all rows reordered at once."""
        count, size = len(self.x), self.spec.batch
        while True:
            order = (torch.randperm if shuffle else torch.arange)(count)
            if self.whole_epochs:
                x, y = self.x[order], self.y[order]
            for first in range(0, count, size):
                part = slice(first, first + size)
                if self.whole_epochs:
                    yield x[part], y[part]
                else:
                    rows = order[part]
                    x = self.x[rows]
                    yield x / 255 if self.in_bytes else x, self.y[rows]

    def optimizer(self):
        parameters, how = self.net.parameters(), IMPLEMENTATIONS[self.implementation]
        if self.spec.optimizer == "adam":
            return torch.optim.Adam(parameters, lr=self.spec.rate, **how)
        return torch.optim.SGD(parameters, lr=self.spec.rate, momentum=self.spec.momentum, **how)

    def run(self, steps, check):
        with torch.no_grad():
            for parameter, first in zip(self.net.parameters(), self.first):
                parameter.copy_(first)
        optimizer = self.optimizer()
        start = time.perf_counter()
        for x, y in itertools.islice(self.batches(not check), steps):
            optimizer.zero_grad()
            self.loss_of(x, y).backward()
            optimizer.step()
        seconds = time.perf_counter() - start
        return seconds, self.whole_loss() if check else None

    def whole_loss(self):
        with torch.no_grad():
            return self.loss_of(self.x / 255 if self.in_bytes else self.x, self.y).item()

    def choose(self):
        """Takes the fastest implementation and way to batch, and says which."""
        def speed(variant, steps):
            self.implementation, self.whole_epochs = variant
            return steps / min(self.run(steps, False)[0] for _ in range(2))
        variants = list(itertools.product(IMPLEMENTATIONS, [False, True]))
        self.run(3, False)  # warms up, compiles
        steps = max(3, int(0.2 * speed(variants[0], 3)))
        best = max(variants, key=lambda variant: speed(variant, steps))
        self.implementation, self.whole_epochs = best
        return f"{best[0]}, gathers {'an epoch' if best[1] else 'a batch'}"


def main():
    spec = Spec(sys.argv[1:])
    torch.set_num_threads(spec.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    training = Training(spec)
    note = training.choose() if spec.variant in (None, "compiled") else spec.variant
    serve(training.run, name="PyTorch", version=torch.__version__, note=note)


if __name__ == "__main__":
    main()
