"""What is trained: the configs in bench/configs, with the same data and first weights for everybody.

`prepare` leaves a folder with config.json and weights.safetensors for Clino, and for the others
x.f32 [samples, inputs] (of images x.u8 too), y.f32 (classes too are floats) and weights.f32: w0
[outputs, inputs], b0, w1...
"""
import dataclasses
import gzip
import json
import pathlib

import numpy

CONFIGS = pathlib.Path(__file__).resolve().parents[1] / "configs"


@dataclasses.dataclass
class Work:
    name: str
    title: str
    config: str
    changes: dict = dataclasses.field(default_factory=dict)  # dotted keys of the config
    check_steps: int = 300  # after which losses are compared: before roundings have grown
    wanted: tuple = (None, None)  # with 1 and 2 threads: so many times as fast as the best peer
    unit: str = "samples/s"

    def settings(self):
        """The config, without its comments."""
        lines = (CONFIGS / f"{self.config}.json").read_text().splitlines()
        config = json.loads("\n".join(line.split("//")[0] for line in lines))
        for key, value in self.changes.items():
            *outer, last = key.split(".")
            place = config
            for name in outer:
                place = place[name]
            place[last] = value
        return config


    def per_step(self, spec):
        """What a step is worth in the work's unit."""
        widths = [int(width) for width in spec["layers"].split(",")]
        return {"steps/s": 1, "samples/s": spec["batch"],
                "GFLOP/s": operations(widths, spec["batch"]) / 1e9}[self.unit]


W2_SHAPE = "784-128-64-10 ReLU, batch 64"
W3_SHAPE = "784-[64]x20-10 {}, batch 64"
def operations(layers, batch):
    """Nominal floating-point operations of a step: six for each weight and sample."""
    return 6 * batch * sum(a * b for a, b in zip(layers, layers[1:]))


WORKS = [
    Work("w1", "W1: two spirals, 2-16-16-1 tanh, batch 32", "w1", wanted=(3, None),
         unit="steps/s"),
    Work("w2", f"W2: Fashion-MNIST, {W2_SHAPE}", "w2", wanted=(2.5, 3)),
    Work("w2-adam", f"W2 with Adam: Fashion-MNIST, {W2_SHAPE}", "w2",
         {"optimizer": {"type": "adam", "learning_rate": 0.001}}, wanted=(2.5, 3)),
    Work("w3-relu", "W3: Fashion-MNIST, " + W3_SHAPE.format("ReLU"), "w3", check_steps=30,
         wanted=(2.5, 3.5)),
    Work("w3-tanh", "W3: Fashion-MNIST, " + W3_SHAPE.format("tanh"), "w3",
         {"model.activation": "tanh", "model.init": "xavier_normal"}, wanted=(2.5, 3.5)),
    Work("w3-sigmoid", "W3: Fashion-MNIST, " + W3_SHAPE.format("sigmoid"), "w3",
         {"model.activation": "sigmoid", "model.init": "xavier_normal"}, wanted=(2.5, 3.5)),
    Work("w4", "W4: made up data, 1024-2048-2048-1024 ReLU, batch 256, mean squared error", "w4",
         check_steps=16, wanted=(1.3, 1.6), unit="GFLOP/s"),
]


def spirals(_config):
    """Two interleaved spirals, standardised."""
    samples = 1000
    generator = numpy.random.default_rng(1)
    label = numpy.arange(samples) % 2
    angle = 4 * numpy.pi * numpy.sqrt(generator.uniform(size=samples))
    points = angle[:, None] * numpy.stack([numpy.cos(angle), numpy.sin(angle)], 1)
    points = numpy.where(label[:, None] == 1, -points, points)
    points += 0.3 * generator.standard_normal(points.shape)
    return (points - points.mean(0)) / points.std(0), label[:, None]


def images(config):
    files = config["data"]["train"]
    pixels, labels = (gzip.open(files[name]).read() for name in ("images", "labels"))
    x = numpy.frombuffer(pixels, numpy.uint8, offset=16).reshape(-1, 784)
    return x / numpy.float32(255), numpy.frombuffer(labels, numpy.uint8, offset=8)[:, None]


def numbers(config):
    """Targets that a net can learn: rectified random mixtures of the inputs."""
    samples, features = config["data"]["samples"], config["data"]["features"]
    generator = numpy.random.default_rng(1)
    x = generator.standard_normal((samples, features), numpy.float32)
    mixture = generator.standard_normal((features, features), numpy.float32) / features ** .5
    return x, numpy.maximum(x @ mixture, 0)


SOURCES = {"two_spirals": spirals, "idx": images, "blobs": numbers}


def deviation(init, inputs, outputs):
    return {"he_normal": 2 / inputs, "xavier_normal": 2 / (inputs + outputs)}[init] ** .5


def first_weights(config, layers):
    """As PyTorch draws them ("standard": uniform, up to 1 / sqrt(inputs)), or by the named init."""
    generator = numpy.random.default_rng(2)
    init = config["model"]["init"]
    weights = []
    for inputs, outputs in zip(layers, layers[1:]):
        if init == "standard":
            bound = inputs ** -.5
            w = generator.uniform(-bound, bound, (outputs, inputs))
            b = generator.uniform(-bound, bound, outputs)
        else:
            w = deviation(init, inputs, outputs) * generator.standard_normal((outputs, inputs))
            b = numpy.zeros(outputs)
        weights += [w.astype(numpy.float32), b.astype(numpy.float32)]
    return weights


def write_safetensors(path, weights):
    """Under the names of torch.nn.Sequential, where activations count as layers."""
    header, offset = {}, 0
    for number, tensor in enumerate(weights):
        name = f"{2 * (number // 2)}.{'bias' if number % 2 else 'weight'}"
        header[name] = {"dtype": "F32", "shape": tensor.shape,
                        "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for tensor in weights:
            file.write(tensor.tobytes())


def prepare(work, folder):
    """Writes what all need into the folder, and gives what describes the work to the peers."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    config = work.settings()
    source = config["data"]["source"]
    x, y = (numpy.ascontiguousarray(part, numpy.float32) for part in SOURCES[source](config))
    outputs = 10 if config["loss"] == "softmax_cross_entropy" else y.shape[1]
    layers = [x.shape[1], *config["model"]["hidden"], outputs]
    weights = first_weights(config, layers)
    x.tofile(folder / "x.f32")
    if source == "idx":
        (x * 255).round().astype(numpy.uint8).tofile(folder / "x.u8")
    y.tofile(folder / "y.f32")
    numpy.concatenate([tensor.ravel() for tensor in weights]).tofile(folder / "weights.f32")
    write_safetensors(folder / "weights.safetensors", weights)
    config["model"]["weights"] = str(folder / "weights.safetensors")
    if source != "idx":
        numpy.save(folder / "x.npy", x)
        numpy.save(folder / "y.npy", y if config["loss"] == "mse" else y[:, 0].astype(numpy.int64))
        config["data"] = {"source": "npy", "inputs": str(folder / "x.npy"),
                          "targets": str(folder / "y.npy"), "validation_fraction": 0,
                          "standardize": False}
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    optimizer = config["optimizer"]
    return {"data": str(folder), "layers": ",".join(map(str, layers)), "samples": len(x),
            "activation": config["model"]["activation"], "loss": config["loss"],
            "optimizer": optimizer["type"], "rate": optimizer["learning_rate"],
            "momentum": optimizer.get("momentum", 0), "batch": config["training"]["batch_size"]}
