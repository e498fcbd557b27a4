// Painting a flow map: the ground, lines from their pale to their full end, names and numbers.

const faint = (colour, share) => `color-mix(in srgb, ${colour} ${share}%, transparent)`;

// The colours of the design tokens in the reader's theme. The reddish one is left out: people who
// move are never drawn in red.
function coloursOf(root) {
  const style = getComputedStyle(root);
  const token = (name) => style.getPropertyValue(`--tv-${name}`).trim();
  return {
    sea: token("map-sea"),
    land: token("map-land"),
    coast: token("map-coast"),
    state: token("map-state"),
    border: token("map-border"),
    ink: token("ink"),
    soft: token("ink-soft"),
    paper: token("paper"),
    kinds: [1, 4, 3, 5, 6].map((index) => token(`data-${index}`)),
    font: style.fontFamily,
  };
}

function paintGround(g, paths, view, { width, height, ratio }, colours) {
  g.setTransform(ratio, 0, 0, ratio, 0, 0);
  g.fillStyle = colours.sea;
  g.fillRect(0, 0, width, height);
  const s = view.scale * ratio;
  const [left, top] = [width / 2 - view.x * view.scale, height / 2 - view.y * view.scale];
  g.setTransform(s, 0, 0, s, left * ratio, top * ratio);
  g.lineJoin = "round";
  const stroke = (path, colour, thick) => {
    g.strokeStyle = colour;
    g.lineWidth = thick / view.scale;
    g.stroke(path);
  };
  stroke(paths.land, faint(colours.coast, 28), 7);
  stroke(paths.land, faint(colours.coast, 40), 3);
  g.fillStyle = colours.land;
  g.fill(paths.land);
  stroke(paths.states, colours.state, 0.8);
  g.fillStyle = colours.sea;
  g.fill(paths.lakes);
  stroke(paths.countries, colours.border, 1.3);
  stroke(paths.land, colours.coast, 0.9);
}

function traceLine(context, line) {
  context.beginPath();
  if (line.stays) context.arc(line.from.x, line.from.y, line.radius, 0, FULL_CIRCLE);
  else {
    context.moveTo(line.start.x, line.start.y);
    context.quadraticCurveTo(line.bendX, line.bendY, line.end.x, line.end.y);
  }
}

function paintLine(context, line, colour, alpha) {
  traceLine(context, line);
  context.lineWidth = line.thick;
  context.globalAlpha = alpha;
  if (line.stays) context.strokeStyle = faint(colour, 78);
  else {
    const paint = context.createLinearGradient(line.start.x, line.start.y, line.end.x, line.end.y);
    paint.addColorStop(0, faint(colour, 24));
    paint.addColorStop(1, faint(colour, 78));
    context.strokeStyle = paint;
  }
  context.stroke();
  context.globalAlpha = 1;
}

// A slow sheen along every line alike says which way it runs, whatever its number.
function paintSheen(context, line, colour, time) {
  if (line.stays) return;
  traceLine(context, line);
  context.lineWidth = Math.max(1, Math.min(line.thick * 0.4, 3));
  context.strokeStyle = faint(colour, 62);
  context.setLineDash([34, 46]);
  context.lineDashOffset = -((time / 42) % 80);
  context.stroke();
  context.setLineDash([]);
}

function paintSpots(context, lines, colours) {
  for (const spot of new Set(lines.flatMap((line) => [line.from, line.to]))) {
    // What lies beyond the edge is marked more lightly: it is not where its dot is.
    context.beginPath();
    context.arc(spot.x, spot.y, spot.side ? 2.6 : 3.6, 0, FULL_CIRCLE);
    context.fillStyle = spot.side ? colours.soft : colours.paper;
    context.fill();
    if (spot.side) continue;
    context.lineWidth = 1.6;
    context.strokeStyle = colours.ink;
    context.stroke();
  }
}

function paintMarks(context, marks, colours) {
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const mark of marks) {
    context.font = `${mark.weight} ${mark.size}px ${colours.font}`;
    context.textAlign = mark.side;
    context.lineWidth = 3.5;
    context.strokeStyle = faint(colours.land, 88);
    context.strokeText(mark.text, mark.x, mark.y);
    context.fillStyle = mark.colour;
    context.fillText(mark.text, mark.x, mark.y);
  }
}
