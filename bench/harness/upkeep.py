"""Memory of W2, and what a tiny run spends outside of training."""
import pathlib
import subprocess
import sys
import tempfile
import time

from harness.contestants import environment

WATCH = [sys.executable, str(pathlib.Path(__file__).with_name("peak_memory.py"))]


def peak(command, orders=""):
    """MiB."""
    ran = subprocess.run([*WATCH, *map(str, command)], check=True, text=True, input=orders,
                         capture_output=True, env=environment(1))
    return float(ran.stdout)


def clino_memory(clino, steps):
    with tempfile.TemporaryDirectory() as out:
        return peak(clino.command(out, steps))


def peer_command(command, spec, variant):
    return [*command, *(f"{key}={value}" for key, value in spec.items()), "threads=1",
            f"variant={variant}"]


def peer_memory(command, spec, steps, variant):
    return peak(peer_command(command, spec, variant), f"{steps} 0\n")


def start_up(clino, runs):
    """Milliseconds of a run of one step outside of its training loop."""
    answers = [clino.run(1) for _ in range(runs)]
    return [1e3 * (answer["wall"] - answer["seconds"]) for answer in answers]


def peer_start_up(command, spec, runs, variant):
    """One step being too short to tell."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(peer_command(command, spec, variant), check=True, text=True, input="1 0\n",
                       stdout=subprocess.DEVNULL, env=environment(1))
        times.append(1e3 * (time.perf_counter() - start))
    return times
