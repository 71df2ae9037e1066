#!/usr/bin/env python3
"""Clino beside PyTorch eager: the same work on the same machine in one run, one thread, float32.

    python3 bench/compare_pytorch.py build/clino [--rounds 7] [--only w1]

W1: 2-16-16-1 tanh, batch 32, 1000 points, SGD with momentum, binary cross-entropy.
W2: Fashion-MNIST, 784-128-64-10 ReLU, batch 64, SGD with momentum, cross-entropy.
Needs PyTorch and numpy, and for W2 Debian's dataset-fashion-mnist.

Both train in turns, round after round, and what counts is the ratio within a round; its median and
range are printed. Figures are those of the training loop alone: Clino's from summary.json, with the
loss, accuracy and gradient norm that it computes at every step; PyTorch's with nothing beside the
training. Data, initialisation (U(+-1/sqrt(fan_in))), shuffling, loss, optimiser and rates are the
same. PyTorch trains on tensors made beforehand, with subnormals flushed to zero, and with whichever
of its SGD implementations and ways to batch is the fastest here.

What the gradient log costs is the difference of two runs' CPU time, which other work on the machine
disturbs less than the clock's.
"""
import argparse
import gzip
import itertools
import json
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

# A setting for Debian's OpenBLAS, which is not PyTorch's; and threads from the start.
os.environ.pop("OPENBLAS_CORETYPE", None)
os.environ["OMP_NUM_THREADS"] = "1"

import numpy
import torch
from torch import nn

CONFIGS = pathlib.Path(__file__).parent / "configs"


# The work.

def spirals(folder):
    """Two interleaved spirals, standardised, in a file for both."""
    samples = 1000
    generator = numpy.random.default_rng(1)
    label = numpy.arange(samples) % 2
    angle = 4 * numpy.pi * numpy.sqrt(generator.uniform(size=samples))
    points = angle[:, None] * numpy.stack([numpy.cos(angle), numpy.sin(angle)], 1)
    points = numpy.where(label[:, None] == 1, -points, points)
    points += 0.3 * generator.standard_normal(points.shape)
    points = ((points - points.mean(0)) / points.std(0)).astype(numpy.float32)
    file = pathlib.Path(folder) / "spirals.csv"
    lines = [f"{x:.9g},{y:.9g},{k}" for (x, y), k in zip(points, label)]
    file.write_text("\n".join(["x,y,label", *lines]) + "\n")
    data = {"source": "csv", "path": str(file), "validation_fraction": 0, "standardize": False}
    target = torch.tensor(label, dtype=torch.float32)[:, None]
    return [f"data={json.dumps(data)}"], torch.from_numpy(points), target


def fashion_mnist(_folder):
    files = settings("w2")["data"]["train"]
    images, labels = (gzip.open(files[name]).read() for name in ("images", "labels"))
    x = numpy.frombuffer(images, numpy.uint8, offset=16).reshape(-1, 784)
    y = numpy.frombuffer(labels, numpy.uint8, offset=8)
    return [], torch.from_numpy(x / numpy.float32(255)), torch.from_numpy(y.astype(numpy.int64))


def settings(work):
    """The config, without its comments."""
    lines = (CONFIGS / f"{work}.json").read_text().splitlines()
    return json.loads("\n".join(line.split("//")[0] for line in lines))


def small_net():
    return nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(),
                         nn.Linear(16, 1))


def image_net():
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(),
                         nn.Linear(64, 10))


WORK = {"w1": (spirals, small_net, nn.BCEWithLogitsLoss()),
        "w2": (fashion_mnist, image_net, nn.CrossEntropyLoss())}


# PyTorch's side.

SGD = {"foreach": {"foreach": True}, "fused": {"fused": True}, "single": {"foreach": False}}


class TorchTraining:
    def __init__(self, work, x, y):
        _, self.make_net, self.loss = WORK[work]
        self.x, self.y = x, y
        config = settings(work)
        self.batch = config["training"]["batch_size"]
        self.rates = {"lr": config["optimizer"]["learning_rate"],
                      "momentum": config["optimizer"]["momentum"]}

    def epochs(self, split):
        """Batches, forever: of rows chosen batch by batch, or of all rows reordered at once."""
        while True:
            order = torch.randperm(len(self.x))
            if split:
                yield from zip(self.x[order].split(self.batch), self.y[order].split(self.batch))
            else:
                for rows in order.split(self.batch):
                    yield self.x[rows], self.y[rows]

    def steps_per_second(self, steps):
        torch.manual_seed(1)
        sgd, split = self.variant
        net = self.make_net()
        optimizer = torch.optim.SGD(net.parameters(), **self.rates, **SGD[sgd])
        loss_of = self.loss
        start = time.perf_counter()
        for x, y in itertools.islice(self.epochs(split), steps):
            optimizer.zero_grad()
            loss_of(net(x), y).backward()
            optimizer.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            self.last_loss = loss_of(net(self.x), self.y).item()
        return steps / seconds

    def variant_text(self):
        return f"{self.variant[0]}, {'gather an epoch' if self.variant[1] else 'gather a batch'}"

    def choose_variant(self, steps):
        def speed(variant):
            self.variant = variant
            return max(self.steps_per_second(steps) for _ in range(2))
        variants = list(itertools.product(SGD, (False, True)))
        speed(variants[0])  # warms up
        self.variant = max(variants, key=speed)


# Clino's side.

class ClinoTraining:
    def __init__(self, program, work, overrides):
        self.command = [program, "train", CONFIGS / f"{work}.json", "--quiet", "--overwrite",
                        "--threads", "1", *overrides]

    def run(self, steps, log_every="null"):
        """Leaves `last_loss`, `steps_per_second` and, start-up included, `cpu_seconds`."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([*self.command, "--out", folder, f"training.max_steps={steps}",
                            f"log.every={log_every}"], check=True)
            summary = json.loads((pathlib.Path(folder) / "summary.json").read_text())
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.last_loss = summary["final"]["train"]["loss"]
        self.steps_per_second = summary["steps"] / summary["seconds"]

    def cpu(self, steps, log_every="null"):
        """CPU seconds of that many steps: of a run less those of a run of one step."""
        self.run(1)
        start_up = self.cpu_seconds
        self.run(steps, log_every)
        return self.cpu_seconds - start_up


# Measuring.

def report(name, values, digits=0):
    middle, low, high = statistics.median(values), min(values), max(values)
    extremes = f"{low:,.{digits}f} to {high:,.{digits}f}"
    print(f"  {name:48} {middle:10,.{digits}f}   {extremes}", flush=True)


def compare(ours, theirs, rounds, our_steps, their_steps):
    theirs.choose_variant(their_steps // 4)
    our_speeds, their_speeds = [], []
    for _ in range(rounds):
        ours.run(our_steps)
        our_speeds.append(ours.steps_per_second)
        their_speeds.append(theirs.steps_per_second(their_steps))
    report("Clino, steps/s", our_speeds)
    report(f"PyTorch ({theirs.variant_text()}), steps/s", their_speeds)
    report("ratio", [a / b for a, b in zip(our_speeds, their_speeds)], 2)
    ours.run(their_steps)  # do both learn alike?
    print(f"  loss after {their_steps} steps: {ours.last_loss:.3g}, PyTorch {theirs.last_loss:.3g}")


def log_cost(ours, rounds, steps, every):
    layers = 5
    lost, record = [], []
    for _ in range(rounds):
        without = ours.cpu(steps)
        cost = ours.cpu(steps, every) - without
        lost.append(100 * cost / (without + cost))
        record.append(1e6 * cost / (steps / every * layers))
    report(f"speed lost with log.every = {every}, %", lost, 1)
    report("one layer's record, microseconds", record, 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", help="the clino program")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", choices=WORK)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    print(f"PyTorch {torch.__version__}; median and range of {arguments.rounds} rounds")
    # Steps for Clino, for PyTorch, and with the log, to take about a second each.
    plan = {"w1": ("W1: 2-16-16-1 tanh, batch 32", 200_000, 3_000, 100_000, 1),
            "w2": ("W2: Fashion-MNIST, 784-128-64-10 ReLU, batch 64", 3_000, 1_000, 8_000, 10)}
    for work, (title, our_steps, their_steps, log_steps, every) in plan.items():
        if arguments.only not in (None, work):
            continue
        print(title)
        with tempfile.TemporaryDirectory() as folder:
            overrides, x, y = WORK[work][0](folder)
            ours = ClinoTraining(arguments.program, work, overrides)
            compare(ours, TorchTraining(work, x, y), arguments.rounds, our_steps, their_steps)
            log_cost(ours, arguments.rounds, log_steps, every)


if __name__ == "__main__":
    main()
