// Names of places and numbers of lines on a flow map: each where no other stands.

// Names first, then numbers in the order wanted; what finds no room is told on pointing.
function placeMarks({ lines, wanted, numbers, over, width, height, colours, widthOf }) {
  const taken = over.slice();
  const marks = [];
  const small = width < 480;
  const put = (options) => {
    for (const mark of options) {
      const box = boxOf(mark, widthOf(mark));
      const inside = box[0] >= 2 && box[2] <= width - 2 && box[1] >= 2 && box[3] <= height - 2;
      if (!inside || taken.some((other) => overlaps(box, other))) continue;
      taken.push(box);
      marks.push(mark);
      return;
    }
  };
  for (const [spot, { reach, pull }] of reaches(lines)) {
    const far = !!spot.side;
    const style = { size: small ? 11 : 12.5, weight: far ? 500 : 600, colour: far ? colours.soft : colours.ink };
    put(besides(spot, reach + 4, pull, style));
  }
  let room = Math.max(6, Math.round(width / 45));
  for (const index of wanted) {
    if (!lines[index]) continue;
    if (room-- <= 0) break;
    const style = { size: small ? 10.5 : 11.5, colour: colours.soft, weight: 500 };
    put(upon(lines[index], numbers(index), style));
  }
  return marks;
}

// How far from each place that is in use its name must stay, and whereto its lines pull.
function reaches(lines) {
  const used = new Map();
  for (const line of lines) {
    if (!line) continue;
    const reach = line.stays ? line.radius + line.thick / 2 : 4;
    for (const spot of [line.from, line.to]) {
      const own = used.get(spot) ?? { reach: 0, pull: [0, 0] };
      own.reach = Math.max(own.reach, reach);
      if (!line.stays) {
        const [x, y] = [line.bendX - spot.x, line.bendY - spot.y];
        const far = Math.hypot(x, y) || 1;
        own.pull = [own.pull[0] + (x / far) * line.thick, own.pull[1] + (y / far) * line.thick];
      }
      used.set(spot, own);
    }
  }
  return used;
}

// A name stands on the side that the lines leave free, beside its place rather than above it.
function besides(spot, gap, [x, y], style) {
  const right = { text: spot.name, x: spot.x + gap, y: spot.y, ...style, side: "left", pulled: x - 1 };
  const left = { ...right, x: spot.x - gap, side: "right", pulled: -x };
  const above = { ...right, x: spot.x, y: spot.y - gap - 6, side: "center", pulled: 6 - y };
  const below = { ...above, y: spot.y + gap + 7, pulled: 6 + y };
  const first = { right: [left, above, below], top: [below, right, left], bottom: [above, right, left] };
  return first[spot.side] ?? [right, left, above, below].sort((one, other) => one.pulled - other.pulled);
}

function upon(line, text, style) {
  const mark = { text, side: "center", ...style };
  if (!line.stays) {
    return [0.5, 0.4, 0.6, 0.32, 0.68, 0.24].map((t) => {
      const [x, y] = along(line, t);
      return { ...mark, x, y };
    });
  }
  const far = line.radius + line.thick / 2 + 9;
  return [far, -far].map((away) => ({ ...mark, x: line.from.x, y: line.from.y + away }));
}

function boxOf(mark, wide) {
  const left = { center: mark.x - wide / 2, right: mark.x - wide, left: mark.x }[mark.side];
  return [left - 3, mark.y - mark.size * 0.62 - 1, left + wide + 3, mark.y + mark.size * 0.62 + 1];
}

function overlaps(box, other) {
  return box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
}

// The largest of each kind, then the second of each: no kind, and no direction, goes unwritten.
function inTurns(indices, kindOf) {
  const ranks = new Map();
  const turn = indices.map((index) => {
    const rank = ranks.get(kindOf(index)) ?? 0;
    ranks.set(kindOf(index), rank + 1);
    return [rank, index];
  });
  return turn.sort((a, b) => a[0] - b[0]).map(([, index]) => index);
}
