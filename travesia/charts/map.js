// Draws a flow map on a canvas: land, borders, states, and curved lines as wide as their number.
//
// `flowMap(root, geometry, told)` finds its parts in the HTML that Python wrote into `root` and
// gives `{show, goTo, destroy}`; `told` may hold `period(name)` and `chosen(origin, destination)`. Every word comes from that HTML or from the document shown
// (see `FlowMap.document` in flow_map.py). Rules that bind the drawing: no arrowheads, no red, no
// particles, one width scale for every direction, places are countries and states.

const PERIOD_PAUSE = 1900; // milliseconds on each period while playing
const CHANGE = 650; // milliseconds from one period's widths to the next
const REST = 140; // milliseconds without a move before the ground is drawn sharp again
const BEYOND = 1.5; // how much more ground is drawn than the stage shows, to be moved over

function flowMap(root, geometry, told = {}) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const stage = part("stage");
  const canvas = part("canvas");
  const tip = part("tip");
  const slider = part("slider");
  const play = part("play");
  const motion = part("motion");
  const context = canvas.getContext("2d");
  const ending = new AbortController();
  const listen = (target, type, handle, options) =>
    target?.addEventListener(type, handle, { signal: ending.signal, ...options });
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const paths = pathsOf(geometry);
  const ground = document.createElement("canvas");
  const number = new Intl.NumberFormat(root.dataset.locale || undefined);

  let doc;
  let width = 0;
  let height = 0;
  let ratio = 1;
  let view = { x: 0, y: 0, scale: 1 }; // the middle of the stage, and pixels a unit
  let home = view;
  let period = 0;
  let shown = []; // the value that each line is drawn with now, on its way to the period's
  let from = [];
  let changedAt = 0;
  let chosen = -1; // the line that is pointed at or stepped to
  let kinds = [];
  let lines = []; // where each line lies on the stage
  let marks = []; // the names and numbers on it
  let colours = {};
  let frame = 0;
  let timer = 0;
  let playing = false;
  let moving = false;
  let stale = false; // the ground was moved and is not sharp
  let moved = true; // lines and names must be placed anew
  let movedAt = 0;
  let restTimer = 0;
  let laid; // the view that the ground was drawn for
  let over = []; // what stands over the stage
  const widths = new Map(); // of texts, which are slow to measure

  const value = (flow, at = period) => Math.max(0, flow[3][at] ?? 0);
  const order = () =>
    doc.flows
      .map((flow, index) => index)
      .filter((index) => kinds[doc.flows[index][2]] && value(doc.flows[index]) > 0)
      .sort((a, b) => value(doc.flows[b]) - value(doc.flows[a]));

  // ---- the view ----------------------------------------------------------------------------

  function boxView([west, south, east, north]) {
    const [left, right, top, bottom] = [across(west), across(east), down(north), down(south)];
    const [wide, high] = [width / (right - left), height / (bottom - top)];
    // A narrow stage shows the middle of the box at a size that can be read.
    const scale = Math.min(Math.max(wide, high), Math.max(Math.min(wide, high), wide * 1.35));
    return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
  }

  function keepInside(wanted) {
    const whole = doc.whole;
    const [left, right, top, bottom] = [across(whole[0]), across(whole[2]), down(whole[3]), down(whole[1])];
    const least = Math.max(width / (right - left), height / (bottom - top));
    const scale = Math.min(Math.max(wanted.scale, least), home.scale * 8);
    const [w, h] = [width / scale / 2, height / scale / 2];
    const within = (at, low, high) => (low > high ? (low + high) / 2 : Math.min(Math.max(at, low), high));
    return { x: within(wanted.x, left + w, right - w), y: within(wanted.y, top + h, bottom - h), scale };
  }

  function look(wanted) {
    view = keepInside(wanted);
    moved = true;
    movedAt = performance.now();
    hint(-1);
    draw();
    clearTimeout(restTimer);
    restTimer = setTimeout(() => {
      stale = true;
      draw();
    }, REST);
  }

  function zoom(factor, atX = width / 2, atY = height / 2) {
    const scale = keepInside({ ...view, scale: view.scale * factor }).scale;
    const grown = 1 / view.scale - 1 / scale;
    look({ x: view.x + (atX - width / 2) * grown, y: view.y + (atY - height / 2) * grown, scale });
  }

  const pan = (x, y) => look({ ...view, x: view.x + x / view.scale, y: view.y + y / view.scale });

  function resize() {
    const fresh = Math.round(stage.clientWidth);
    if (!fresh || !doc) return;
    // What is made out of the page, as a cell is that nobody has scrolled to, has no colours yet.
    readColours();
    const unmoved = view === home;
    width = fresh;
    height = Math.round(Math.min(Math.max(width * 0.66, 280), 620));
    ratio = Math.min(devicePixelRatio || 1, 2);
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    ground.width = width * ratio * BEYOND;
    ground.height = height * ratio * BEYOND;
    canvas.style.height = `${height}px`;
    home = keepInside(boxView(doc.view));
    view = unmoved || !view.known ? home : keepInside(view);
    home.known = view.known = true;
    const base = stage.getBoundingClientRect();
    over = [...root.querySelectorAll("[data-over]")].map((each) => {
      const own = each.getBoundingClientRect();
      return [own.left - base.left, own.top - base.top, own.right - base.left, own.bottom - base.top];
    });
    laid = undefined;
    moved = true;
    draw();
  }

  // ---- colours -----------------------------------------------------------------------------

  function readColours() {
    colours = coloursOf(root);
    widths.clear();
    laid = undefined;
    moved = true;
    draw();
  }

  // ---- drawing -----------------------------------------------------------------------------

  function drawGround() {
    const size = { width: width * BEYOND, height: height * BEYOND, ratio };
    paintGround(ground.getContext("2d"), paths, view, size, colours);
    stale = false;
    laid = view;
  }

  // While the map moves, the ground that is there is moved; at rest it is drawn sharp.
  function layGround(time) {
    const grown = laid ? view.scale / laid.scale : 1;
    const [w, h] = [width * BEYOND * grown, height * BEYOND * grown];
    const left = width / 2 + ((laid?.x ?? 0) - view.x) * view.scale - w / 2;
    const top = height / 2 + ((laid?.y ?? 0) - view.y) * view.scale - h / 2;
    const covers = laid && left <= 0 && top <= 0 && left + w >= width && top + h >= height;
    if (!covers || (stale && time - movedAt >= REST)) {
      drawGround();
      return layGround(time);
    }
    context.drawImage(ground, left, top, w, h);
  }

  const onStage = (x, y) => [width / 2 + (x - view.x) * view.scale, height / 2 + (y - view.y) * view.scale];

  function place() {
    lines = placeLines(doc.flows, kinds, shown, placeSpots(doc.places, onStage, width, height), width);
  }

  function mark() {
    const all = inTurns(order(), (index) => doc.flows[index][2]);
    const wanted = chosen < 0 ? all : [chosen, ...all.filter((index) => index !== chosen)];
    const numbers = (index) => number.format(value(doc.flows[index]));
    marks = placeMarks({ lines, wanted, numbers, over, width, height, colours, widthOf });
  }

  function widthOf({ text, size, weight }) {
    const key = `${weight} ${size} ${text}`;
    if (!widths.has(key)) {
      context.font = `${weight} ${size}px ${colours.font}`;
      widths.set(key, context.measureText(text).width);
    }
    return widths.get(key);
  }

  function paint(time) {
    frame = 0;
    if (!doc || !width) return;
    const share = calm.matches ? 1 : Math.min(1, (time - changedAt) / CHANGE);
    const eased = share < 1 ? 1 - (1 - share) ** 3 : 1;
    const changing = share < 1;
    doc.flows.forEach((flow, index) => {
      shown[index] = from[index] + (value(flow) - from[index]) * eased;
    });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    layGround(time);
    if (moved || changing || !lines.length || paint.due) place();
    if (moved || paint.due) mark();
    moved = false;
    paint.due = changing;
    const drawn = lines.filter(Boolean).sort((a, b) => b.thick - a.thick);
    context.lineCap = "round";
    const last = drawn.filter((line) => line.index === chosen);
    for (const line of [...drawn.filter((each) => each.index !== chosen), ...last]) {
      const colour = colours.kinds[doc.kinds[line.kind].colour];
      paintLine(context, line, colour, last.length && line.index !== chosen ? 0.28 : 1);
    }
    if (moving && !calm.matches) for (const line of drawn) paintSheen(context, line, colours.paper, time);
    paintSpots(context, drawn, colours);
    paintMarks(context, marks, colours);
    if (changing || (moving && !calm.matches)) draw();
  }

  function draw() {
    frame ||= requestAnimationFrame(paint);
  }

  function redraw() {
    paint.due = true;
    draw();
  }

  // ---- time --------------------------------------------------------------------------------

  function goTo(wanted) {
    if (!doc) return;
    period = Math.min(Math.max(wanted, 0), doc.periods.length - 1);
    from = shown.slice();
    changedAt = performance.now();
    const name = doc.periods[period];
    slider.value = period;
    slider.setAttribute("aria-valuetext", name);
    part("period").textContent = name;
    say();
    fillTable();
    hint(-1);
    redraw();
    told.period?.(name);
  }

  function setPlaying(wanted) {
    clearTimeout(timer);
    playing = wanted;
    play.setAttribute("aria-pressed", String(playing));
    if (!playing) return;
    const step = () => {
      if (period >= doc.periods.length - 1) return setPlaying(false);
      goTo(period + 1);
      timer = setTimeout(step, PERIOD_PAUSE);
    };
    if (period >= doc.periods.length - 1) goTo(0);
    timer = setTimeout(step, PERIOD_PAUSE);
  }

  // ---- words -------------------------------------------------------------------------------

  function nameOf(index) {
    const [start, end, kind] = doc.flows[index];
    const [a, b] = [doc.places[start][0], doc.places[end][0]];
    const places = start === end ? `${a}: ${root.dataset.stayed}` : `${a} – ${b}`;
    return { places, counted: doc.kinds[kind].name, number: number.format(value(doc.flows[index])) };
  }

  function say() {
    const said = doc.said[period];
    root.querySelectorAll("[data-said]").forEach((each) => {
      each.textContent = said[each.dataset.said];
    });
    // While it plays, a voice that reads every year would not keep up.
    if (!playing) part("voice").textContent = [doc.periods[period], ...said.filter((_, kind) => kinds[kind])].join(". ");
  }

  function fillTable() {
    const rows = order().map((index) => {
      const row = document.createElement("tr");
      const { places, counted, number: written } = nameOf(index);
      [places, counted, written].forEach((text, column) => {
        const cell = document.createElement(column ? "td" : "th");
        if (!column) cell.scope = "row";
        if (column === 2) cell.dataset.number = "";
        cell.textContent = text;
        row.append(cell);
      });
      return row;
    });
    part("rows").replaceChildren(...rows);
    part("caption").textContent = doc.periods[period];
  }

  function hint(index, x, y) {
    const before = chosen;
    chosen = index;
    tip.hidden = index < 0;
    if (index >= 0) {
      const { places, counted, number: written } = nameOf(index);
      const bold = document.createElement("strong");
      bold.textContent = `${places}, ${doc.periods[period]}: ${written}`;
      tip.replaceChildren(bold, document.createElement("br"), counted);
      const line = lines[index];
      const [atX, atY] = x === undefined && line ? line.points[Math.floor(line.points.length / 2)] : [x ?? width / 2, y ?? height / 2];
      const room = tip.offsetWidth;
      tip.style.left = `${Math.min(Math.max(atX - room / 2, 6), Math.max(6, width - room - 6))}px`;
      tip.style.top = `${atY > height / 2 ? atY - tip.offsetHeight - 16 : atY + 16}px`;
    }
    if (before !== index) redraw();
  }

  function step(by) {
    const all = order().filter((index) => lines[index]);
    if (!all.length) return;
    const at = all.indexOf(chosen);
    hint(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length]);
    const { places, counted, number: written } = nameOf(chosen);
    part("voice").textContent = `${places}: ${written}. ${counted}`;
  }

  // ---- what people do ----------------------------------------------------------------------

  const KEYS = {
    ArrowLeft: () => pan(-60, 0),
    ArrowRight: () => pan(60, 0),
    ArrowUp: () => pan(0, -60),
    ArrowDown: () => pan(0, 60),
    "+": () => zoom(1.4),
    "=": () => zoom(1.4),
    "-": () => zoom(1 / 1.4),
    0: () => look(home),
    Home: () => look(home),
    PageDown: () => step(1),
    PageUp: () => step(-1),
    n: () => step(1),
    p: () => step(-1),
    " ": () => setPlaying(!playing),
    Enter: () => chosen >= 0 && tellChosen(chosen),
    Escape: () => hint(-1),
  };
  // The notebook around listens for letters and arrows on the document; the window comes first.
  const keepKey = (event) => {
    if (!root.contains(event.target)) return;
    event.stopImmediatePropagation();
    if (event.type !== "keydown" || event.target !== canvas || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  for (const type of ["keydown", "keypress", "keyup"]) listen(window, type, keepKey, { capture: true });

  function tellChosen(index) {
    const [start, end] = doc.flows[index];
    told.chosen?.(doc.places[start][3], doc.places[end][3]);
  }

  const held = new Map();
  let dragged = false;
  const local = (event) => {
    const base = canvas.getBoundingClientRect();
    return [event.clientX - base.left, event.clientY - base.top];
  };
  listen(canvas, "pointerdown", (event) => {
    held.set(event.pointerId, local(event));
    dragged = false;
    canvas.setPointerCapture(event.pointerId);
  });
  listen(canvas, "pointermove", (event) => {
    const [x, y] = local(event);
    const before = held.get(event.pointerId);
    if (!before) {
      const index = lineAt(lines, x, y);
      canvas.style.cursor = index < 0 ? "grab" : "pointer";
      if (index >= 0 || chosen >= 0) hint(index, x, y);
      return;
    }
    if (held.size === 2) {
      const other = [...held].find(([id]) => id !== event.pointerId)[1];
      const grown = Math.hypot(x - other[0], y - other[1]) / Math.max(1, Math.hypot(before[0] - other[0], before[1] - other[1]));
      zoom(grown, other[0], other[1]);
    } else if (Math.hypot(x - before[0], y - before[1]) > 1) {
      dragged = true;
      pan(before[0] - x, before[1] - y);
    }
    held.set(event.pointerId, [x, y]);
  });
  for (const type of ["pointerup", "pointercancel"]) listen(canvas, type, (event) => held.delete(event.pointerId));
  listen(canvas, "click", (event) => {
    const index = lineAt(lines, ...local(event));
    hint(index, ...local(event));
    if (index >= 0 && !dragged) tellChosen(index);
  });
  listen(canvas, "pointerleave", () => !held.size && hint(-1));
  // A bare wheel scrolls the page: only with Ctrl, or the pinch that browsers send as Ctrl, it zooms.
  listen(canvas, "wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 250), ...local(event));
  }, { passive: false });
  listen(root, "click", (event) => {
    const wanted = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (wanted === "0") look(home);
    else if (wanted) zoom(Number(wanted));
  });
  listen(slider, "input", () => {
    setPlaying(false);
    goTo(Number(slider.value));
  });
  listen(play, "click", () => setPlaying(!playing));
  listen(motion, "click", () => {
    moving = !moving;
    motion.setAttribute("aria-pressed", String(moving));
    draw();
  });
  listen(root, "change", (event) => {
    const index = event.target.dataset?.kind;
    if (index === undefined) return;
    kinds[index] = event.target.checked;
    say();
    fillTable();
    hint(-1);
    redraw();
  });

  const watchSize = new ResizeObserver(resize);
  watchSize.observe(stage);
  const watchTheme = new MutationObserver(readColours);
  watchTheme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light", "data-tv-theme"] });
  listen(matchMedia("(prefers-color-scheme: dark)"), "change", readColours);
  listen(calm, "change", redraw);
  // A hidden page needs no music.
  listen(document, "visibilitychange", () => document.hidden && setPlaying(false));

  // Figures that are changed on a map that is there are drawn at once, where it is looked at, and
  // of the period named if they have it.
  function show(fresh, at) {
    const first = !doc;
    doc = fresh;
    kinds = doc.kinds.map((kind) => kind.shown);
    for (const box of root.querySelectorAll("[data-kind]")) kinds[box.dataset.kind] = box.checked;
    slider.max = doc.periods.length - 1;
    part("first").textContent = doc.periods[0];
    part("last").textContent = doc.periods.at(-1);
    period = doc.periods.indexOf(at);
    if (period < 0) period = doc.start;
    shown = doc.flows.map((flow) => value(flow));
    lines = [];
    chosen = -1;
    moved = true;
    if (first) resize();
    goTo(period);
    changedAt = -CHANGE;
  }

  return {
    show,
    goTo,
    destroy() {
      setPlaying(false);
      clearTimeout(restTimer);
      cancelAnimationFrame(frame);
      watchSize.disconnect();
      watchTheme.disconnect();
      ending.abort();
    },
  };
}
