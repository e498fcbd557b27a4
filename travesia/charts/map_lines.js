// Where the lines of a flow map lie on its stage: pure geometry, the same for every direction.

const WIDEST = 30; // pixels of the widest line of all
const FULL_CIRCLE = 2 * Math.PI;

// A place out of view stands at the edge, so that its lines still say where they come from.
function placeSpots(places, onStage, width, height) {
  const room = { left: 26, right: width - 26, top: 24, bottom: height - 22 };
  return places.map(([name, longitude, latitude]) => {
    const [x, y] = onStage(across(longitude), down(latitude));
    const inX = Math.min(Math.max(x, room.left), room.right);
    const inY = Math.min(Math.max(y, room.top), room.bottom);
    const beside = inX > x ? "left" : inX < x ? "right" : "";
    return { name, x: inX, y: inY, side: beside || (inY > y ? "top" : inY < y ? "bottom" : "") };
  });
}

// Pixels of width for each event: one scale for every kind and direction that is shown.
function pixelsEach(flows, kinds, width) {
  let largest = 1;
  for (const [, , kind, values] of flows) {
    if (kinds[kind]) for (const each of values) if (each > largest) largest = each;
  }
  return (WIDEST * Math.min(1, 0.45 + width / 1500)) / largest;
}

function placeLines(flows, kinds, shown, spots, width) {
  const each = pixelsEach(flows, kinds, width);
  const lanes = new Map(); // lines between the same two places lie side by side
  return flows.map(([origin, destination, kind], index) => {
    const [from, to] = [spots[origin], spots[destination]];
    const stays = origin === destination;
    const thick = Math.max(shown[index] * each, 1.2);
    if (!kinds[kind] || shown[index] <= 0 || (!stays && from.side && to.side)) return undefined;
    const line = { index, from, to, stays, thick, kind };
    if (stays) {
      const inner = lanes.get(from) ?? 10;
      lanes.set(from, inner + thick + 3);
      return asRing(line, inner + thick / 2);
    }
    const key = `${origin}-${destination}`;
    lanes.set(key, (lanes.get(key) ?? -1) + 1);
    return asCurve(line, lanes.get(key));
  });
}

function asRing(line, radius) {
  const { x, y } = line.from;
  const points = Array.from({ length: 33 }, (_, step) => {
    const turn = (step / 32) * FULL_CIRCLE - Math.PI / 2;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
  return { ...line, radius, points };
}

// Every line bends to its own right, so that opposite ways lie apart and weigh the same.
function asCurve(line, lane) {
  const { from, to, thick } = line;
  const bend = 0.2 + lane * 0.14;
  line.bendX = (from.x + to.x) / 2 - (to.y - from.y) * bend;
  line.bendY = (from.y + to.y) / 2 + (to.x - from.x) * bend;
  const gap = 6 + Math.min(thick * 0.45, 10);
  line.start = towards(from, line.bendX, line.bendY, gap);
  line.end = towards(to, line.bendX, line.bendY, gap);
  line.points = Array.from({ length: 25 }, (_, step) => along(line, step / 24));
  return line;
}

// Lines begin and end beside a place, not on it.
function towards(spot, x, y, gap) {
  const far = Math.max(1, Math.hypot(x - spot.x, y - spot.y));
  const share = Math.min(0.4, gap / far);
  return { x: spot.x + (x - spot.x) * share, y: spot.y + (y - spot.y) * share };
}

function along(line, t) {
  const u = 1 - t;
  return [
    u * u * line.start.x + 2 * u * t * line.bendX + t * t * line.end.x,
    u * u * line.start.y + 2 * u * t * line.bendY + t * t * line.end.y,
  ];
}

// The line that lies under a point, -1 where there is none.
function lineAt(lines, x, y) {
  let best = -1;
  let least = 7;
  for (const line of lines) {
    for (const [px, py] of line?.points ?? []) {
      const far = Math.hypot(px - x, py - y) - line.thick / 2;
      if (far < least) [least, best] = [far, line.index];
    }
  }
  return best;
}
