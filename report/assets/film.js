"use strict";
// A film: any frame drawn from its bytes, with a slider and a button to play it.
//
// The figure's data block is {"plane": bool, "columns", "rows", "classes": bool, "levels", "low", "high",
// "ramp": [colours, dark to light], "frames": [{"step", "epoch", "values"}, ..]}. Values of a plane are
// base64 of bytes, rows from below: with classes class * levels + level of confidence, else 0 (lowest) to
// 254; 255 is not finite. Values of a line are base64 of doubles, `low` and `high` the ends of its axis.
(() => {
  const bytesOf = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

  const rgb = (color) => {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = color;
    return [1, 3, 5].map((i) => parseInt(context.fillStyle.slice(i, i + 2), 16));
  };

  /** The colour of every byte, for the present light or dark surroundings. */
  const palette = (film) => {
    const paper = rgb(Clino.color("paper")), alarm = rgb(Clino.color("alarm"));
    const classes = Array.from({ length: 6 }, (_, i) => rgb(Clino.color(`c${i}`)));
    const ramp = film.ramp.map(rgb);
    return Array.from({ length: 256 }, (_, byte) => {
      if (byte === 255) return alarm;
      if (!film.classes) return ramp[Math.floor(byte / 255 * ramp.length)];
      const color = classes[Math.floor(byte / film.levels) % 6];
      const share = 0.08 + 0.5 * (byte % film.levels) / film.levels;
      return color.map((level, k) => share * level + (1 - share) * paper[k]);
    });
  };

  const drawPlane = (film, canvas, colors, values) => {
    const context = canvas.getContext("2d");
    const image = context.createImageData(film.columns, film.rows);
    values.forEach((byte, i) => {
      const row = film.rows - 1 - Math.floor(i / film.columns);
      const place = 4 * (row * film.columns + i % film.columns);
      image.data.set([...colors[byte], 255], place);
    });
    context.putImageData(image, 0, 0);
  };

  // The frame of the axes in svg_film.hpp.
  const drawLine = (film, curve, values) => {
    let path = "", down = false;
    values.forEach((value, i) => {
      if (Number.isFinite(value)) {
        const x = 44 + 388 * i / (values.length - 1);
        const y = 400 - 392 * (value - film.low) / (film.high - film.low);
        path += `${down ? "L" : "M"}${x.toFixed(2)} ${Math.max(-1000, Math.min(2000, y)).toFixed(2)}`;
      }
      down = Number.isFinite(value);
    });
    curve.setAttribute("d", path);
  };

  Clino.film = (figure) => {
    const film = JSON.parse(figure.querySelector("script").textContent);
    const stage = figure.querySelector(".stage"), when = figure.querySelector(".when");
    const curve = stage.querySelector(".curve");
    const frames = film.frames.map((frame) => {
      const bytes = bytesOf(frame.values);
      return film.plane ? bytes : Array.from(new Float64Array(bytes.buffer));
    });
    const canvas = Clino.element("canvas", { width: film.columns, height: film.rows });
    canvas.setAttribute("aria-hidden", "true");
    let colors = palette(film), timer = 0;
    if (film.plane) {
      stage.prepend(canvas);
      stage.classList.add("drawn");
    }
    const slider = Clino.element("input", { type: "range", min: 0, max: frames.length - 1, value: frames.length - 1 });
    slider.setAttribute("aria-label", "Frame");
    const button = Clino.element("button", { type: "button", textContent: "Play" });
    const show = () => {
      const i = Number(slider.value), { step, epoch } = film.frames[i];
      if (film.plane) drawPlane(film, canvas, colors, frames[i]); else drawLine(film, curve, frames[i]);
      when.textContent = `Step ${step}, epoch ${epoch}`;
      slider.setAttribute("aria-valuetext", when.textContent);
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      button.textContent = "Play";
    };
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (Number(slider.value) === frames.length - 1) slider.value = 0;
      button.textContent = "Pause";
      show();
      timer = setInterval(() => {
        slider.value = Number(slider.value) + 1;
        show();
        if (Number(slider.value) === frames.length - 1) stop();
      }, Math.max(60, Math.min(400, 6000 / frames.length)));
      return undefined;
    });
    slider.addEventListener("input", () => { stop(); show(); });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colors = palette(film); show(); });
    if (frames.length > 1) stage.after(Clino.element("div", { className: "player" }, [button, slider]));
    show();
  };
})();
