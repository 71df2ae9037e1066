"""What the peers in Python have in common; driver.hpp has the same for those in C++.

A peer is a program that gets what it is to train as key=value arguments (harness/works.py), says in a
line of JSON who it is ({"name", "version", "note"}), and then answers each line "STEPS CHECK" of its
input: it trains so many steps, from the first weights on, and says {"steps", "seconds", "loss"}.
Where CHECK is 1 it takes the samples in the file's order, and the loss is that of all samples
afterwards: the same for everybody who does the same work. Else it shuffles, and the loss is null.
Seconds are those of the training loop alone, the order and the gathering of the samples included.
"""
import json
import pathlib
import sys

import numpy


class Spec:
    def __init__(self, arguments):
        text = dict(argument.split("=", 1) for argument in arguments)
        self.layers = [int(width) for width in text["layers"].split(",")]
        self.activation, self.loss = text["activation"], text["loss"]
        self.optimizer = text["optimizer"]
        self.rate, self.momentum = float(text["rate"]), float(text["momentum"])
        self.batch, self.threads = int(text["batch"]), int(text["threads"])
        self.samples = int(text["samples"])
        self.variant = text.get("variant")
        self._folder = pathlib.Path(text["data"])

    def inputs(self):
        return self._read("x").reshape(self.samples, -1)

    def pixels(self):
        """The inputs as bytes, where they are images."""
        return numpy.memmap(self._folder / "x.u8", numpy.uint8, "c").reshape(self.samples, -1)

    def targets(self):
        return self._read("y").reshape(self.samples, -1)

    def weights(self):
        """w0 [outputs, inputs], b0, w1, ..."""
        flat, tensors = self._read("weights"), []
        for inputs, outputs in zip(self.layers, self.layers[1:]):
            for shape in ((outputs, inputs), (outputs,)):
                size = int(numpy.prod(shape))
                tensors.append(flat[:size].reshape(shape))
                flat = flat[size:]
        return tensors

    def _read(self, name):
        """Of pages that all peers share; nobody writes there."""
        return numpy.memmap(self._folder / f"{name}.f32", numpy.float32, "c")


def say(**answer):
    print(json.dumps(answer), flush=True)


def serve(train, **who):
    """`train(steps, check)` gives seconds and loss."""
    say(**who)
    for line in sys.stdin:
        steps, check = map(int, line.split())
        seconds, loss = train(steps, check == 1)
        say(steps=steps, seconds=seconds, loss=loss)
