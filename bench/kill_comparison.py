#!/usr/bin/env python3
"""kill_comparison.py CLINO [--kills N]: kills a comparison with SIGKILL at random moments (seeded),
starts it again each time, and compares what it comes to with one that was never killed."""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile
import time

CONFIG = pathlib.Path(__file__).parent.parent / "configs" / "compare_activations.json"


def result(directory):
    comparison = json.loads((directory / "comparison.json").read_text())
    del comparison["times"]
    return json.dumps(comparison)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clino")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    moment = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)

        def command(name):
            return [arguments.clino, "compare", str(CONFIG), "--seeds", "10", "--quiet", "--tune",
                    "optimizer.learning_rate=0.03,0.1", "--tune-seeds", "2", "--out",
                    str(folder / name), "checkpoint.every_seconds=0.01"]

        start = time.monotonic()
        subprocess.run(command("whole"), check=True)
        whole = time.monotonic() - start
        killed = finished = 0
        while killed < arguments.kills:
            process = subprocess.Popen(command("parts"))
            try:
                process.wait(moment.uniform(0, 2 * whole / arguments.kills))
                finished += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
        subprocess.run(command("parts"), check=True)
        same = result(folder / "whole") == result(folder / "parts")
        print(f"{whole:.1f} s without a kill; {killed} kills, {finished} starts that came to an end "
              f"between them; the same comparison.json, times apart: {same}")
        return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
