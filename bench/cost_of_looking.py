#!/usr/bin/env python3
"""What looking costs: the same training with nothing logged, and with every default probe on.

    python3 bench/cost_of_looking.py build/clino [--rounds 9] [--only w2]

W1: 2-16-16-1 tanh, batch 32. W2: Fashion-MNIST, 784-128-64-10 ReLU, batch 64. W3: Fashion-MNIST,
784-[64]x20-10 with ReLU, tanh and sigmoid, batch 64. W2 and W3 need Debian's dataset-fashion-mnist.

The runs of a round follow each other, forwards in one round and backwards in the next; what counts is
the loss of speed within a round: its median and range are printed. Speed is that of the training
loop by the clock, log included, as summary.json has it; where a second processor is free, a thread
writes the log beside it. What all processors did together, start-up left out, is the second figure of
each line. Standard library only.
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import tempfile

CONFIGS = pathlib.Path(__file__).parent / "configs"
DEEP = f"model.hidden={[64] * 20}"
# The init keeps the signal alive, so that no work is saved on zeros.
WORK = {
    "w1": ("W1: 2-16-16-1 tanh, batch 32", "w1", [], 200_000, 5),
    "w2": ("W2: 784-128-64-10 ReLU, batch 64", "w2", [], 6_000, 5),
    "w3-relu": ("W3: 784-[64]x20-10 ReLU, batch 64", "w2",
                [DEEP, "model.init=he_normal", "optimizer.learning_rate=0.001"], 3_000, 41),
    "w3-tanh": ("W3: 784-[64]x20-10 tanh, batch 64", "w2",
                [DEEP, "model.activation=tanh", "model.init=xavier_normal"], 3_000, 41),
    "w3-sigmoid": ("W3: 784-[64]x20-10 sigmoid, batch 64", "w2",
                   [DEEP, "model.activation=sigmoid"], 3_000, 41),
}


def seconds(program, config, overrides, steps, log_every):
    """Of the training loop by the clock, and of all processors for the whole program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, "train", CONFIGS / f"{config}.json", "--quiet", "--overwrite",
                        "--out", folder, "training.epochs=null", f"training.max_steps={steps}",
                        f"log.every={log_every}", *overrides], check=True)
        summary = json.loads((pathlib.Path(folder) / "summary.json").read_text())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return summary["seconds"], cpu


def show(name, clock, cpu, digits):
    middle, low, high = statistics.median(clock), min(clock), max(clock)
    print(f"  {name:44} {middle:7.{digits}f}   {low:.{digits}f} to {high:.{digits}f}"
          f"   ({statistics.median(cpu):.{digits}f})", flush=True)


def measure(program, work, rounds):
    title, config, overrides, steps, layers = WORK[work]
    print(title, flush=True)
    distances = ["null", 10, 1]
    lost = {10: ([], []), 1: ([], [])}
    records = ([], [])
    for number in range(rounds):
        order = distances if number % 2 == 0 else distances[::-1]
        start_up = seconds(program, config, overrides, 1, "null")[1]
        taken = {every: seconds(program, config, overrides, steps, every) for every in order}
        for kind, less in ((0, 0), (1, start_up)):
            without = taken["null"][kind] - less
            for every, losses in lost.items():
                losses[kind].append(100 * (1 - without / (taken[every][kind] - less)))
            records[kind].append(1e6 * (taken[1][kind] - less - without) / (steps * layers))
    for every, losses in lost.items():
        show(f"speed lost, logging at every {every}. step, %", *losses, 1)
    show("a layer's record, all probes, microseconds", *records, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the clino program")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", choices=WORK)
    arguments = parser.parse_args()
    print(f"median and range of {arguments.rounds} rounds (median of processor time)")
    for work in WORK:
        if arguments.only in (None, work):
            measure(arguments.program, work, arguments.rounds)


if __name__ == "__main__":
    main()
