"""Who is present on this machine. What is absent is named, with what would bring it."""
import shutil
import subprocess
from functools import partial

from harness.contestants import DEBIAN_BLAS, SLEEPING, Clino, Failed, Peer, PEERS

ROOT = PEERS.parents[1]
LIMIT = "limit probe"


def imports(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def build(folder, python, jobs):
    """Builds Clino, the limit probe and those of the peers in C++ whose libraries are found."""
    def cmake(*arguments):
        subprocess.run(["cmake", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    if not (folder / "CMakeCache.txt").exists():
        cmake("-S", ROOT, "-B", folder, "-DCMAKE_BUILD_TYPE=Release")
    cmake("--build", folder, "--target", "clino_app", "limit_probe", "--parallel", jobs)
    torch = subprocess.run([python, "-c", "import torch; print(torch.utils.cmake_prefix_path)"],
                           capture_output=True, text=True).stdout.strip()
    peers = folder / "bench_peers"
    cmake("-S", PEERS, "-B", peers, "-DCMAKE_BUILD_TYPE=Release", f"-DCMAKE_PREFIX_PATH={torch}")
    cmake("--build", peers, "--parallel", jobs)


class Roster:
    """What can be asked to train; `absent` says what cannot."""

    def __init__(self, folder, python, compiled):
        self.program, self.limit = folder / "clino", folder / "bench" / "limit_probe"
        self._python, self._peers = python, folder / "bench_peers"
        self._compiled = compiled and shutil.which("c++") is not None
        self.absent = [f"{name} ({remedy})" for name, there, remedy in [
            ("PyTorch", imports(python, "torch"), "pip install torch, --python"),
            ("scikit-learn", imports(python, "sklearn"), "pip install scikit-learn, --python"),
            ("LibTorch", self._built("libtorch"), "comes with PyTorch, or libtorch-dev"),
            ("dlib", self._built("dlib"), "libdlib-dev, libopenblas-dev"),
            ("FANN", self._built("fann"), "libfann-dev")] if not there]

    def _built(self, name):
        return (self._peers / f"peer_{name}").exists()

    def clino(self, folder, threads):
        return Clino(self.program, folder, threads)

    def pytorch(self, spec, threads, **more):
        return Peer([self._python, PEERS / "pytorch.py"], spec, threads, **more)

    def contestants(self, work, spec, threads):
        """Clino first, then its peers, and the limit probe last."""
        found = [self.clino(spec["data"], threads)]
        for name, make in self._makers(work):
            if any(text.startswith(name) for text in self.absent):
                continue
            try:
                found.append(make(spec, threads))
            except Failed as failure:
                print(f"  {name} cannot do {work.name}: {failure}", flush=True)
        return [*found, Peer([self.limit], spec, threads)]

    def _makers(self, work):
        def program(name, more=()):
            command = [self._peers / f"peer_{name}"]
            return lambda spec, threads, more=more: Peer(command, spec, threads, more=more)
        yield "PyTorch", faster(self.pytorch)
        if self._compiled:
            yield "PyTorch", faster(partial(self.pytorch, name="PyTorch compiled",
                                            variant="compiled"))
        yield "LibTorch", faster(program("libtorch"))
        yield "scikit-learn", partial(Peer, [self._python, PEERS / "scikit_learn.py"])
        yield "dlib", program("dlib", DEBIAN_BLAS)
        if work.name in ("w1", "w2"):
            yield "FANN", program("fann")


def faster(make):
    """With more than one thread: OpenMP's threads that sleep when idle, or those that turn."""
    def choose(spec, threads):
        if threads == 1:
            return make(spec, threads)
        both = [make(spec, threads), make(spec, threads, more=SLEEPING)]
        steps = 100 if spec["batch"] < 200 else 3
        times = [min(peer.run(steps)["seconds"] for _ in range(3)) for peer in both]
        both.pop(times.index(max(times))).close()
        if times[1] < times[0]:
            both[0].note = ", ".join(filter(None, [both[0].note, "OMP_WAIT_POLICY=PASSIVE"]))
        return both[0]
    return choose
