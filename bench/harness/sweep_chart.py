"""The chart of the sweep: time of a step, both axes logarithmic."""
import math

from harness.chart import WIDTH, LogScale, document, line, text
from harness.sweep import AXES

COLOURS = {"Clino": "#2a9d5c", "PyTorch": "#e0662f", "products": "#7a838d"}
NAMES = {"products": "matrix products alone, at the best rate"}
HEIGHT, TOP, BOTTOM = 380, 70, 330
PANEL = (WIDTH - 64) / 3


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= 0.999 * size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds / 1e-9:g} ns"


def curve(points, name, across, up):
    places = [(across.place(p["value"]), up.place(p[name])) for p in points if p[name]]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dashes = ' stroke-dasharray="5 4"' if name == "products" else ""
    parts = [f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"{dashes}/>']
    if name != "products":
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLOURS[name]}"/>' for x, y in places]
    return parts


def sweep_chart(found, threads):
    times = [p[name] for points in found.values() for p in points for name in COLOURS if p[name]]
    low, high = (10.0 ** f(math.log10(g(times))) for f, g in ((math.floor, min), (math.ceil, max)))
    up = LogScale(low, high, BOTTOM, TOP)
    threads = f"{threads} thread" + ("s" if threads > 1 else "")
    parts = [text(16, 22, f"Time of a training step, {threads} (logarithmic)")]
    x = 16
    for name, colour in COLOURS.items():
        parts += [f'<rect x="{x}" y="35" width="18" height="4" fill="{colour}"/>',
                  text(x + 24, 42, NAMES.get(name, name))]
        x += 110
    for exponent in range(round(math.log10(low)), round(math.log10(high)) + 1):
        y = up.place(10.0 ** exponent)
        parts += [line(60, y, WIDTH - 8, y), text(54, y + 4, duration(10.0 ** exponent), "end")]
    for number, (axis, points) in enumerate(found.items()):
        left = 60 + number * PANEL
        values = [p["value"] for p in points]
        across = LogScale(min(values), max(values), left + 16, left + PANEL - 20)
        for value in values[::-2] if len(values) > 7 else values:
            parts.append(text(across.place(value), BOTTOM + 16, str(value), "middle", 'font-size="9"'))
        parts.append(text(left + PANEL / 2, BOTTOM + 36, f"{axis}: {AXES[axis][0]}", "middle",
                          'font-size="11"'))
        for name in COLOURS:
            parts += curve(points, name, across, up)
    return document(HEIGHT, "Time of a step against width, depth and batch", parts)
