#!/usr/bin/env python3
"""Writes parity/: trainings in PyTorch, in double, for parity_test.cpp (made with torch 2.13).

    python3 tests/train/make_parity_golden.py            writes everything but base.json
    python3 tests/train/make_parity_golden.py --check build/clino

A case is base.json with the overrides of its line in cases.txt, which Clino reads as they are and
`Training` below translates to PyTorch. For 100 steps golden.safetensors holds, under the case's
name: loss, learning_rate and grad_norm (before clipping) [steps], delta_norm (|dL/d output|)
[steps, layers], weight_grad_norm [steps, layers with a weight], and the last weights. First weights
are one file for each architecture.

With --check the program trains every case, and PyTorch loads the model.safetensors it wrote, with
load_state_dict as it is, and compares.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import safetensors.torch
import torch
from parity_cases import all_cases
from parity_torch import FOLDER, Training, overridden

SAMPLES = 22  # with batches of 8 the last one is smaller


def write_data():
    generator = torch.Generator().manual_seed(7)
    x = 2 * torch.randn(SAMPLES, 3, generator=generator)
    score = x @ torch.randn(3, 3, generator=generator)
    score += torch.randn(SAMPLES, 3, generator=generator)
    for name, columns, target in (("classes", "target", score.argmax(1)),
                                  ("binary", "target", (score[:, 0] > 0).long()),
                                  ("numbers", "u,v", score[:, :2].sin())):
        lines = [f"a,b,c,{columns}"]
        for features, value in zip(x.tolist(), target.reshape(SAMPLES, -1).tolist()):
            lines.append(",".join(repr(number) for number in features + value))
        (FOLDER / f"{name}.csv").write_text("\n".join(lines) + "\n")


def save(tensors, name):
    (FOLDER / name).write_bytes(safetensors.torch.save(tensors))


def override(path, value):
    """As an argument of the program. No blank may be in it: blanks separate them in cases.txt."""
    return f"{path}={value if isinstance(value, str) else json.dumps(value, separators=(',', ':'))}"


def write():
    write_data()
    base = json.loads((FOLDER / "base.json").read_text())
    lines, golden = [], {}
    for name, overrides in all_cases():
        training = Training(overridden(base, overrides))
        save(training.net.state_dict(), training.config["model"]["weights"])
        training.run()
        losses, rates = training.log["loss"], training.log["learning_rate"]
        assert losses[-1] < losses[0], (name, losses)
        assert (len(set(rates)) > 1) == name.startswith("schedule"), (name, rates)
        golden |= {f"{name}/{key}": torch.tensor(value) for key, value in training.log.items()}
        golden |= {f"{name}/{key}": value for key, value in training.net.state_dict().items()}
        lines.append(" ".join([name, *(override(*item) for item in overrides.items())]))
        print(f"{name:26} loss {losses[0]:.4f} -> {losses[-1]:.4f}")
    (FOLDER / "cases.txt").write_text("\n".join(lines) + "\n")
    save(golden, "golden.safetensors")


def check(clino):
    base = json.loads((FOLDER / "base.json").read_text())
    golden = safetensors.torch.load_file(FOLDER / "golden.safetensors")
    lines = (FOLDER / "cases.txt").read_text().splitlines()
    for (name, overrides), line in zip(all_cases(), lines, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([clino, "train", FOLDER / "base.json", *line.split()[1:], "--quiet",
                            "--overwrite", "--out", folder], check=True)
            weights = safetensors.torch.load_file(pathlib.Path(folder) / "model.safetensors")
        net = Training(overridden(base, overrides)).net
        net.load_state_dict(weights)
        for key, value in net.state_dict().items():
            torch.testing.assert_close(value, golden[f"{name}/{key}"], rtol=1e-9, atol=1e-12)
    print(f"{len(lines)} nets of {clino} loaded into torch.nn.Sequential, all weights agree")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", metavar="CLINO")
    arguments = parser.parse_args()
    check(arguments.check) if arguments.check else write()
