#!/usr/bin/env python3
"""make_calibration.py PAGE.html PICTURE.svg: the first two diagrams of a page that
`clino calibrate RUN -o PAGE.html` wrote, side by side, on white."""

import re
import sys

STYLE = """
svg { background: #fff; }
text { font: 11px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: #59626d; dominant-baseline: central; }
.y { text-anchor: end; } .x { text-anchor: middle; } .small-text { font-size: 9px; } .title { font-weight: 600; font-size: 13px; fill: #1b1f24; }
.axis path { stroke: #e8ebee; } .diagonal { stroke: #1b1f24; stroke-dasharray: 5 3.5; } .floor { stroke: #d9dde2; }
.share { fill: #0072b2; fill-opacity: .55; } .count { fill: #828b95; fill-opacity: .6; }
.over { fill: #c44f00; fill-opacity: .3; stroke: #c44f00; } .under { fill: #fff; fill-opacity: .55; stroke: #00805c; } .few { opacity: .35; }
"""


def main(page, picture):
    text = open(page, encoding="utf-8").read()
    diagrams = re.findall(r'<svg class="reliability" viewBox="0 0 (\d+) (\d+)"[^>]*>(.*?)</svg>', text, re.S)[:2]
    width, height = (int(size) for size in diagrams[0][:2])
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width + 20} {height + 28}" '
             'role="img" aria-label="Accuracy by confidence, before and after temperature scaling">',
             f"<style>{STYLE}</style>",
             f'<rect width="{2 * width + 20}" height="{height + 28}" fill="#fff"/>']
    for i, (title, (_, _, body)) in enumerate(zip(("before", "after"), diagrams)):
        parts.append(f'<g transform="translate({i * (width + 20)} 24)">'
                     f'<text class="title" x="46" y="-10">{title}</text>{body}</g>')
    parts.append("</svg>")
    with open(picture, "w", encoding="utf-8") as file:
        file.write("\n".join(parts) + "\n")


main(*sys.argv[1:])
