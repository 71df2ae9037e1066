"use strict";
// The page's model and what all its charts share.
//
// The data block (script element "data", JSON) is
//   {"live": where to go on or false, "runs": [{"name", "layers": [{"layer", "label", "learned", "elementwise", "color", "dash"}]}],
//    "charts": [{"id", "title", "of": "run"|"layers", "quantities": [..], "log": bool, "zero": bool}],
//    "steps": [[first step, then differences], ..],
//    "series": [{"run", "layer": position in layers or absent, "split": of a metric or absent, "quantity",
//                "label", "color", "dash", "thin", "lacks": NaN means "has none", "of": points in the log,
//                "steps": number of a list of steps, "values": base64 of little-endian doubles}, ..]}
//
// A live page listens to the event source /events?from=<where to go on>. Its messages are JSON:
//   {"type": "records", "steps": [..], "layers": [[..], ..], "metrics": [..], "signal": [..], "units": [..]}
//       objects as in steps.jsonl, layers.jsonl (a list for each step), metrics.jsonl, signal.jsonl and
//       units.jsonl (scans are drawn, events come with a section); each list may be absent
//   {"type": "section", "id": "latest", "html": "<section id=\"latest\">..</section>"}
//       a section as the server writes it; it takes the place of the one with that id
//   {"type": "end"}   the run has ended; nothing more will come
// The same can be done by hand: Clino.append(records), Clino.replace(id, html).
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);

  const doubles = (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return Array.from(new Float64Array(bytes.buffer));
  };
  const steps = data.steps.map((list) => {
    let sum = 0;
    return list.map((difference) => (sum += difference));
  });
  const series = data.series.map((one) => ({ ...one, steps: [...steps[one.steps]], values: doubles(one.values) }));
  Clino.model = { runs: data.runs, charts: data.charts, series };
  const oneRun = data.runs.length === 1;

  // What is chosen for all charts.
  const LEARNED = "layers with weights", ACTIVATIONS = "activations", ALL = "all layers";
  const labels = [...new Set(data.runs.flatMap((run) => run.layers.map((layer) => layer.label)))];
  const shared = { smoothing: 0, layer: oneRun ? LEARNED : labels[0], views: [] };

  const layerOf = (line) => data.runs[line.run].layers[line.layer];
  const kept = (lines) => {
    const some = (test) => (lines.some(test) ? lines.filter(test) : lines);
    if (shared.layer === ALL) return lines;
    if (shared.layer === LEARNED) return some((line) => layerOf(line).learned);
    if (shared.layer === ACTIVATIONS) return some((line) => layerOf(line).elementwise);
    return lines.filter((line) => layerOf(line).label === shared.layer);
  };
  shared.layerText = () => `Layer ${shared.layer}`;
  shared.linesOf = (spec) => {
    const lines = series.filter((line) => spec.quantities.includes(line.quantity) &&
      (line.layer !== undefined) === (spec.of === "layers"));
    return spec.of === "layers" ? kept(lines) : lines;
  };
  /** From the first step to the last, of all series: charts stand one below the other in time. */
  shared.range = () => {
    let low = Infinity, high = -Infinity;
    for (const { steps: own } of series) {
      if (own.length === 0) continue;
      low = Math.min(low, own[0]);
      high = Math.max(high, own[own.length - 1]);
    }
    if (low > high) return [0, 1];
    return high > low ? [low, high] : [low - 0.5, high + 0.5];
  };
  shared.zoomed = (range) => shared.views.forEach((view) => view.zoom(range));
  const redraw = () => shared.views.forEach((view) => view.draw());

  const tools = () => {
    const choice = Clino.element("select");
    const options = oneRun ? [LEARNED, ACTIVATIONS, ALL, ...labels] : labels;
    choice.append(...options.map((text) => Clino.element("option", { value: text, textContent: text })));
    choice.value = shared.layer;
    choice.addEventListener("change", () => { shared.layer = choice.value; redraw(); });
    const smoothing = Clino.element("input", { type: "range", min: 0, max: 30, value: 0 });
    smoothing.addEventListener("input", () => { shared.smoothing = Number(smoothing.value); redraw(); });
    const reset = Clino.element("button", { type: "button", textContent: "Show all steps" });
    reset.addEventListener("click", () => shared.zoomed(null));
    const bar = Clino.element("div", { className: "tools" }, [
      Clino.element("label", {}, ["Layers", choice]), Clino.element("label", {}, ["Smoothing", smoothing]), reset,
      Clino.element("span", { className: "hint", textContent: "Drag over a chart to zoom, shift and drag to move." })]);
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "For all charts");
    return bar;
  };

  // One figure after the other, so that the page answers in between. When all are drawn, the root element
  // says so: data-drawn="yes".
  const waiting = [];
  const work = () => {
    const next = waiting.shift();
    if (!next) {
      document.documentElement.dataset.drawn = "yes";
      return;
    }
    if (next.isConnected && next.matches(".film")) Clino.film(next);
    if (next.isConnected && next.matches(".chart")) {
      const spec = data.charts.find((chart) => chart.id === next.dataset.chart);
      shared.views.push(new Clino.ChartView(next, spec, shared));
    }
    setTimeout(work);
  };

  /** Draws what stands in an element: charts, films, and the words of a picture under the pointer. */
  Clino.attach = (root) => {
    document.documentElement.dataset.drawn = "no";
    if (waiting.length === 0) setTimeout(work);
    waiting.push(...root.querySelectorAll("figure.chart, figure.film"));
    for (const figure of root.querySelectorAll("figure.map:not(.small)")) {
      const hint = Clino.element("p", { className: "hint" });
      figure.append(hint);
      figure.addEventListener("pointerover", (event) => {
        hint.textContent = event.target.querySelector?.(":scope > title")?.textContent ?? "";
      });
      figure.addEventListener("pointerleave", () => { hint.textContent = ""; });
    }
  };

  // Live.
  const number = (value) => ({ nan: NaN, inf: Infinity, "-inf": -Infinity })[value] ?? (value === null ? NaN : value);
  const find = (key, fallback) => {
    const matches = (one) => one.run === 0 && one.quantity === key.quantity && one.layer === key.layer &&
      one.split === key.split;
    let found = series.find(matches);
    if (!found) {
      found = { run: 0, ...key, ...fallback, of: 0, steps: [], values: [] };
      series.push(found);
    }
    return found;
  };
  /** Half the points: of every four the smallest, the largest and what is not finite. */
  const halve = (line) => {
    const keep = new Set([0, line.values.length - 1]);
    for (let i = 0; i < line.values.length; i += 4) {
      const group = [i, i + 1, i + 2, i + 3].filter((k) => k < line.values.length);
      const finite = group.filter((k) => Number.isFinite(line.values[k])).sort((a, b) => line.values[a] - line.values[b]);
      const broken = group.find((k) => !Number.isFinite(line.values[k]));
      for (const k of [finite[0], finite[finite.length - 1], broken]) if (k !== undefined) keep.add(k);
    }
    const order = [...keep].sort((a, b) => a - b);
    line.steps = order.map((k) => line.steps[k]);
    line.values = order.map((k) => line.values[k]);
  };
  const push = (line, step, value) => {
    if (value === undefined || (value === null && line.values.length === 0)) return;
    // What the page came with may come again.
    if (line.steps.length > 0 && step <= line.steps[line.steps.length - 1]) return;
    line.steps.push(step);
    line.values.push(number(value));
    line.of += 1;
    if (line.values.length > 4000) halve(line);
  };
  const quantities = (of) => data.charts.filter((chart) => chart.of === of).flatMap((chart) => chart.quantities);
  const layerPosition = (record) => {
    const { layers } = data.runs[0];
    let position = layers.findIndex((layer) => layer.layer === record.layer);
    if (position < 0) {
      position = layers.push({ layer: record.layer, label: `${record.name} ${record.type}`,
        learned: record.weight_norm !== undefined, elementwise: record.dead_fraction !== undefined,
        color: `c${layers.length % 6}`, dash: 0 }) - 1;
    }
    return position;
  };
  Clino.append = (records) => {
    for (const record of records.steps ?? []) {
      for (const quantity of quantities("run")) {
        if (quantity in record) {
          push(find({ quantity }, { label: quantity === "loss" ? "batch" : quantity,
            color: quantity === "loss" ? "grey" : "c0", dash: 0, thin: quantity === "loss" }), record.step, record[quantity]);
        }
      }
    }
    for (const record of records.metrics ?? []) {
      const color = { train: "c0", validation: "c1" }[record.split] ?? "c2";
      for (const quantity of ["loss", "accuracy"]) {
        push(find({ quantity, split: record.split }, { label: record.split, color, dash: 0 }), record.step, record[quantity]);
      }
    }
    const scans = (records.units ?? []).filter((record) => record.event === "scan")
      .map((record) => ({ ...record, dead_units: record.dead }));
    for (const record of [...(records.layers ?? []).flat(), ...(records.signal ?? []), ...scans]) {
      const layer = layerPosition(record);
      const { label, color, dash } = data.runs[0].layers[layer];
      for (const quantity of quantities("layers")) {
        if (record[quantity] === undefined || record[quantity] === null) continue;
        push(find({ quantity, layer }, { label, color, dash }), record.step, record[quantity]);
      }
    }
    if (!shared.pending) shared.pending = setTimeout(() => {
      shared.pending = 0;
      shared.views.forEach((view) => view.refresh());
    }, 250);
  };
  Clino.replace = (id, html) => {
    const old = document.getElementById(id);
    const template = Clino.element("template", { innerHTML: html });
    const section = template.content.querySelector("section");
    if (!old || !section) return;
    shared.views = shared.views.filter((view) => !old.contains(view.figure));
    old.replaceWith(section);
    Clino.attach(section);
  };
  const listen = () => {
    const source = new EventSource(`/events?from=${encodeURIComponent(data.live)}`);
    source.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (message.type === "records") Clino.append(message);
      if (message.type === "section") Clino.replace(message.id, message.html);
      if (message.type === "end") source.close();
    });
  };

  if (document.querySelector("figure.chart")) document.getElementById("main").prepend(tools());
  Clino.attach(document);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  if (data.live !== false) listen();
})();
