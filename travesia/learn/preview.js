// Plays a case in an author's preview. Every word comes from the page's data; the engine is that
// of travesia.scenarios, in small: a path of choices is the whole state.

const data = JSON.parse(document.getElementById("data").textContent);
const place = document.getElementById("play");
const stored = `travesia-preview:${document.title}`;
const state = { language: "", role: "", path: [], read: 0, noted: "", key: true };

function remember() {
  try {
    sessionStorage.setItem(stored, JSON.stringify(state));
  } catch {
    // A page opened from a file may have no storage: it only forgets on reload.
  }
}

function recall() {
  try {
    Object.assign(state, JSON.parse(sessionStorage.getItem(stored)));
  } catch {
    // Nothing kept, or nothing that can be kept.
  }
}

const has = (list, taken) => (list ?? []).filter((each) => taken.includes(each)).length;

function holds(when, taken) {
  if (!when) return true;
  const { chosen = [], any_of = [], not_chosen = [] } = when;
  const one = !any_of.length || has(any_of, taken);
  return has(chosen, taken) === chosen.length && one && !has(not_chosen, taken);
}

const isFor = (part) => !part.roles?.length || part.roles.includes(state.role);
const byRole = (part, field) => part[`${field}_by_role`]?.[state.role] ?? part[field];

function offered(node, taken) {
  const open = (choice) => !taken.includes(choice.id) && isFor(choice) && holds(choice.when, taken);
  return (node.choices ?? []).filter(open);
}

function walk(nodes) {
  let name = data.start;
  const steps = [];
  for (const id of state.path) {
    const taken = steps.map((step) => step.choice.id);
    const choice = offered(nodes[name], taken).find((each) => each.id === id);
    if (!choice) break;
    steps.push({ name, choice });
    name = byRole(choice, "next");
  }
  state.path = steps.map((step) => step.choice.id);
  return { name, steps };
}

const element = (tag, props = {}, ...inside) => {
  const made = Object.assign(document.createElement(tag), props);
  made.append(...inside.filter(Boolean));
  return made;
};
// What Python made of Markdown, cleaned.
const html = (text, className = "tv-prose") => element("div", { innerHTML: text ?? "", className });
const fill = (text, value) => text.replace(/\{\w+\}/, value);

function button(label, act, quiet) {
  const made = element("button", { type: "button", className: "tv-button", innerHTML: label });
  if (quiet) made.dataset.quiet = "";
  made.addEventListener("click", () => {
    act();
    draw(true);
  });
  return made;
}

function keyOf(choice, words) {
  if (!state.key) return "";
  const effects = Object.entries(byRole(choice, "effects") ?? {});
  const parts = effects.map(([name, points]) => `${words.dimensions[name]} ${points > 0 ? "+" : ""}${points}`);
  const critical = byRole(choice, "critical");
  if (critical) parts.unshift(words.criticals[critical]);
  else if (byRole(choice, "acceptable")) parts.unshift("✓");
  return element("span", { className: "tv-key", textContent: parts.join(" · ") });
}

function picture(node) {
  const drawing = node.illustration && data.pictures[node.illustration.src];
  if (!drawing) return "";
  const made = html(drawing, "tv-picture");
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", node.illustration.alt);
  return made;
}

function select(options, value, label, change) {
  const made = element("select");
  for (const [name, text] of options) made.add(new Option(text, name, false, name === value));
  made.addEventListener("change", () => {
    change(made.value);
    draw(false);
  });
  return element("label", {}, `${label} `, made);
}

function settings({ case: told }) {
  const key = element("input", { type: "checkbox", checked: state.key });
  key.addEventListener("change", () => {
    state.key = key.checked;
    draw(false);
  });
  const plain = (text) => html(text).textContent;
  return element(
    "div",
    { className: "tv-settings" },
    select(Object.keys(data.languages).map((name) => [name, name]), state.language, "Language", (to) => {
      state.language = to;
    }),
    select(Object.entries(told.roles).map(([name, role]) => [name, plain(role.title)]), state.role, "Role", (to) => {
      Object.assign(state, { role: to, path: [], read: 0, noted: "" });
    }),
    element("label", {}, key, " Show the key"),
  );
}

function scene(words, nodes, heading) {
  const { name, steps } = walk(nodes);
  const node = nodes[name];
  const taken = state.path;
  if (state.read < steps.length) {
    const { choice } = steps.at(-1);
    const feedback = byRole(choice, "feedback") ?? {};
    const parts = ["person", "why", "article", "say"].filter((part) => feedback[part]);
    return [
      heading(words.words.brings),
      html(`${words.words.decided} ${byRole(choice, "text")}`, "tv-overline"),
      keyOf(choice, words),
      ...parts.flatMap((part) => [element("h4", { textContent: words.words[part] }), html(feedback[part])]),
      button(words.words.continue, () => (state.read = steps.length)),
      button("←", () => state.path.pop(), true),
    ];
  }
  if (node.note && state.noted !== `${steps.length}-${name}`) {
    return [
      heading(words.words.note),
      html(node.note, "tv-note"),
      button(words.words.continue, () => (state.noted = `${steps.length}-${name}`)),
    ];
  }
  const back = steps.length && button("←", () => (state.path.pop(), (state.read = state.path.length)), true);
  if (node.ending) {
    return [
      heading(fill(words.words.end, html(node.ending.title).textContent)),
      picture(node),
      html(byRole(node.ending, "text")),
      state.key && element("p", { className: "tv-key", textContent: `${name} (${node.ending.kind})` }),
      button(words.words.again, () => Object.assign(state, { path: [], read: 0, noted: "" })),
      back,
    ];
  }
  const passages = (node.passages ?? []).filter((each) => isFor(each) && holds(each.when, taken));
  const moments = (node.timeline ?? []).map((each) => html(`<strong>${each.at}</strong> ${each.text}`));
  return [
    heading(fill(words.words.step, steps.length + 1)),
    picture(node),
    ...moments,
    html(byRole(node, "text")),
    ...passages.map((each) => html(each.text)),
    state.key && element("p", {
      className: "tv-key",
      textContent: [name, ...(node.references ?? []).map((each) => `${each.instrument} ${each.article}`)].join(" · "),
    }),
    element("h4", { textContent: words.words.decide }),
    ...offered(node, taken).map((choice) =>
      element("p", {}, button(byRole(choice, "text"), () => state.path.push(choice.id), true), keyOf(choice, words)),
    ),
    back,
  ];
}

function draw(move) {
  const words = data.languages[state.language];
  const { case: told } = words;
  const heading = (text) => element("h3", { textContent: text, tabIndex: -1 });
  place.lang = state.language;
  place.replaceChildren(
    settings(words),
    element(
      "section",
      { className: "tv-card" },
      element("h2", { innerHTML: told.title }),
      html(told.roles[state.role].briefing, "tv-overline"),
      ...scene(words, told.nodes, heading),
    ),
  );
  remember();
  if (move) place.querySelector("h3")?.focus();
}

if (data) {
  recall();
  const languages = Object.keys(data.languages);
  if (!languages.includes(state.language)) state.language = languages.at(-1);
  const { roles } = data.languages[state.language].case;
  if (!(state.role in roles)) [state.role] = Object.keys(roles);
  draw(false);
}
