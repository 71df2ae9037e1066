#pragma once

#include <string>

/// \file
/// What is asked of a page, in JavaScript. None of it leans on the page's own code, but for the
/// model that its charts are drawn from.

namespace clino::test {

/// For each chart the number of pixels in each of its lines' colours. The canvas alone shows
/// whether something was drawn; the axes have other colours.
inline const std::string kLinePixels = R"js(
[...document.querySelectorAll('figure.chart')].map(figure => {
  const colors = [...figure.querySelectorAll('.readout .swatch')]
    .map(swatch => getComputedStyle(swatch).borderTopColor.match(/\d+/g).map(Number));
  const pixels = colors.map(() => 0);
  for (const canvas of figure.querySelectorAll('canvas')) {
    const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 3] < 64) continue;
      colors.forEach(([red, green, blue], k) => {
        const away = Math.abs(data[i] - red) + Math.abs(data[i + 1] - green) + Math.abs(data[i + 2] - blue);
        if (away < 24) ++pixels[k];
      });
    }
  }
  return {id: figure.dataset.chart, pixels};
})
)js";

/// Defines `look`: colours as [red, green, blue] in 0..1, what lies behind an element, contrast
/// (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio) and luminance.
inline const std::string kLook = R"js(
const look = (() => {
  const pen = new OffscreenCanvas(1, 1).getContext('2d', {willReadFrequently: true});
  const parse = color => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    return [red / 255, green / 255, blue / 255, alpha / 255];
  };
  const over = (top, below, alpha) => below.map((value, i) => top[i] * alpha + value * (1 - alpha));
  const chain = element => element ? [...chain(element.parentElement), element] : [];
  const inside = (box, x, y) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  /** The colour behind an element: of its ancestors, and of the rectangles of its picture below it. */
  const behind = element => {
    let color = [1, 1, 1];
    for (const one of chain(element)) {
      const [r, g, b, alpha] = parse(getComputedStyle(one).backgroundColor);
      color = over([r, g, b], color, alpha);
    }
    const box = element.getBoundingClientRect();
    for (const shape of element.closest('svg')?.querySelectorAll('rect') ?? []) {
      const before = shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
      const style = getComputedStyle(shape);
      if (!before || style.fill === 'none') continue;
      if (!inside(shape.getBoundingClientRect(), (box.left + box.right) / 2, (box.top + box.bottom) / 2)) continue;
      const [r, g, b, alpha] = parse(style.fill);
      color = over([r, g, b], color, alpha * style.fillOpacity * style.opacity);
    }
    return color;
  };
  const luminance = color => {
    const [r, g, b] = color.map(x => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = element => {
    const style = getComputedStyle(element), ground = behind(element);
    const [r, g, b, alpha] = parse(element.closest('svg') ? style.fill : style.color);
    const opacity = chain(element).reduce((product, one) => product * getComputedStyle(one).opacity, 1);
    const pair = [luminance(over([r, g, b], ground, alpha * opacity)), luminance(ground)];
    return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  };
  const seen = element => element.checkVisibility({visibilityProperty: true}) &&
    element.getBoundingClientRect().width > 0;
  return {behind, luminance, contrast, seen};
})();
)js";

/// The texts of pictures and charts that stand out too little from what is behind them.
inline const std::string kFaintTexts = "(() => {" + kLook + R"js(
  return [...document.querySelectorAll('figure *')]
    .filter(element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .filter(element => !['title', 'SCRIPT', 'OPTION'].includes(element.tagName) && look.seen(element))
    .filter(element => look.contrast(element) < 4.5)
    .map(element => `${element.closest('figure').id || element.closest('figure').className}: ` +
      `${element.textContent.trim().slice(0, 40)} ${look.contrast(element).toFixed(2)}`);
})()
)js";

/// How many texts the one above looks at.
inline const std::string kChartTexts = "(() => {" + kLook + R"js(
  return [...document.querySelectorAll('figure text, figure .dygraph-axis-label')].filter(look.seen).length;
})()
)js";

/// Luminance of what is behind the text of the page.
inline const std::string kGround =
    "(() => {" + kLook +
    "return look.luminance(look.behind(document.querySelector('main p'))) })()";

/// What the Tab key should reach, in the order of the document.
inline const std::string kStops = R"js(
window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')]
  .filter(element => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({visibilityProperty: true})),
window.stops.map(element => `${element.tagName} ${element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 30)}`)
)js";

/// Where the focus is: its place in `stops`, whether its outline can be seen, and whether a point
/// of it is in the window with nothing in front.
inline const std::string kFocus = R"js(
(() => {
  const element = document.activeElement, style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  let points = 0;
  for (const x of [0.05, 0.5, 0.95]) {
    for (const y of [0.05, 0.5, 0.95]) {
      const top = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
      if (top && (element.contains(top) || top.contains(element) && top.tagName === 'LABEL')) ++points;
    }
  }
  return {stop: window.stops.indexOf(element),
          outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1 && style.outlineColor !== 'rgba(0, 0, 0, 0)',
          uncovered: points > 0};
})()
)js";

/// The model that the charts are drawn from; what is not finite as the log writes it.
inline const std::string kModel = R"js(
Clino.model.series.map(one => ({
  layer: one.layer === undefined ? null : Clino.model.runs[one.run].layers[one.layer].layer,
  split: one.split ?? null, quantity: one.quantity, of: one.of, steps: one.steps,
  values: one.values.map(x => Number.isFinite(x) ? x : {NaN: 'nan', Infinity: 'inf', '-Infinity': '-inf'}[x])
}))
)js";

}  // namespace clino::test
