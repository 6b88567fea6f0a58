// The drawing as data: layers of strokes, and what can be made of them. No page, no licensing.

/** The drawing kept as JSON in `text`, or an empty one. */
export function drawing(text) {
  const fresh = (name) => ({ name, visible: true, strokes: [] });
  const layers = read(text) ?? [fresh("Sketch")];
  return {
    layers,
    /** The topmost visible layer: where strokes go. */
    current: () => layers.findLast((layer) => layer.visible) ?? layers.at(-1),
    /** A new layer on top. */
    addLayer(name = `Layer ${layers.length + 1}`) {
      layers.push(fresh(name));
      return layers.at(-1);
    },
  };
}

function read(text) {
  try {
    const layers = JSON.parse(text);
    const sound = Array.isArray(layers) && layers.length > 0 && layers.every((layer) => Array.isArray(layer.strokes));
    return sound ? layers : null;
  } catch {
    return null;
  }
}

/** A stroke as a soft brush would have drawn it: corners cut twice (Chaikin), over two washes of colour. */
export function beautified(stroke) {
  const points = chaikin(chaikin(stroke.points));
  return [[3.2, 0.12], [1.9, 0.25], [1, 0.9]].map(([wider, alpha]) => ({ ...stroke, width: stroke.width * wider, alpha, points }));
}

function chaikin(points) {
  if (points.length < 3) return points;
  const between = ([ax, ay], [bx, by], part) => [ax + (bx - ax) * part, ay + (by - ay) * part];
  const inner = points.slice(1).flatMap((point, i) => [between(points[i], point, 0.25), between(points[i], point, 0.75)]);
  return [points[0], ...inner, points.at(-1)];
}

/** The visible layers as an SVG document. */
export function toSvg(layers, { width, height }) {
  const text = (value) => String(value).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const line = ({ color, width, alpha = 1, points }) => `<polyline points="${text((points.length > 1 ? points : [...points, ...points]).join(" "))}" `
    + `stroke="${text(color)}" stroke-width="${text(width)}" stroke-opacity="${text(alpha)}"/>`;
  const group = (layer) => `<g aria-label="${text(layer.name)}">${layer.strokes.map(line).join("")}</g>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" fill="none" stroke-linecap="round" stroke-linejoin="round">`
    + `${layers.filter((layer) => layer.visible).map(group).join("")}</svg>\n`;
}
