#!/usr/bin/env python3
"""update.py CLINO: runs `clino claims` and writes docs/claims.md from what came out: the texts and
figures of each claim, its pictures (taken from the article's page), and below each claim what
class.md says of it under the same name."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
PARTS = {"A": "Claims about activation functions", "B": "Constants",
         "C": "Published results, reproduced", "D": "Swap and compare", "E": "What it costs"}


def style_of_pictures():
    """The rules that pictures need, from the page's own style, and its colours for white paper."""
    css = (ROOT / "report/assets/page.css").read_text()
    colours = re.search(r":root \{\n  color-scheme.*?\n\}", css, re.S).group(0)
    colours = re.sub(r"color-scheme: light dark;", "", colours)
    wanted = re.compile(r"^(svg |\.axis|\.lines|\.bands|\.whiskers|\.marks|\.k\d|\.broken|\.c\d|\.d\d|\.grey|\.ends)")
    rules = [line for line in css.splitlines() if wanted.match(line) and line.endswith("}")]
    return f"{colours} svg {{ background: #fff; }} " + " ".join(rules)


def with_legend(svg, entries, width, height):
    """The picture with the page's legend below it."""
    x, y, marks = 56, height + 8, ""
    for classes, label in entries:
        length = 30 + 6.4 * len(label)
        if x > 56 and x + length > width:
            x, y = 56, y + 16
        colour = next((c for c in classes.split() if re.fullmatch(r"[cd]\d+|grey", c)), "c4")
        dash = " ".join(c for c in classes.split() if re.fullmatch(r"k\d", c))
        line = "swatch" in classes
        shape = f"M{x} {y}h20" if line else f"M{x + 10} {y}h0"
        group = "lines" if line else "marks"
        marks += (f'<g class="{group}"><path class="{colour} {dash}" d="{shape}"/></g>'
                  f'<text x="{x + 26}" y="{y}">{label}</text>')
        x += length + 14
    svg = re.sub(r'viewBox="0 0 [\d.]+ [\d.]+"', f'viewBox="0 0 {width:g} {y + 12:g}"', svg, count=1)
    svg = re.sub(r' height="[\d.]+"', f' height="{y + 12:g}"', svg, count=1)
    return svg[:svg.rindex("</svg>")] + marks + "</svg>"


def pictures(page, name):
    """The SVG pictures of a claim's section, each a document of its own."""
    section = re.search(rf'<section id="{re.escape(name)}".*?</section>', page, re.S).group(0)
    style = style_of_pictures()
    files = []
    for number, figure in enumerate(re.findall(r"<figure.*?</figure>", section, re.S)):
        svg = re.search(r"<svg .*?</svg>", figure, re.S).group(0)
        entries = re.findall(r'<li><span class="([^"]*)"[^>]*></span>(.*?)</li>', figure, re.S)
        size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg).groups()
        svg = svg.replace("<svg ", f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" '
                                   f'height="{size[1]}" ', 1)
        svg = re.sub(r"(<svg [^>]*>)", lambda m: m.group(1) + f"<style>{style}</style>", svg, count=1)
        if entries:
            svg = with_legend(svg, entries, float(size[0]), float(size[1]))
        file = HERE / f"{name}{'' if number == 0 else '-' + str(number + 1)}.svg"
        file.write_text(svg + "\n")
        files.append(file.name)
    return files


def digits(value):
    return value if isinstance(value, str) else f"{value:.5g}"


def interval_of(check):
    low, high = check["interval"]
    return "" if low == high else f"{digits(low)} to {digits(high)}"


def what_to_try(name):
    """The comment at the top of the claim's config, and how to train it."""
    file = ROOT / "configs/claims" / (name.replace("-", "_") + ".json")
    if not file.exists():
        return []
    text = file.read_text()
    comment = re.match(r"\{\n((?:  //.*\n)+)", text)
    words = " ".join(line.strip().lstrip("/ ") for line in comment.group(1).splitlines())
    words = re.sub(r"^[A-E]\d*: ", "", words)
    return [f"Try it: `clino train configs/claims/{file.name}`. {words[0].upper()}{words[1:]}", ""]


def section(claim, files, remarks):
    lines = [f"### {claim['row']} {claim['title']}", "", f"**{claim['statement']}**", ""]
    if claim["formula"]:
        lines += [f"> {claim['formula']}", ""]
    lines += [claim["story"], ""]
    for file, figure in zip(files, claim["figures"]):
        lines += [f"![{figure['title']}](claims/{file})", "", f"*{figure['title']}.* {figure['caption']}", ""]
    lines += [claim["ran"], "", "| figure | predicted | measured | interval | verdict |", "|---|---|---|---|---|"]
    for check in claim["checks"]:
        cells = [check["quantity"], check["predicted"], digits(check["measured"]), interval_of(check),
                 check["verdict"]]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines.append("")
    if claim["source"]:
        lines += [f"Source: {claim['source']}.", ""]
    lines += what_to_try(claim["name"])
    if claim["name"] in remarks:
        lines += [remarks[claim["name"]], ""]
    return lines


def class_remarks():
    """What to try in class, by claim: the sections of class.md."""
    text = (HERE / "class.md").read_text()
    found = re.findall(r"^## ([a-z-]+)\n(.*?)(?=^## |\Z)", text, re.S | re.M)
    preface = text.split("\n## ", 1)[0]
    return preface.split("\n", 2)[2].strip(), {name: body.strip() for name, body in found}


def main():
    clino = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        run = subprocess.run([clino, "claims", "--quiet", "--out", temporary, "--overwrite"], cwd=ROOT)
        if run.returncode not in (0, 1):  # 1: some claim does not hold, which is to be seen
            sys.exit("clino claims ended with " + str(run.returncode))
        page = (pathlib.Path(temporary) / "claims.html").read_text()
        result = json.loads((pathlib.Path(temporary) / "claims.json").read_text())
    preface, remarks = class_remarks()
    claims = result["claims"]
    holding = sum(claim["verdict"] == "holds" for claim in claims)
    lines = ["# What activation functions do, and how we know", "", preface, "",
             f"{holding} of {len(claims)} claims hold, with seed {result['seed']} in {result['dtype']}.", "",
             "| row | claim | verdict |", "|---|---|---|"]
    for claim in claims:
        anchor = re.sub(r"[^a-z0-9 -]", "", f"{claim['row']} {claim['title']}".lower()).replace(" ", "-")
        lines.append(f"| {claim['row']} | [{claim['title']}](#{anchor}) | {claim['verdict']} |")
    lines.append("")
    for letter, title in PARTS.items():
        part = [claim for claim in claims if claim["row"].startswith(letter)]
        if not part:
            continue
        lines += [f"## {title}", ""]
        for claim in part:
            lines += section(claim, pictures(page, claim["name"]), remarks)
    (ROOT / "docs/claims.md").write_text("\n".join(lines).rstrip() + "\n")


if __name__ == "__main__":
    main()
