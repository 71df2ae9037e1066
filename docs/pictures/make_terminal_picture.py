#!/usr/bin/env python3
"""Runs a command in a pseudo-terminal and writes what the screen shows at the end as an SVG.

    docs/pictures/make_terminal_picture.py two_spirals.svg \\
        --show 'clino train configs/two_spirals.json' -- build/clino train configs/two_spirals.json

Colours are kept, text that was written over is gone, as on a screen. Standard library only.
"""

import argparse
import fcntl
import html
import os
import pty
import re
import struct
import sys
import termios

CELL_WIDTH, CELL_HEIGHT, FONT_SIZE, MARGIN = 8.4, 18, 14, 16
BACKGROUND, FOREGROUND, FRAME, FAINT = "#1b1e24", "#d7dae0", "#3a3f4b", "#9097a3"
PLAIN = (FOREGROUND, False, None)
# The eight colours of a terminal, plain and bright.
COLOURS = ["#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0",
           "#7f8694", "#ff7b86", "#b1e18b", "#ffd68a", "#7cc4ff", "#d990f0", "#6fd3e0", "#ffffff"]
ESCAPE = re.compile(r"\x1b\[([0-9;?]*)([A-Za-z])|\x1b\][^\x07]*\x07|\x1b[=>()][0B]?")


class Screen:
    """Cells (character, style) in lines that grow downwards, and a cursor; a style is (colour,
    bold, ground)."""

    def __init__(self, columns):
        self.columns, self.lines, self.row, self.column = columns, [[]], 0, 0
        self.style = PLAIN

    def write(self, text):
        position = 0
        while position < len(text):
            escape = ESCAPE.match(text, position)
            if escape:
                self.obey(escape.group(2), escape.group(1) or "")
                position = escape.end()
            else:
                self.put(text[position])
                position += 1

    def put(self, character):
        if character == "\r":
            self.column = 0
        elif character == "\n":
            self.move_to_row(self.row + 1)
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character >= " ":
            if self.column == self.columns:  # a full line breaks at the next character, not before
                self.move_to_row(self.row + 1)
                self.column = 0
            line = self.lines[self.row]
            line.extend([(" ", PLAIN)] * (self.column + 1 - len(line)))
            line[self.column] = (character, self.style)
            self.column += 1

    def move_to_row(self, row):
        self.row = max(0, row)
        self.lines.extend([] for _ in range(self.row + 1 - len(self.lines)))

    def obey(self, command, arguments):
        """What an escape sequence asks for; those that draw nothing are left out."""
        numbers = [int(n) for n in arguments.split(";") if n.isdigit()]
        if command == "m":
            self.set_style(numbers or [0])
        elif command == "K" and numbers[:1] in ([], [0]):
            del self.lines[self.row][self.column:]
        elif command == "K":
            self.lines[self.row] = []
        elif command == "A":
            self.move_to_row(self.row - (numbers or [1])[0])
        elif command == "G":
            self.column = (numbers or [1])[0] - 1

    def set_style(self, numbers):
        numbers = iter(numbers)
        for n in numbers:
            colour, bold, ground = self.style
            if n == 0:
                colour, bold, ground = PLAIN
            elif n in (1, 22):
                bold = n == 1
            elif n == 2:
                colour = FAINT
            elif n == 39:
                colour = FOREGROUND
            elif 30 <= n <= 37:
                colour = COLOURS[n - 30] if n > 30 else BACKGROUND
            elif 90 <= n <= 97:
                colour = COLOURS[n - 82]
            elif n == 48:
                ground = colour_of(numbers)
            self.style = (colour, bold, ground)


def colour_of(numbers):
    """What follows 38 or 48: 2 and three bytes, or 5 and a number of the palette of 256."""
    if next(numbers) == 2:
        return "#{:02x}{:02x}{:02x}".format(*(next(numbers) for _ in range(3)))
    n = next(numbers) - 16
    level = [0, 95, 135, 175, 215, 255]
    return "#{:02x}{:02x}{:02x}".format(level[n // 36], level[n // 6 % 6], level[n % 6])


def run(command, columns, rows=50):
    """Everything that a command writes to a terminal of that size, and its exit code."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor", LC_ALL="C.UTF-8",
                          COLUMNS=str(columns), LINES=str(rows))
        os.execvp(command[0], command)
    output = b""
    try:
        while chunk := os.read(terminal, 65536):
            output += chunk
    except OSError:  # how Linux says that the other end is closed
        pass
    return output.decode(errors="replace"), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def runs_of(line):
    """(first column, text, style) of successive cells of one style; a blank on the screen's own
    ground ends the run."""
    found = []
    for column, (character, style) in enumerate(line):
        last = found[-1] if found else None
        if character == " " and style[2] is None:
            if last:
                last[3] = False
        elif last and last[3] and last[2] == style:
            last[1] += character
        else:
            found.append([column, character, style, True])
    return [tuple(each[:3]) for each in found]


def svg(lines, columns):
    width = columns * CELL_WIDTH + 2 * MARGIN
    height = len(lines) * CELL_HEIGHT + 2 * MARGIN
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
             f'width="{width:g}" height="{height:g}" role="img">',
             f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1:g}" rx="8" '
             f'fill="{BACKGROUND}" stroke="{FRAME}"/>',
             '<g font-family="ui-monospace, \'DejaVu Sans Mono\', Menlo, Consolas, monospace" '
             f'font-size="{FONT_SIZE}">']
    for row, line in enumerate(lines):
        y = MARGIN + row * CELL_HEIGHT + 13
        for column, text, (colour, bold, ground) in runs_of(line):
            x, width = MARGIN + column * CELL_WIDTH, len(text) * CELL_WIDTH
            if ground:
                parts.append(f'<rect x="{x:g}" y="{y - 14}" width="{width + 0.3:g}" '
                             f'height="{CELL_HEIGHT + 0.3:g}" fill="{ground}"/>')
            # textLength keeps the columns straight, whatever font the viewer has.
            weight = ' font-weight="bold"' if bold else ""
            parts.append(f'<text x="{x:g}" y="{y}" fill="{colour}"{weight} '
                         f'textLength="{width:g}">{html.escape(text)}</text>')
    return "\n".join(parts + ["</g>", "</svg>", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", help="the SVG file to write")
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--show", help="what stands behind the prompt; default: the command")
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args()

    output, code = run(arguments.command, arguments.columns)
    screen = Screen(arguments.columns)
    screen.write("\x1b[32m$\x1b[0m \x1b[1m" + (arguments.show or " ".join(arguments.command)) +
                 "\x1b[0m\r\n" + output)
    while screen.lines and not screen.lines[-1]:
        screen.lines.pop()
    with open(arguments.picture, "w", encoding="utf-8") as file:
        file.write(svg(screen.lines, arguments.columns))
    return code


if __name__ == "__main__":
    sys.exit(main())
