"""Who trains: Clino's program, and peers that wait for orders (peers/worker.py)."""
import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import time

PEERS = pathlib.Path(__file__).resolve().parents[1] / "peers"
# Debian's OpenBLAS takes a new processor for its oldest kind; others know better.
DEBIAN_BLAS = {"OPENBLAS_CORETYPE": "SkylakeX"}
# Idle threads of OpenMP that sleep instead of turning: better for PyTorch at times, at times not.
SLEEPING = {"OMP_WAIT_POLICY": "PASSIVE"}


class Failed(Exception):
    pass


def environment(threads, more=()):
    plain = {key: value for key, value in os.environ.items()
             if not key.startswith(("OMP_", "OPENBLAS_", "MKL_", "GOTO_"))}
    return {**plain, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads),
            "MKL_NUM_THREADS": str(threads), **dict(more)}


def run_and_wait(command, **options):
    """What the process used, as the system counted it."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: exit code {process.returncode}")
    return usage


class Clino:
    """A run is a process; its seconds are those of the training loop, from summary.json. With
    `threads` None it takes as many as it likes."""

    def __init__(self, program, folder, threads):
        self.name, self.note = "Clino", ""
        self._program = str(program)
        self._config = str(pathlib.Path(folder) / "config.json")
        self._options = ["--quiet", *(["--threads", str(threads)] if threads else [])]
        self.version = subprocess.run([self._program, "--version"], check=True, text=True,
                                      capture_output=True).stdout.strip().removeprefix("clino ")

    def command(self, out, steps, changes=()):
        return [self._program, *self._options, "train", self._config, "--overwrite", "--out", out,
                "training.epochs=null", f"training.max_steps={steps}", *changes]

    def run(self, steps, check=False, changes=()):
        """As a peer answers; and the seconds of the process by the clock and by the processor."""
        order = ["training.shuffle=false"] if check else []
        with tempfile.TemporaryDirectory() as out:
            start = time.perf_counter()
            usage = run_and_wait(self.command(out, steps, [*order, *changes]))
            wall = time.perf_counter() - start
            summary = json.loads((pathlib.Path(out) / "summary.json").read_text())
            return {"steps": summary["steps"], "seconds": summary["seconds"], "wall": wall,
                    "processor_seconds": usage.ru_utime + usage.ru_stime,
                    "loss": self._whole_loss(out) if check else None}

    def _whole_loss(self, run):
        text = subprocess.run([self._program, "evaluate", run, "--json", "--data", self._config],
                              check=True, text=True, capture_output=True).stdout
        return json.loads(text)["data"]["loss"]

    def close(self):
        pass


class Peer:
    """A program that trains on demand."""

    def __init__(self, command, spec, threads, name=None, more=(), variant=None):
        arguments = [f"{key}={value}" for key, value in spec.items()]
        arguments += [f"threads={threads}"] + ([f"variant={variant}"] if variant else [])
        self._process = subprocess.Popen([*map(str, command), *arguments], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         env=environment(threads, more))
        who = self._answer()
        self.name, self.version, self.note = name or who["name"], who["version"], who["note"]

    def _answer(self):
        line = self._process.stdout.readline()
        if not line:
            raise Failed(f"it ended with exit code {self._process.wait()}")
        return json.loads(line)

    def run(self, steps, check=False):
        with contextlib.suppress(BrokenPipeError):  # no answer will say so
            self._process.stdin.write(f"{steps} {int(check)}\n")
            self._process.stdin.flush()
        return self._answer()

    def close(self):
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()
