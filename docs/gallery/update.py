#!/usr/bin/env python3
"""update.py CLINO [NAME ...]: runs the shipped comparisons, puts what the terminal shows of each into
its page here, between the marks `<!-- results -->` and `<!-- end -->`, and makes the pictures from
the comparison's page with headless Chromium."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parent.parent
NAMES = ["activations", "initializers", "dying_units", "zigzag", "gelu_gate", "batch_norm"]
# The section that is shown, and how much of its height where not all.
PICTURES = {"activations": ("convergence", None), "initializers": ("signal", None),
            "dying_units": ("intervals", 560), "gelu_gate": ("convergence", None),
            "batch_norm": ("signal", None)}


def run(clino, name, folder):
    command = [clino, "compare", f"configs/compare_{name}.json", "--out", str(folder / name)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    lines = [line for line in shown.splitlines() if not line.startswith("page: ")]
    return "\n".join(lines).rstrip()


def picture(folder, name, section, height):
    """The section alone: its page without all others, as wide as a page of text."""
    page = (folder / name / "comparison.html").read_text()
    style = f"<style>body>*,main>*{{display:none}}main,#{section}{{display:block}}</style>"
    page = page.replace("</head>", style + "</head>")
    # The page's policy knows its own styles only.
    start = page.index('<meta http-equiv="Content-Security-Policy"')
    page = page[:start] + page[page.index(">", start) + 1:]
    (folder / "section.html").write_text(page)
    target = HERE / f"{name}.png"
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--hide-scrollbars",
                    "--window-size=1000,1400", f"--screenshot={target}",
                    (folder / "section.html").as_uri()], check=True, capture_output=True)
    trim(target, height)


def trim(file, height):
    from PIL import Image, ImageChops
    image = Image.open(file).convert("RGB")
    image = image.crop((0, 24, image.width, height or image.height))  # without the rule on top
    ground = Image.new("RGB", image.size, image.getpixel((0, image.height - 1)))
    left, top, right, bottom = ImageChops.difference(image, ground).getbbox()
    image = image.crop((0, max(top - 12, 0), image.width, min(bottom + 12, image.height)))
    image.quantize(64).save(file, optimize=True)


def main():
    clino = str(pathlib.Path(sys.argv[1]).resolve())
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        for name in sys.argv[2:] or NAMES:
            page = HERE / f"{name}.md"
            text = page.read_text()
            start = text.index("<!-- results -->") + len("<!-- results -->")
            end = text.index("<!-- end -->")
            results = run(clino, name, folder)
            page.write_text(f"{text[:start]}\n```\n{results}\n```\n{text[end:]}")
            if name in PICTURES:
                picture(folder, name, *PICTURES[name])


if __name__ == "__main__":
    main()
