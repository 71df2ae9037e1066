"""Time of a step against width, depth and batch: Clino, PyTorch, and what products alone would take."""
import tempfile

from harness.contestants import Failed
from harness.measure import speed, steps_for
from harness.works import Work, prepare

AXES = {"width": ("784-w-w-10 ReLU, batch 64", [2 ** k for k in range(4, 13)]),
        "depth": ("784-[64]xd-10 ReLU, batch 64", [1, 2, 5, 10, 20, 50, 100]),
        "batch": ("784-128-64-10 ReLU", [4 ** k for k in range(7)])}


def work_at(axis, value):
    hidden = {"width": [value, value], "depth": [64] * value, "batch": [128, 64]}[axis]
    return Work(f"{axis} {value}", "", "w2", {
        "model.hidden": hidden, "model.init": "he_normal", "optimizer.learning_rate": 1e-4,
        "training.batch_size": value if axis == "batch" else 64})


def products(spec):
    """Operations of the products that a step needs: nobody needs the gradient of the input."""
    layers = [int(width) for width in spec["layers"].split(",")]
    pairs = [a * b for a, b in zip(layers, layers[1:])]
    return 2 * spec["batch"] * (3 * sum(pairs) - pairs[0])


def fastest_step(contestant, seconds):
    steps = steps_for(contestant, seconds, 3)
    return 1 / max(speed(contestant.run(steps)) for _ in range(3))


def sweep(roster, threads, rate, seconds):
    """Seconds of a step along each axis, products taking what they would at `rate` GFLOP/s."""
    found = {}
    for axis, (_, values) in AXES.items():
        found[axis] = []
        for value in values:
            with tempfile.TemporaryDirectory() as folder:
                spec = prepare(work_at(axis, value), folder)
                clino = fastest_step(roster.clino(folder, threads), seconds)
                pytorch = None
                try:
                    peer = roster.pytorch(spec, threads)
                    pytorch = fastest_step(peer, seconds)
                    peer.close()
                except Failed:
                    pass
            roof = products(spec) / (1e9 * rate)
            found[axis].append({"value": value, "Clino": clino, "PyTorch": pytorch, "products": roof})
            print(f"  {axis} {value}: {1e6 * clino:.4g} us, PyTorch "
                  f"{1e6 * pytorch if pytorch else float('nan'):.4g}, products {1e6 * roof:.4g}",
                  flush=True)
    return found
