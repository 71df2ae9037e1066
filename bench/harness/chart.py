"""The charts: plain SVG, readable on light and on dark ground."""
import math
from html import escape

from harness.measure import ratio
from harness.page import find
from harness.roster import LIMIT
from harness.works import WORKS

WIDTH = 760
# Legible on white and on black; each peer has a shape too.
STYLES = {"PyTorch": ("#e0662f", "circle"), "PyTorch compiled": ("#e0662f", "ring"),
          "LibTorch": ("#c9950a", "square"), "scikit-learn": ("#3b8eea", "diamond"),
          "dlib": ("#9a6bd8", "up"), "FANN": ("#7a838d", "down"), LIMIT: ("#2a9d5c", "bar")}
STYLE = """<style>
text { fill: #4c545c; } .line { stroke: #4c545c; stroke-opacity: .25; } .one { stroke: #4c545c; }
@media (prefers-color-scheme: dark) { text { fill: #b4bcc6; } .line, .one { stroke: #b4bcc6; } }
</style>"""


def document(height, title, parts):
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" font-family="system-ui, sans-serif" '
            f'font-size="13">\n<title>{escape(title)}</title>\n{STYLE}\n' + "\n".join(parts) +
            "\n</svg>\n")


def text(x, y, content, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>{escape(content)}</text>'


def line(x1, y1, x2, y2, kind="line"):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def mark(x, y, style, tip=""):
    colour, shape = style
    r = 5.5
    fill = f'fill="{colour}" fill-opacity=".85"'
    drawn = {
        "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" {fill}>',
        "ring": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r - 1}" fill="none" stroke="{colour}" '
                'stroke-width="2">',
        "square": f'<rect x="{x - 5:.1f}" y="{y - 5:.1f}" width="10" height="10" {fill}>',
        "bar": f'<rect x="{x - 2:.1f}" y="{y - 10:.1f}" width="4" height="20" {fill}>',
        "diamond": polygon(x, y, [(0, -7), (7, 0), (0, 7), (-7, 0)], fill),
        "up": polygon(x, y, [(0, -7), (6, 5), (-6, 5)], fill),
        "down": polygon(x, y, [(0, 7), (6, -5), (-6, -5)], fill)}[shape]
    name = drawn[1:].split(" ")[0]
    return f"{drawn}<title>{escape(tip)}</title></{name}>"


def polygon(x, y, points, fill):
    places = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in points)
    return f'<polygon points="{places}" {fill}>'


def legend(names, y):
    parts, x = [], 24
    for name in names:
        parts += [mark(x, y - 4, STYLES[name]), text(x + 11, y, name)]
        x += 34 + 7.2 * len(name)
    return parts


class LogScale:
    def __init__(self, low, high, start, end):
        self.low, self.high, self.start, self.end = low, high, start, end

    def place(self, value):
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)


def panel(works, threads, scale, top):
    """A row for each work; gives what was drawn and where it ends."""
    parts = [text(16, top, f"{threads} thread" + ("s" if threads > 1 else ""), more='font-weight="600"')]
    y = top + 24
    for work in WORKS:
        measured = next((m for m in works.get(work.name, []) if m["threads"] == threads), None)
        if measured is None:
            continue
        parts += [text(112, y + 4, work.name, "end"), line(scale.start, y, scale.end, y)]
        clino = find(measured["results"], "Clino")
        for result in measured["results"]:
            if result["name"] in STYLES:
                share = 1 / ratio(clino, result).median
                place = scale.place(min(max(share, scale.low), scale.high))
                parts.append(mark(place, y, STYLES[result["name"]], f"{result['name']}: {share:.3g}"))
        y += 26
    return parts, y


def speed_chart(works):
    """How fast each peer is where Clino is 1, on a logarithmic scale."""
    measured = [m for ms in works.values() for m in ms]
    shares = [1 / ratio(find(m["results"], "Clino"), r).median for m in measured
              for r in m["results"] if r["name"] in STYLES]
    scale = LogScale(10 ** math.floor(math.log10(min(shares))), max(2, 1.2 * max(shares)), 124,
                     WIDTH - 24)
    names = [name for name in STYLES if any(find(m["results"], name) for m in measured)]
    parts, y = [text(16, 22, "Speed of the peers and of the limit probe, Clino being 1 (logarithmic)")], 66
    parts += legend(names, 44)
    top = y + 10
    for threads in sorted({m["threads"] for m in measured}):
        drawn, y = panel(works, threads, scale, y + 8)
        parts += drawn
    for exponent in range(round(math.log10(scale.low)), 1):
        x = scale.place(10.0 ** exponent)
        parts += [line(x, top, x, y, "one" if exponent == 0 else "line"),
                  text(x, y + 16, "1: Clino" if exponent == 0 else f"1/{10 ** -exponent}", "middle")]
    return document(y + 30, "Speed of the peers, Clino being 1", parts)
