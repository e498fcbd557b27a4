// Shows the HTML that Python rendered, and tells Python what the learner did.
//
// Python owns every word and all state: the trait `view` is {html, ack, focus, version}. A message
// is {action, serial, value?, values?, text?, final?, parts?}; `ack` is the serial of the last message that
// the HTML takes into account, so that a slow kernel never undoes a newer click. What comes back is
// a difference from the version before: pieces of new text, and [start, end] of the old one.

const PART = "part-"; // what the names of an answer's parts begin with
const TYPING_PAUSE = 1200; // milliseconds without a keystroke before a text is saved

const serials = new WeakMap();

function newestSerial(model) {
  return Math.max(serials.get(model) ?? 0, model.get("view").ack);
}

// Once for each screen, however many views of it are open: keeps `view` whole.
function initialize({ model }) {
  const take = ({ difference, ...rest }) => {
    if (!Array.isArray(difference)) return;
    const { html, version } = model.get("view");
    if (rest.version !== version + 1) {
      if (rest.version > version) model.send({ action: "whole" });
      return;
    }
    const whole = difference.map((piece) => (typeof piece === "string" ? piece : html.slice(...piece)));
    model.set("view", { ...rest, html: whole.join("") });
  };
  model.on("msg:custom", take);
  return () => model.off("msg:custom", take);
}

function inLocalTime(fragment) {
  for (const time of fragment.querySelectorAll("time[data-local]")) {
    const language = time.closest("[lang]")?.lang || undefined;
    const moment = new Date(time.dateTime);
    if (!Number.isNaN(moment.getTime())) {
      time.textContent = moment.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
    }
  }
}

function isSame(a, b) {
  return (
    a.nodeType === b.nodeType &&
    a.nodeName === b.nodeName &&
    (a.nodeType !== Node.ELEMENT_NODE ||
      (a.id === b.id && a.dataset.key === b.dataset.key && a.type === b.type))
  );
}

// Makes `old` equal to `fresh` in place: what stays the same keeps its focus, its caret and its
// place in a screen reader.
function become(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.matches("input[type=radio], input[type=checkbox]")) {
    // Where nothing is said before a form is sent, what is marked until then is the person's own.
    if (old.form?.dataset.change) old.checked = fresh.hasAttribute("checked");
  } else if (old.matches("input, textarea")) {
    const text = fresh.matches("textarea") ? fresh.textContent : fresh.getAttribute("value") ?? "";
    const untouched = old.value === old.defaultValue && old !== document.activeElement;
    if (old.matches("textarea") && old.defaultValue !== text) old.defaultValue = text;
    if (untouched) old.value = text;
    return;
  }
  const wanted = [...fresh.childNodes];
  wanted.forEach((child, index) => {
    let place = old.childNodes[index];
    if (place && !isSame(place, child)) {
      const later = [...old.childNodes].slice(index + 1).find((each) => isSame(each, child));
      if (later) {
        while (old.childNodes[index] !== later) old.childNodes[index].remove();
        place = later;
      } else {
        old.insertBefore(child, place);
        return;
      }
    }
    if (place) become(place, child);
    else old.append(child);
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
  // What a person picked in a list outweighs its markup, until it is said again.
  if (old.matches("select")) old.value = fresh.value;
}

function said(form, submitter) {
  const data = new FormData(form);
  return {
    value: submitter?.value ?? "",
    values: data.getAll("choice").map(String),
    text: String(data.get("text") ?? ""),
    parts: Object.fromEntries(
      [...data].filter(([name]) => name.startsWith(PART)).map(([name, value]) => [name.slice(PART.length), String(value)]),
    ),
  };
}

function render({ model, el }) {
  el.classList.add("tv-widget");
  const ending = new AbortController();
  const listen = (type, handle) => el.addEventListener(type, handle, { signal: ending.signal });
  let mine = 0; // the last message sent from this view
  let typing; // the timer of the text that is being written
  let box; // where it is being written

  function draw() {
    const { html, ack, focus } = model.get("view");
    if (ack < newestSerial(model)) return;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    inLocalTime(fresh.content);
    const wanted = document.createElement("div");
    wanted.append(fresh.content);
    wanted.className = el.className;
    for (const { name, value } of el.attributes) wanted.setAttribute(name, value);
    become(el, wanted);
    if (!typing) el.removeAttribute("data-tv-pending");
    if (focus && mine === ack) el.querySelector(`#${CSS.escape(focus)}`)?.focus();
  }

  function send(action, rest) {
    mine = newestSerial(model) + 1;
    serials.set(model, mine);
    el.setAttribute("data-tv-pending", "");
    model.send({ action, serial: mine, ...rest });
  }

  function write(where, final) {
    clearTimeout(typing);
    typing = undefined;
    send(where.dataset.typing, { text: where.value, final });
  }

  // Nothing typed is left behind when the page or this view goes away.
  function flush() {
    if (typing) write(box, true);
  }

  // Letters and arrows are shortcuts to the notebook around: inside, they belong to the learner.
  // The notebook listens on the document before an event gets down here, so it is met on the
  // window, the only place that comes first. What the browser does with a key still happens.
  const keepKey = (event) => {
    if (!el.contains(event.target)) return;
    event.stopImmediatePropagation();
    if (event.type !== "keydown" || !(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    event.preventDefault();
    if (event.target.dataset.typing) write(event.target, true);
  };
  for (const type of ["keydown", "keypress", "keyup"]) {
    window.addEventListener(type, keepKey, { capture: true, signal: ending.signal });
  }
  listen("change", (event) => {
    const form = event.target.form;
    if (form?.dataset.change) send(form.dataset.change, said(form));
  });
  listen("submit", (event) => {
    event.preventDefault();
    send(event.target.dataset.submit, said(event.target, event.submitter));
  });
  listen("click", (event) => {
    const area = event.target.closest("[data-pick]");
    if (area) {
      const { form, pick } = { form: area.closest("form"), pick: area.dataset.pick };
      const list = form.querySelector("select");
      const same = [...form.querySelectorAll("input[type=radio]")].find((input) => input.value === pick);
      if (same && !same.checked) same.click();
      if (list && list.value !== pick) {
        list.value = pick;
        list.dispatchEvent(new Event("change", { bubbles: true }));
      }
      return;
    }
    const button = event.target.closest("button[data-action]");
    if (button) send(button.dataset.action, { value: button.value });
  });
  // The event does not bubble; a part that is opened fetches what it holds.
  el.addEventListener(
    "toggle",
    (event) => {
      const { fetch, name } = event.target.dataset;
      if (fetch) send(fetch, { value: `${name}:${event.target.open ? "open" : ""}` });
    },
    { capture: true, signal: ending.signal },
  );
  listen("input", (event) => {
    if (!event.target.dataset.typing) return;
    clearTimeout(typing);
    el.setAttribute("data-tv-pending", "");
    box = event.target;
    typing = setTimeout(write, TYPING_PAUSE, box, false);
  });
  listen("focusout", (event) => {
    const left = event.target;
    if (left.dataset.typing && (typing || left.value !== left.defaultValue)) write(left, true);
  });

  for (const [type, target] of [["pagehide", window], ["visibilitychange", document]]) {
    target.addEventListener(type, flush, { signal: ending.signal });
  }
  model.on("change:view", draw);
  draw();
  return () => {
    flush();
    ending.abort();
    model.off("change:view", draw);
  };
}

export default { initialize, render };
