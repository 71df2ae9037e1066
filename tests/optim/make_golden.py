#!/usr/bin/env python3
"""Writes optimizers.golden and schedules.golden beside this file from PyTorch (made with 2.13).

Format: a line `case NAME option=value ...`, then lines of numbers. Both are read by tests/golden.hpp.
"""

import pathlib

import torch

HERE = pathlib.Path(__file__).parent
WEIGHTS = [1.0, -0.5, 0.25, 3.0, -2.0]
STEPS = 20
KEPT = [1, 2, 5, 20]  # the weights after so many steps are written

OPTIMIZERS = [
    ("sgd", torch.optim.SGD, {"learning_rate": 0.05}),
    ("sgd", torch.optim.SGD, {"learning_rate": 0.05, "weight_decay": 0.1}),
    ("sgd", torch.optim.SGD, {"learning_rate": 0.05, "momentum": 0.9}),
    ("sgd", torch.optim.SGD, {"learning_rate": 0.05, "momentum": 0.8, "nesterov": True,
                              "weight_decay": 0.1}),
    ("rmsprop", torch.optim.RMSprop, {}),
    ("rmsprop", torch.optim.RMSprop, {"learning_rate": 0.02, "rho": 0.9, "epsilon": 1e-3,
                                      "momentum": 0.7, "weight_decay": 0.1}),
    ("adagrad", torch.optim.Adagrad, {}),
    ("adagrad", torch.optim.Adagrad, {"learning_rate": 0.3, "epsilon": 1e-2, "weight_decay": 0.1}),
    ("adam", torch.optim.Adam, {}),
    ("adam", torch.optim.Adam, {"learning_rate": 0.1, "beta1": 0.7, "beta2": 0.95,
                                "epsilon": 1e-2, "weight_decay": 0.1}),
    ("adamw", torch.optim.AdamW, {}),
    ("adamw", torch.optim.AdamW, {"learning_rate": 0.1, "weight_decay": 0.5}),
]

PLATEAU_LOSSES = [1.0, 0.9, 0.9, 0.89995, 0.95, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.7,
                  0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6]

# name, options, total steps, steps of an epoch
SCHEDULES = [
    ("constant", {}, 6, 2),
    ("constant", {"warmup_steps": 4}, 8, 2),
    ("step", {"step_size": 2}, 20, 3),
    ("step", {"step_size": 1, "gamma": 0.5}, 20, 5),
    ("exponential", {"gamma": 0.9}, 20, 4),
    ("cosine", {}, 20, 4),
    ("cosine", {"minimum": 0.001}, 17, 5),
    ("cosine", {"minimum": 0.001, "warmup_steps": 5}, 25, 5),
    ("one_cycle", {}, 30, 5),
    ("one_cycle", {"pct_start": 0.25, "div_factor": 10, "final_div_factor": 100}, 37, 5),
    ("one_cycle", {}, 2, 1),
    ("one_cycle", {"pct_start": 0.0}, 5, 1),
]
PLATEAUS = [
    {"patience": 2},
    {"factor": 0.5, "patience": 1, "threshold": 0.05, "cooldown": 2, "minimum": 0.02},
    {},
]


def torch_options(options):
    names = {"learning_rate": "lr", "epsilon": "eps", "rho": "alpha"}
    given = {names.get(key, key): value for key, value in options.items()}
    if "beta1" in given:
        given["betas"] = (given.pop("beta1"), given.pop("beta2"))
    return given


def case_line(name, options):
    def text(value):
        return str(value).lower() if isinstance(value, bool) else repr(value)

    return " ".join(["case", name] + [f"{key}={text(value)}" for key, value in options.items()])


def numbers(values):
    return " ".join(repr(float(value)) for value in values)


def gradient(weights, step):
    """A gradient that both sides compute exactly alike: a pull to 0 and a push that changes."""
    push = [((7 * step + 3 * i) % 11 - 5) / 16 for i in range(len(WEIGHTS))]
    return weights * 0.5 + torch.tensor(push, dtype=torch.float64)


def optimizer_trajectory(make, options):
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    optimizer = make([weights], **torch_options(options))
    rate = optimizer.param_groups[0]["lr"]
    for step in range(STEPS):
        optimizer.param_groups[0]["lr"] = rate * (1 - step / 32)
        weights.grad = gradient(weights.detach(), step)
        optimizer.step()
        if step + 1 in KEPT:
            yield weights.tolist()


def dummy_optimizer(rate):
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=rate)


def torch_schedule(name, options, optimizer, total):
    schedulers = torch.optim.lr_scheduler
    options = dict(options)
    warmup = options.pop("warmup_steps", 0)
    if warmup:
        rise = schedulers.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
        after = torch_schedule(name, options, optimizer, total - warmup)
        return schedulers.SequentialLR(optimizer, [rise, after], milestones=[warmup])
    if name == "constant":
        return schedulers.LambdaLR(optimizer, lambda step: 1)
    if name == "step":
        return schedulers.StepLR(optimizer, **options)
    if name == "exponential":
        return schedulers.ExponentialLR(optimizer, **options)
    if name == "cosine":
        return schedulers.CosineAnnealingLR(optimizer, T_max=total,
                                            eta_min=options.get("minimum", 0))
    rate = optimizer.param_groups[0]["lr"]
    return schedulers.OneCycleLR(optimizer, max_lr=rate, total_steps=total, cycle_momentum=False,
                                 **options)


def schedule_rates(name, options, total, per_epoch):
    optimizer = dummy_optimizer(0.1)
    schedule = torch_schedule(name, options, optimizer, total)
    by_epoch = name in ("step", "exponential")
    for step in range(total):
        yield optimizer.param_groups[0]["lr"]
        last = step + 1 == total
        if not last and (not by_epoch or (step + 1) % per_epoch == 0):
            optimizer.step()
            schedule.step()


def plateau_rates(options):
    optimizer = dummy_optimizer(0.1)
    given = {"min_lr" if key == "minimum" else key: value for key, value in options.items()}
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **given)
    for loss in PLATEAU_LOSSES:
        schedule.step(loss)
        yield optimizer.param_groups[0]["lr"]


def main():
    lines = []
    for name, make, options in OPTIMIZERS:
        lines.append(case_line(name, options))
        lines += [numbers(weights) for weights in optimizer_trajectory(make, options)]
    (HERE / "optimizers.golden").write_text("\n".join(lines) + "\n")

    lines = []
    for name, options, total, per_epoch in SCHEDULES:
        lines.append(case_line(name, options))
        lines.append(numbers([total, per_epoch]))
        lines.append(numbers(schedule_rates(name, options, total, per_epoch)))
    for options in PLATEAUS:
        lines.append(case_line("reduce_on_plateau", options))
        lines.append(numbers(PLATEAU_LOSSES))
        lines.append(numbers(plateau_rates(options)))
    (HERE / "schedules.golden").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
