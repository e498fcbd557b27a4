// The explorer's screen. Python writes every word and every picture, each part in a trait of its
// own; a choice is sent as {action, serial, value}, and `state.ack` says which choice is answered.

const PARTS = ["controls", "series", "sankey", "table", "take"];
const COLUMNS = ["nationality", "sex", "age", "place"];
const PATIENCE = 3000; // milliseconds after which an answer is not waited for any more

function render({ model, el }) {
  el.innerHTML = model.get("shell");
  const root = el.querySelector(".tv-x");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const ending = new AbortController();
  const listen = (target, type, handle, options) =>
    target.addEventListener(type, handle, { signal: ending.signal, ...options });
  let serial = model.get("state").ack; // of the last choice that was sent
  let sentAt = 0;
  let waits = false; // a choice was made while another is being answered
  let map;
  let drawn; // the figures that the map shows
  let year = ""; // the period that it shows

  function put(name) {
    const html = model.get(name);
    const place = part(name);
    if (place.source === html) return;
    const focused = root.contains(document.activeElement) ? document.activeElement.id : "";
    const open = [...place.querySelectorAll("details")].map((each) => each.open);
    place.innerHTML = html;
    place.source = html;
    place.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? false));
    place.querySelectorAll(".tv-x-list").forEach((list) => stopAt(list.querySelector("input")));
    if (focused) root.querySelector(`#${CSS.escape(focused)}`)?.focus();
  }

  // What is chosen stands in the form too when it was chosen elsewhere, as by a line of code.
  function fillForm({ start, end, words }) {
    const form = part("form");
    if (!form) return;
    for (const [name, month] of [["start", start], ["end", end]]) {
      const field = form.elements[name];
      const wanted = month || field.defaultValue;
      if (field.value !== wanted) field.value = wanted;
    }
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      box.checked = (words[box.name] ?? []).includes(box.value);
    }
  }

  function showMap() {
    const { series, words, figures } = model.get("map");
    const place = part("map");
    if (!figures) {
      map?.destroy();
      map = drawn = undefined;
      place.replaceChildren();
      return;
    }
    if (map && drawn === figures) return;
    drawn = figures;
    // The map keeps its view and its period while only its figures change.
    if (!map || place.dataset.series !== series) {
      map?.destroy();
      place.innerHTML = model.get("map_html");
      place.dataset.series = series;
      map = flowMap(place.querySelector(".tv-map"), GEOMETRY, { chosen, period: markYear });
      map.show(figures);
      return;
    }
    place.querySelector('[data-part="summary"]').textContent = words;
    map.show(figures, year);
  }

  // The year that the map shows is marked on the chart over time.
  function markYear(period) {
    year = period;
    const picture = part("series").querySelector("[data-range]");
    const svg = picture?.querySelector("svg");
    if (!svg) return;
    svg.querySelector(".tv-x-year")?.remove();
    const [first, last] = picture.dataset.range.split(" ").map((day) => Date.parse(day));
    const [left, right, top, bottom] = picture.dataset.frame.split(" ").map(Number);
    const at = (day) => left + (Math.min(Math.max((day - first) / (last - first), 0), 1)) * (right - left);
    const number = Number.parseInt(period, 10);
    const band = document.createElementNS(svg.namespaceURI, "rect");
    band.setAttribute("class", "tv-x-year");
    band.setAttribute("x", at(Date.UTC(number, 0)));
    band.setAttribute("width", Math.max(0, at(Date.UTC(number + 1, 0)) - at(Date.UTC(number, 0))));
    band.setAttribute("y", top);
    band.setAttribute("height", bottom - top);
    svg.append(band);
  }

  function draw() {
    const state = model.get("state");
    if (state.ack < serial) return;
    part("said").textContent = state.said;
    root.toggleAttribute("data-asking", !state.ready);
    if (state.ready) {
      PARTS.forEach(put);
      if (!waits) fillForm(state);
      showMap();
      if (drawn) markYear(year);
      root.dataset.answered = state.ack;
    }
    if (waits) choose();
  }

  function send(action, value) {
    serial += 1;
    sentAt = performance.now();
    waits = false;
    root.toggleAttribute("data-asking", true);
    model.send({ action, serial, value });
  }

  // The first change is sent at once; those made before its answer are sent together after it.
  function choose() {
    if (model.get("state").ack < serial && performance.now() - sentAt < PATIENCE) {
      waits = true;
      return;
    }
    const data = new FormData(part("form"));
    const value = { series: data.get("series"), start: data.get("start") ?? "", end: data.get("end") ?? "" };
    for (const column of COLUMNS) value[column] = data.getAll(column).map(String);
    send("choose", value);
  }

  // A line of the map stands for a nationality: pressing it narrows the view to that, or widens it.
  function chosen(...codes) {
    const box = [...root.querySelectorAll('input[name="nationality"]')].find((each) => codes.includes(each.value));
    if (!box) return;
    box.checked = !box.checked;
    choose();
  }

  // A list of choices is one stop of the Tab key, however long: at the box named.
  function stopAt(box) {
    boxesBeside(box).forEach((each) => (each.tabIndex = each === box ? 0 : -1));
  }

  const boxesBeside = (box) => [...(box?.closest(".tv-x-list")?.querySelectorAll("input") ?? [])];
  const plain = (text) => text.trim().normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  // Arrows, Home, End and first letters move in the list.
  function moveInList(event) {
    const boxes = boxesBeside(event.target);
    const at = boxes.indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    let to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: boxes.length - 1 }[event.key];
    if (to === undefined && event.key.length === 1 && event.key !== " ") {
      const begins = (box) => plain(box.parentElement.textContent).startsWith(plain(event.key));
      to = boxes.indexOf([...boxes.slice(at + 1), ...boxes.slice(0, at)].find(begins));
    }
    if (!boxes[to]) return;
    event.preventDefault();
    boxes[to].focus();
  }

  // The notebook around listens for letters on the document; the window comes first. The map keeps
  // the keys of its own canvas.
  const keepKey = (event) => {
    if (!root.contains(event.target) || event.target.closest(".tv-map")) return;
    event.stopImmediatePropagation();
    if (event.type === "keydown") moveInList(event);
  };
  for (const type of ["keydown", "keypress", "keyup"]) listen(window, type, keepKey, { capture: true });
  listen(root, "change", (event) => {
    if (!event.target.form?.matches('[data-part="form"]')) return;
    choose();
  });
  listen(root, "focusin", (event) => stopAt(event.target));
  listen(root, "submit", (event) => event.preventDefault());
  listen(root, "click", (event) => {
    const action = event.target.closest("button[data-action]")?.dataset.action;
    if (action) send(action);
  });
  // It comes last of all that an answer changes.
  model.on("change:state", draw);
  draw();
  return () => {
    model.off("change:state", draw);
    map?.destroy();
    ending.abort();
  };
}

export default { render };
