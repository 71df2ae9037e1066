#!/usr/bin/env python3
"""Writes vanishing.svg: delta_norm of each dense layer at step 0, for three nets of 20 x 64 units.

    docs/pictures/make_vanishing.py build/clino docs/pictures/vanishing.svg

Trains each net for one step and reads its layers.jsonl. Standard library only.
"""

import json
import math
import pathlib
import subprocess
import sys
import tempfile

CONFIGS = pathlib.Path(__file__).resolve().parents[2] / "configs"
# Name, colour (legible on white and on black), how far below its line the name stands, config,
# overrides.
SERIES = [
    ("ReLU, he_normal", "#2a9d5c", 15, "deep_relu.json", []),
    ("tanh, standard", "#d9730d", 15, "deep_relu.json",
     ["model.activation=tanh", "model.init=standard"]),
    ("sigmoid, xavier_normal", "#3b8eea", 27, "deep_sigmoid.json", []),
]
WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 40, 48
LOWEST, HIGHEST = -14, 0  # log10
INK = "#7a838d"


def measure(clino, config, overrides):
    """[(layer, delta_norm)] of the dense layers at step 0."""
    with tempfile.TemporaryDirectory() as run:
        subprocess.run([clino, "train", CONFIGS / config, *overrides, "training.max_steps=1",
                        "--quiet", "--out", run], check=True)
        with open(f"{run}/layers.jsonl", encoding="utf-8") as log:
            records = [json.loads(line) for line in log]
    return [(r["layer"], r["delta_norm"]) for r in records if r["type"] == "dense" and r["step"] == 0]


def factor(points):
    """By which the norm changes from one dense layer to the one before it: a least-squares line
    through log(delta_norm), the first layer and the output layer left out."""
    logs = [math.log(norm) for _, norm in points[1:-1]]
    middle = (len(logs) - 1) / 2
    mean = sum(logs) / len(logs)
    slope = (sum((i - middle) * (y - mean) for i, y in enumerate(logs)) /
             sum((i - middle) ** 2 for i in range(len(logs))))
    return math.exp(-slope)


def x_of(layer, last):
    return LEFT + (WIDTH - LEFT - RIGHT) * layer / last


def y_of(log_norm):
    return TOP + (HEIGHT - TOP - BOTTOM) * (HIGHEST - log_norm) / (HIGHEST - LOWEST)


def text(x, y, content, anchor="start", colour=INK, more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" {more}>{content}</text>'


def axes(last):
    parts = [text(LEFT, 20, "|dL/dz| of each dense layer at step 0 (Frobenius norm over a batch of 32)"),
             text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "layer: 0 reads the input, "
                  f"{last} is the output; between them are the activations", "middle")]
    for exponent in range(LOWEST, HIGHEST + 1, 2):
        y = y_of(exponent)
        parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}" '
                     f'stroke="{INK}" stroke-opacity="0.3"/>')
        label = f'10<tspan dy="-5" font-size="10">{exponent}</tspan>' if exponent else "1"
        parts.append(text(LEFT - 8, y + 4, label.replace(">-", ">&#8722;"), "end"))
    for layer in range(0, last + 1, 4):
        parts.append(text(x_of(layer, last), HEIGHT - BOTTOM + 18, layer, "middle"))
    return parts


def curve(name, colour, below, points, last):
    places = [(x_of(layer, last), y_of(math.log10(norm))) for layer, norm in points]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    label = f"{name}: &#215; {factor(points):.2f} a layer"
    x, y = places[3]
    return [f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>',
            *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places),
            text(x + 14, y + below, label, colour=colour, more='font-weight="bold"')]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    clino, picture = sys.argv[1:]
    measured = [(name, colour, below, measure(clino, config, overrides))
                for name, colour, below, config, overrides in SERIES]
    last = measured[0][3][-1][0]
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
             f'height="{HEIGHT}" role="img" font-family="system-ui, sans-serif" font-size="13">',
             "<title>Back-propagated signal by layer, for three activations</title>", *axes(last)]
    for name, colour, below, points in measured:
        parts += curve(name, colour, below, points, last)
        print(f"{name}: {points[0][1]:.2e} in layer 0, {points[-1][1]:.2e} in layer {last}, "
              f"factor {factor(points):.3f} a layer")
    with open(picture, "w", encoding="utf-8") as file:
        file.write("\n".join(parts + ["</svg>", ""]))


if __name__ == "__main__":
    main()
