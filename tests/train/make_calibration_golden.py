#!/usr/bin/env python3
"""Writes calibration.golden beside this file by SciPy (made with 1.17).

Format, as tests/golden.hpp reads it: a line `case NAME`, a line with the temperature, the standard
error of its logarithm and, before and after, the negative log-likelihood, the calibration error of
15 bins and the Brier score; then a line for each sample, its label and its scores.
"""

import pathlib

import numpy
from scipy.optimize import brentq
from scipy.special import log_softmax, softmax

HERE = pathlib.Path(__file__).parent
BINS = 15


def draw(seed, samples, classes, factor):
    """Scores with four decimals, `factor` times those that the labels are drawn by."""
    generator = numpy.random.default_rng(seed)
    true_scores = generator.normal(0, 1.5, (samples, classes))
    labels = numpy.array([generator.choice(classes, p=p) for p in softmax(true_scores, axis=1)])
    return numpy.round(factor * true_scores, 4), labels


def slope(beta, scores, labels):
    expected = (softmax(beta * scores, axis=1) * scores).sum(axis=1)
    return (expected - scores[numpy.arange(len(labels)), labels]).mean()


def curvature(beta, scores):
    p = softmax(beta * scores, axis=1)
    expected = (p * scores).sum(axis=1, keepdims=True)
    return (p * (scores - expected) ** 2).sum(axis=1).mean()


def figures(scores, labels):
    p = softmax(scores, axis=1)
    nll = -log_softmax(scores, axis=1)[numpy.arange(len(labels)), labels].mean()
    brier = ((p - numpy.eye(scores.shape[1])[labels]) ** 2).sum(axis=1).mean()
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    ece = 0
    for low, high in zip(numpy.linspace(0, 1, BINS + 1)[:-1], numpy.linspace(0, 1, BINS + 1)[1:]):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            ece += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return nll, ece, brier


def main():
    lines = []
    cases = {"overconfident": (1, 60, 3, 3.0), "underconfident": (2, 50, 5, 0.25),
             "two_classes": (3, 80, 2, 8.0)}
    for name, (seed, samples, classes, factor) in cases.items():
        scores, labels = draw(seed, samples, classes, factor)
        beta = brentq(slope, 1e-6, 1e3, args=(scores, labels), xtol=1e-16, rtol=1e-15)
        error = 1 / (beta * numpy.sqrt(samples * curvature(beta, scores)))
        before, after = figures(scores, labels), figures(beta * scores, labels)
        both = [value for pair in zip(before, after) for value in pair]
        lines.append(f"case {name}")
        lines.append(" ".join(repr(float(value)) for value in [1 / beta, error, *both]))
        for label, row in zip(labels, scores):
            lines.append(" ".join([str(label)] + [f"{value:.4f}" for value in row]))
    (HERE / "calibration.golden").write_text("\n".join(lines) + "\n")


main()
