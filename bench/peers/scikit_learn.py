"""scikit-learn's MLPClassifier and MLPRegressor: an epoch is a call of partial_fit.

Nesterov's momentum and the L2 penalty are off, since nobody else has them. The loss is reckoned from
its predictions by the formula that all share; it trains on half the squared error, so that its
learning rate for that loss is doubled and divided by the outputs. Without flush-to-zero: it has none.
"""
import sys
import time
import warnings

import numpy
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from worker import Spec, serve


def forget(optimizer):
    """There is no public way to choose the first weights but a step that is then undone."""
    for name in ("velocities", "ms", "vs"):
        for state in getattr(optimizer, name, ()):
            state[...] = 0
    optimizer.t = 0


class Training:
    def __init__(self, spec):
        self.spec = spec
        self.x, self.y = spec.inputs(), spec.targets()
        self.regression = spec.loss == "mse"
        if not self.regression:
            self.y = self.y[:, 0].astype(int)
        self.classes = numpy.unique(self.y)

    def model(self, shuffle):
        spec = self.spec
        # Its squared loss is a sum over outputs, halved; that of the others is a mean.
        rate = spec.rate * (2 / spec.layers[-1] if self.regression else 1)
        kind = MLPRegressor if self.regression else MLPClassifier
        activation = {"sigmoid": "logistic"}.get(spec.activation, spec.activation)
        return kind(hidden_layer_sizes=spec.layers[1:-1], activation=activation, solver=spec.optimizer, alpha=0,
                    batch_size=spec.batch, learning_rate_init=rate, momentum=spec.momentum,
                    nesterovs_momentum=False, shuffle=shuffle, random_state=1)

    def fit(self, model, rows):
        more = {} if self.regression else {"classes": self.classes}
        model.partial_fit(self.x[:rows], self.y[:rows], **more)

    def run(self, steps, check):
        """Whole epochs, and one that is cut short: the samples that it leaves out are the last."""
        model = self.model(not check)
        self.fit(model, self.spec.batch)  # makes the weights
        forget(model._optimizer)
        tensors = self.spec.weights()
        for own, first in zip(model.coefs_, tensors[::2]):
            own[...] = first.T
        for own, first in zip(model.intercepts_, tensors[1::2]):
            own[...] = first
        in_epoch = -(-len(self.x) // self.spec.batch)
        epochs, rest = divmod(steps, in_epoch)
        start = time.perf_counter()
        for _ in range(epochs):
            self.fit(model, len(self.x))
        if rest:
            self.fit(model, rest * self.spec.batch)
        seconds = time.perf_counter() - start
        return seconds, self.loss(model) if check else None

    def loss(self, model):
        if self.regression:
            return float(numpy.mean((model.predict(self.x) - self.y) ** 2))
        chosen = model.predict_proba(self.x)[numpy.arange(len(self.y)), self.y]
        return float(-numpy.mean(numpy.log(numpy.maximum(chosen, 1e-30))))


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    spec = Spec(sys.argv[1:])
    serve(Training(spec).run, name="scikit-learn", version=sklearn.__version__, note="")


if __name__ == "__main__":
    main()
