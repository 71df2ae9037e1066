"use strict";
// Draws one chart of the page: a figure whose picture gives way to lines by dygraphs, with a list of
// their values beside it. What all charts share (model, layer, smoothing, zoom) is page.js's.
window.Clino = {};
(() => {
  // Its legend writes style attributes, which the page's security policy refuses; values are listed
  // beside the chart instead.
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);

  const DASHES = [undefined, [5, 3.5], [1.5, 3.5]];

  /** The one way a number is written: four significant digits. */
  Clino.numberText = (value) => {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
    if (value === 0) return "0";
    const size = Math.abs(value);
    if (size < 1e-4 || size >= 1e6) {
      const [digits, exponent] = value.toExponential(3).split("e");
      return `${Number(digits)}e${Number(exponent)}`;
    }
    return size >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(4)));
  };

  Clino.element = (tag, properties = {}, children = []) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  Clino.color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  /** Mean over `width` points to either side; of logarithms on a log axis. Gaps stay gaps. */
  const smoothed = (values, width, log) => {
    if (width === 0) return values;
    const usable = (value) => Number.isFinite(value) && (!log || value > 0);
    return values.map((value, i) => {
      if (!usable(value)) return value;
      let sum = 0, count = 0;
      for (let k = Math.max(0, i - width); k <= Math.min(values.length - 1, i + width); ++k) {
        if (!usable(values[k])) continue;
        sum += log ? Math.log(values[k]) : values[k];
        ++count;
      }
      return log ? Math.exp(sum / count) : sum / count;
    });
  };

  /** One row for each step of any line: null where a line has no point, NaN where it has a gap. */
  const tableOf = (lines, width, log) => {
    const rows = new Map();
    lines.forEach((line, k) => {
      const values = smoothed(line.values, width, log);
      line.steps.forEach((step, i) => {
        if (!rows.has(step)) rows.set(step, [step, ...new Array(lines.length).fill(null)]);
        rows.get(step)[k + 1] = Number.isFinite(values[i]) && (!log || values[i] > 0) ? values[i] : NaN;
      });
    });
    return [...rows.values()].sort((a, b) => a[0] - b[0]);
  };

  /** A line's last value at or before a step; undefined before its first. */
  const valueAt = (line, step) => {
    let below = -1, above = line.steps.length;
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if (line.steps[middle] <= step) below = middle; else above = middle;
    }
    return line.values[below];
  };

  /** Powers of ten between two numbers, as dygraphs wants ticks; its own where there are too few. */
  const decades = (low, high, pixels, options, graph, values) => {
    const first = Math.ceil(Math.log10(low) - 1e-9), last = Math.floor(Math.log10(high) + 1e-9);
    if (!(last - first >= 1)) return Dygraph.numericTicks(low, high, pixels, options, graph, values);
    const stride = Math.max(1, Math.ceil((last - first) / Math.max(2, pixels / 40)));
    const ticks = [];
    for (let power = first; power <= last; ++power) {
      if (power % stride !== 0) continue;
      ticks.push({ v: 10 ** power, label: power >= -2 && power <= 3 ? String(10 ** power) : `1e${power}` });
    }
    return ticks;
  };

  class ChartView {
    /** `shared`: {linesOf(spec), smoothing, zoomed(range, view)} of page.js. */
    constructor(figure, spec, shared) {
      Object.assign(this, { figure, spec, shared, log: spec.log, window: null });
      this.plot = figure.querySelector(".plot");
      this.canvas = Clino.element("div", { className: "canvas", tabIndex: 0 });
      this.canvas.setAttribute("role", "group");
      this.canvas.setAttribute("aria-label", `${spec.title}: chart. Left and right arrow keys go along the ` +
        "steps, plus and minus zoom, 0 shows all.");
      this.canvas.addEventListener("keydown", (event) => this.key(event));
      this.readout = Clino.element("div", { className: "readout", tabIndex: 0 });
      this.readout.setAttribute("role", "group");
      this.readout.setAttribute("aria-label", `${spec.title}: values`);
      this.step = Clino.element("output");
      this.list = Clino.element("ul");
      this.readout.append(this.step, this.list);
      const box = Clino.element("input", { type: "checkbox", checked: this.log });
      box.addEventListener("change", () => { this.log = box.checked; this.draw(); });
      figure.querySelector("figcaption h3").after(
        Clino.element("div", { className: "own" }, [Clino.element("label", {}, [box, "log axis"])]));
      this.plot.removeAttribute("tabindex");
      this.plot.append(this.canvas);
      this.plot.after(this.readout);
      figure.classList.add("drawn");
      this.draw();
    }

    /** Draws anew: other lines, another axis, other colours. */
    draw() {
      this.lines = this.shared.linesOf(this.spec);
      const shown = this.figure.querySelector(".shown");
      if (shown) shown.textContent = this.shared.layerText();
      if (this.graph) this.graph.destroy();
      this.graph = null;
      this.table = tableOf(this.lines, this.shared.smoothing, this.log);
      this.writeList();
      if (this.table.length === 0) {
        this.canvas.textContent = "No values.";
        return;
      }
      this.canvas.textContent = "";
      this.graph = new Dygraph(this.canvas, this.table, this.options());
    }

    /** The same lines with more points. */
    refresh() {
      if (!this.graph || this.shared.linesOf(this.spec).length !== this.lines.length) return this.draw();
      this.table = tableOf(this.lines, this.shared.smoothing, this.log);
      this.graph.updateOptions({ file: this.table, dateWindow: this.window ?? this.shared.range() });
      this.show();
      return undefined;
    }

    options() {
      const soft = Clino.color("rule");
      const series = {};
      this.lines.forEach((line, k) => {
        series[`line ${k}`] = { color: Clino.color(line.color), strokePattern: DASHES[line.dash],
          strokeWidth: line.thin ? 0.8 : 1.5, drawPoints: line.steps.length < 2 };
      });
      return {
        labels: ["step", ...this.lines.map((_, k) => `line ${k}`)], series, legend: "never",
        logscale: this.log, connectSeparatedPoints: true, dateWindow: this.window ?? this.shared.range(), rightGap: this.lines.length > 6 ? 36 : 12, yRangePad: 8,
        pointSize: 2.5, highlightCircleSize: 3, gridLineColor: Clino.color("grid"), axisLineColor: soft,
        highlightSeriesOpts: this.lines.length > 1 ? { strokeWidth: 2.5 } : null,
        highlightSeriesBackgroundAlpha: 0.35, highlightSeriesBackgroundColor: Clino.color("paper"),
        includeZero: this.spec.zero && !this.log, animatedZooms: false,
        axes: {
          x: { axisLabelFormatter: (x) => Clino.numberText(x), pixelsPerLabel: 70, drawGrid: false },
          y: { axisLabelFormatter: (y) => Clino.numberText(y), axisLabelWidth: 52,
            ticker: this.log ? decades : Dygraph.numericLinearTicks },
        },
        highlightCallback: (event, x, points, row, name) => this.show(x, Number(name?.slice(5))),
        drawCallback: (graph) => this.label(graph),
        unhighlightCallback: () => this.show(),
        zoomCallback: (low, high) => {
          const [first, last] = this.shared.range();
          this.shared.zoomed(low > first || high < last ? [low, high] : null);
        },
      };
    }

    /** Names many lines at their right ends, as far as there is room. */
    label(graph) {
      for (const old of this.canvas.querySelectorAll(".ending")) old.remove();
      if (this.lines.length <= 6) return;
      const [, high] = graph.xAxisRange(), { y, h } = graph.getArea();
      const ends = this.lines.map((line) => ({ line, place: graph.toDomYCoord(valueAt(line, high)) }))
        .filter(({ place }) => place >= y && place <= y + h).sort((a, b) => a.place - b.place);
      let free = -Infinity;
      for (const { line, place } of ends) {
        if (place < free) continue;
        const label = Clino.element("span", { className: `ending ${line.color}`, textContent: line.layer === undefined ? line.label : line.label.split(" ")[0] });
        label.style.top = `${place}px`;
        this.canvas.append(label);
        free = place + 11;
      }
    }

    zoom(range) {
      this.window = range;
      if (this.graph) this.graph.updateOptions({ dateWindow: range ?? this.shared.range(), valueRange: null });
    }

    writeList() {
      this.values = this.lines.map(() => Clino.element("span"));
      this.list.replaceChildren(...this.lines.map((line, k) => Clino.element("li", {}, [
        Clino.element("span", { className: `swatch ${line.color} k${line.dash}` }),
        Clino.element("span", { textContent: line.label, title: line.label }), this.values[k]])));
      this.show();
    }

    /** Lists the values at a step, or the last ones; the line `near` the pointer stands out. */
    show(step, near) {
      const last = Math.max(0, ...this.lines.map((line) => line.steps[line.steps.length - 1] ?? 0));
      this.step.textContent = step === undefined ? `step ${last}, the last` : `step ${step}`;
      this.lines.forEach((line, k) => {
        const value = valueAt(line, step ?? last);
        this.values[k].textContent = value === undefined || (line.lacks && Number.isNaN(value))
          ? "–" : Clino.numberText(value);
        this.list.children[k].classList.toggle("near", k === near && this.lines.length > 1);
      });
      const row = this.list.children[near];
      if (row) this.readout.scrollTop = row.offsetTop - this.readout.clientHeight / 2;
    }

    key(event) {
      if (!this.graph || event.ctrlKey || event.metaKey || event.altKey) return;
      const [low, high] = this.graph.xAxisRange();
      const zoomed = { "+": 0.5, "=": 0.5, "-": 2 }[event.key];
      const moved = { ArrowLeft: -1, ArrowRight: 1, PageDown: 20, PageUp: -20 }[event.key];
      if (moved) {
        this.row = Math.min(this.table.length - 1, Math.max(0, (this.row ?? -1) + moved));
        this.graph.setSelection(this.row);
        this.show(this.table[this.row][0]);
      } else if (zoomed) {
        const middle = this.row === undefined ? (low + high) / 2 : this.table[this.row][0];
        const half = (high - low) / 2 * zoomed;
        this.shared.zoomed([middle - half, middle + half]);
      } else if (event.key === "0" || event.key === "Escape") {
        this.shared.zoomed(null);
      } else {
        return;
      }
      event.preventDefault();
    }
  }
  Clino.ChartView = ChartView;
})();
