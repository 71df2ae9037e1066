"""A config of Clino's, translated to PyTorch and trained there."""
import copy
import csv
import math
import pathlib

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import lr_scheduler

FOLDER = pathlib.Path(__file__).parent / "parity"

torch.set_default_dtype(torch.float64)


def overridden(config, overrides):
    config = copy.deepcopy(config)
    for path, value in overrides.items():
        *parents, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place = config
        for key in parents:
            place = place[key]
        place[last] = value
    return config


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class OverFeatures(nn.Module):
    """A softmax over the features."""

    def __init__(self, function, temperature=1):
        super().__init__()
        self.function, self.temperature = function, temperature

    def forward(self, x):
        return self.function(x / self.temperature, 1)


class Hardsigmoid(nn.Module):
    """torch.nn.Hardsigmoid as it is documented: in double its slope is 1/6 rounded to float."""

    def forward(self, x):
        return F.relu6(x + 3) / 6


ACTIVATIONS = {
    "identity": nn.Identity, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "relu": nn.ReLU,
    "leaky_relu": lambda slope=0.01: nn.LeakyReLU(slope), "prelu": nn.PReLU, "relu6": nn.ReLU6,
    "elu": nn.ELU, "selu": nn.SELU, "celu": nn.CELU, "gelu": nn.GELU, "silu": nn.SiLU,
    "mish": nn.Mish, "softplus": nn.Softplus, "softsign": nn.Softsign,
    "hard_sigmoid": Hardsigmoid, "hard_tanh": nn.Hardtanh, "hard_swish": nn.Hardswish,
    "softmax": lambda **options: OverFeatures(torch.softmax, **options),
    "log_softmax": lambda **options: OverFeatures(torch.log_softmax, **options)}


def make_layer(layer, width):
    """The module, and how many numbers it gives for each sample."""
    options = {key: value for key, value in layer.items() if key != "type"}
    kind, eps = layer["type"], layer.get("epsilon", 1e-5)
    if kind == "dense":
        return nn.Linear(width, layer["units"], layer.get("bias", True)), layer["units"]
    if kind == "batch_norm":
        return nn.BatchNorm1d(width, eps, options.get("momentum", 0.1)), width
    if kind == "layer_norm":
        return nn.LayerNorm(width, eps), width
    if kind == "residual":
        return make_net(Residual, layer["layers"], width), width
    return ACTIVATIONS[kind](**options), width


def make_net(container, layers, width):
    modules = []
    for layer in layers:
        module, width = make_layer(layer, width)
        modules.append(module)
    return container(*modules)


def make_loss(choice, targets):
    options = choice if isinstance(choice, dict) else {"type": choice}
    kind, weights = options["type"], options.get("class_weights")
    if weights == "balanced":
        counts = torch.bincount(targets)
        weights = (len(targets) / (len(counts) * counts)).tolist()
    weights = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    if kind == "softmax_cross_entropy":
        return lambda x, y: F.cross_entropy(x / options.get("temperature", 1), y, weights,
                                            label_smoothing=options.get("label_smoothing", 0.0))
    if kind == "binary_cross_entropy":
        # Class weights divide by their sum, as those of cross_entropy do.
        w = torch.ones(2) if weights is None else weights
        return lambda x, y: F.binary_cross_entropy_with_logits(
            x[:, 0], y.double(), w[y], reduction="sum") / w[y].sum()
    return {"mse": nn.MSELoss(), "mae": nn.L1Loss(),
            "huber": nn.HuberLoss(delta=options.get("delta", 1))}[kind]


def make_optimizer(options, parameters):
    renamed = {"learning_rate": "lr", "epsilon": "eps", "rho": "alpha"}
    arguments = {renamed.get(key, key): value for key, value in options.items()
                 if key not in ("type", "schedule", "beta1", "beta2")}
    if "beta1" in options:
        arguments["betas"] = options["beta1"], options["beta2"]
    kind = {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam",
            "adamw": "AdamW"}[options["type"]]
    return getattr(torch.optim, kind)(parameters, **arguments)


def make_schedule(optimizer, options, steps):
    """The scheduler, and whether it is stepped at every step rather than every epoch."""
    rate = optimizer.defaults["lr"]
    arguments = {key: value for key, value in options.items() if key != "type"}
    kind = options["type"]
    if kind == "step":
        return lr_scheduler.StepLR(optimizer, **arguments), False
    if kind == "exponential":
        return lr_scheduler.ExponentialLR(optimizer, **arguments), False
    if kind == "reduce_on_plateau":
        return lr_scheduler.ReduceLROnPlateau(optimizer, **arguments), False
    if kind == "cosine":
        return lr_scheduler.CosineAnnealingLR(optimizer, steps, options["minimum"]), True
    if kind == "one_cycle":
        arguments["cycle_momentum"] = False
        return lr_scheduler.OneCycleLR(optimizer, rate, steps, **arguments), True
    warmup = options.get("warmup_steps", 0)
    return lr_scheduler.LambdaLR(optimizer, lambda k: min(1, (k + 1) / max(1, warmup))), True


def read_data(config):
    with open(FOLDER / config["data"]["path"], newline="") as file:
        rows = [[float(cell) for cell in row] for row in list(csv.reader(file))[1:]]
    table = torch.tensor(rows)
    if config["data"]["target"] != "target":
        return table[:, :3], table[:, 3:]
    return table[:, :3], table[:, 3].long()


def outputs_of(config, targets):
    kind = config["loss"] if isinstance(config["loss"], str) else config["loss"]["type"]
    if kind == "softmax_cross_entropy":
        return int(targets.max()) + 1
    return 1 if kind == "binary_cross_entropy" else targets.shape[1]


class Training:
    """100 steps of a config. `log` holds a list of what each step gave."""

    def __init__(self, config):
        self.config = config
        self.x, self.y = read_data(config)
        torch.manual_seed(20260301)
        output = {"type": "dense", "units": outputs_of(config, self.y)}
        self.net = make_net(nn.Sequential, config["model"]["layers"] + [output], self.x.shape[1])
        self.layers = [module for name, module in self.net.named_modules() if name]
        self.weights = [module._parameters["weight"] for module in self.layers
                        if module._parameters.get("weight") is not None]
        self.log = {name: [] for name in
                    ("loss", "learning_rate", "grad_norm", "delta_norm", "weight_grad_norm")}

    def run(self):
        self.watch_outputs()
        settings = self.config["training"]
        loss_of = make_loss(self.config["loss"], self.y)
        optimizer = make_optimizer(self.config["optimizer"], self.net.parameters())
        schedule, every_step = make_schedule(
            optimizer, self.config["optimizer"].get("schedule", {"type": "constant"}),
            settings["max_steps"])
        size = settings["batch_size"]
        batches = math.ceil(len(self.y) / size)
        epoch_loss = 0
        for step in range(settings["max_steps"]):
            rows = slice(step % batches * size, (step % batches + 1) * size)
            optimizer.zero_grad()
            loss = loss_of(self.net(self.x[rows]), self.y[rows])
            loss.backward()
            self.record(loss.item(), schedule.get_last_lr()[0])
            self.clip(settings)
            optimizer.step()
            epoch_loss += loss.item() * len(self.y[rows]) / len(self.y)
            if every_step:
                schedule.step()
            elif (step + 1) % batches == 0:
                plateau = isinstance(schedule, lr_scheduler.ReduceLROnPlateau)
                schedule.step(epoch_loss) if plateau else schedule.step()
                epoch_loss = 0

    def watch_outputs(self):
        self.outputs = {}

        def keep(module, _, output):
            output.retain_grad()
            self.outputs[module] = output
        for module in self.layers:
            module.register_forward_hook(keep)

    def record(self, loss, learning_rate):
        gradients = torch.cat([p.grad.flatten() for p in self.net.parameters()])
        self.log["loss"].append(loss)
        self.log["learning_rate"].append(learning_rate)
        self.log["grad_norm"].append(gradients.norm().item())
        self.log["delta_norm"].append([self.outputs[m].grad.norm().item() for m in self.layers])
        self.log["weight_grad_norm"].append([w.grad.norm().item() for w in self.weights])

    def clip(self, settings):
        if "clip_norm" in settings:
            nn.utils.clip_grad_norm_(self.net.parameters(), settings["clip_norm"])
        if "clip_value" in settings:
            nn.utils.clip_grad_value_(self.net.parameters(), settings["clip_value"])
