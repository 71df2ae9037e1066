"""What parity_test.cpp trains: each case is a name and overrides of parity/base.json."""


def both(activation):
    return {"model.layers.1": activation, "model.layers.3": activation}


def activation_cases():
    for name in ("identity sigmoid tanh relu leaky_relu relu6 elu selu celu gelu silu mish "
                 "softplus softsign hard_sigmoid hard_tanh hard_swish softmax log_softmax").split():
        yield name, both({"type": name})
    yield "prelu", both({"type": "prelu"}) | {"model.weights": "prelu.safetensors"}
    for name, activation in {
            "leaky_relu_slope": {"type": "leaky_relu", "slope": 0.3},
            "elu_alpha": {"type": "elu", "alpha": 0.7},
            # PyTorch's gradient takes alpha as a float: one that float holds.
            "celu_alpha": {"type": "celu", "alpha": 1.5},
            "gelu_tanh": {"type": "gelu", "approximate": "tanh"},
            "softplus_beta": {"type": "softplus", "beta": 3, "threshold": 2},
            "softmax_temperature": {"type": "softmax", "temperature": 0.5},
            "log_softmax_temperature": {"type": "log_softmax", "temperature": 2.5}}.items():
        yield name, both(activation)


def layer_cases():
    dense = {"type": "dense", "units": 5}
    # A bias before batch normalisation has no gradient but rounding errors.
    unbiased = dense | {"bias": False}
    nets = {"batch_norm": [unbiased, {"type": "batch_norm"}, {"type": "tanh"}],
            "layer_norm": [dense, {"type": "layer_norm"}, {"type": "tanh"}],
            "residual": [dense, {"type": "residual", "layers": [{"type": "tanh"}, dense]},
                         {"type": "relu"}],
            "no_hidden": []}
    for name, layers in nets.items():
        yield name, {"model.layers": layers, "model.weights": f"{name}.safetensors"}
    options = [unbiased, {"type": "batch_norm", "epsilon": 0.1, "momentum": 0.3}, {"type": "tanh"},
               {"type": "layer_norm", "epsilon": 0.2}]
    yield "norm_options", {"model.layers": options, "model.weights": "norm_options.safetensors"}


def loss_cases():
    weights = [1, 2, 0.5]
    for name, options in {"temperature": {"temperature": 2},
                          "label_smoothing": {"label_smoothing": 0.1},
                          "class_weights": {"class_weights": weights},
                          "balanced": {"class_weights": "balanced"},
                          "all": {"temperature": 0.5, "label_smoothing": 0.2,
                                  "class_weights": weights}}.items():
        yield f"cross_entropy_{name}", {"loss": {"type": "softmax_cross_entropy"} | options}
    two = {"data.path": "binary.csv", "model.weights": "binary.safetensors"}
    yield "binary_cross_entropy", two | {"loss": "binary_cross_entropy"}
    yield "binary_class_weights", two | {
        "loss": {"type": "binary_cross_entropy", "class_weights": [1, 3]}}
    numbers = {"data.path": "numbers.csv", "data.target": [3, 4],
               "model.weights": "numbers.safetensors"}
    for name, loss in {"mse": "mse", "mae": "mae", "huber": "huber",
                       "huber_delta": {"type": "huber", "delta": 0.3}}.items():
        yield name, numbers | {"loss": loss}


def optimizer_cases():
    decay = {"weight_decay": 0.05}
    for name, optimizer in {
            "sgd_plain": {"type": "sgd", "learning_rate": 0.3},
            "sgd_nesterov": {"type": "sgd", "momentum": 0.8, "nesterov": True},
            "sgd_weight_decay": {"type": "sgd", "momentum": 0.5} | decay,
            "rmsprop": {"type": "rmsprop", "learning_rate": 0.01},
            "rmsprop_momentum": {"type": "rmsprop", "learning_rate": 0.005, "momentum": 0.8},
            "rmsprop_options": {"type": "rmsprop", "rho": 0.9, "epsilon": 1e-3} | decay,
            "adagrad": {"type": "adagrad", "learning_rate": 0.05},
            "adagrad_weight_decay": {"type": "adagrad"} | decay,
            "adam": {"type": "adam", "learning_rate": 0.01},
            "adam_weight_decay": {"type": "adam"} | decay,
            "adam_options": {"type": "adam", "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-4},
            "adamw": {"type": "adamw", "learning_rate": 0.01},
            "adamw_weight_decay": {"type": "adamw"} | decay}.items():
        yield name, {"optimizer": {"learning_rate": 0.02} | optimizer}


def training_cases():
    yield "clip_norm", {"training.clip_norm": 0.2}
    yield "clip_value", {"training.clip_value": 0.02}
    for name, schedule in {
            "step": {"type": "step", "step_size": 7, "gamma": 0.5},
            "exponential": {"type": "exponential", "gamma": 0.9},
            "cosine": {"type": "cosine", "minimum": 0.001},
            "one_cycle": {"type": "one_cycle", "pct_start": 0.4, "div_factor": 10},
            "reduce_on_plateau": {"type": "reduce_on_plateau", "factor": 0.5, "patience": 2,
                                  "threshold": 0.2},
            "warmup": {"type": "constant", "warmup_steps": 40}}.items():
        yield f"schedule_{name}", {"optimizer.schedule": schedule}


def all_cases():
    for source in (activation_cases, layer_cases, loss_cases, optimizer_cases, training_cases):
        yield from source()
