// The ground of flow maps: a projection of equal areas, and the outlines as paths to be drawn.

const RADIANS = Math.PI / 180;
const TRUE_AT = Math.cos(20 * RADIANS); // the latitude at which shapes are undistorted

// Equal areas: no country looks larger than it is because it lies further north.
const across = (longitude) => longitude * TRUE_AT;
const down = (latitude) => -Math.sin(latitude * RADIANS) / RADIANS / TRUE_AT;

function decodeLine(text, scale) {
  const points = [];
  let at = 0;
  let x = 0;
  let y = 0;
  const next = () => {
    let shift = 0;
    let value = 0;
    let part;
    do {
      part = text.charCodeAt(at++) - 63;
      value |= (part & 31) << shift;
      shift += 5;
    } while (part >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < text.length) {
    x += next();
    y += next();
    points.push([across(x / scale), down(y / scale)]);
  }
  return points;
}

function pathOf(lines, scale, closed) {
  const path = new Path2D();
  for (const line of lines) {
    decodeLine(line, scale).forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
    if (closed) path.closePath();
  }
  return path;
}

const decoded = new WeakMap();

function pathsOf(geometry) {
  if (!decoded.has(geometry)) {
    const { land, lakes, countries, states, scale } = geometry;
    decoded.set(geometry, {
      land: pathOf(land, scale, true),
      lakes: pathOf(lakes, scale, true),
      countries: pathOf(countries, scale, false),
      states: pathOf(states, scale, false),
    });
  }
  return decoded.get(geometry);
}
