// Single keys: <a data-key="e"> is pressed by E, a field is focused; J and K move along the rows; ? lists them,
// with those of the page, and what scripts of the page listen to: <span data-key-hint="x">.
// They ignore fields and open dialogs, and <html data-shortcuts="off"> switches them off.
const FIELDS = "input, textarea, select, [contenteditable], dialog[open]";
const ROWS = "tbody th a, [data-rows] > li a";

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row.checkVisibility());
  const here = rows.indexOf(document.activeElement);
  rows[here < 0 ? 0 : here + step]?.focus();
}

function press(key) {
  const target = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((one) => one.checkVisibility());
  if (target?.matches("input")) target.focus();
  else target?.click();
  return Boolean(target);
}

function search() {
  const field = document.querySelector("main input[type=search]");
  if (field) field.focus();
  else document.getElementById("commands")?.showModal();
}

function wordsOf(one) {
  const copy = one.cloneNode(true);
  copy.querySelectorAll("kbd").forEach((key) => key.remove());
  return one.getAttribute("aria-label") ?? copy.textContent.trim();
}

function listKeys() {
  const shown = [...document.querySelectorAll("[data-key], [data-key-hint]")].filter((one) => one.checkVisibility());
  const keys = new Map(shown.map((one) => [one.dataset.key ?? one.dataset.keyHint, wordsOf(one)]));
  const lines = [...keys].flatMap(([key, words]) => {
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key.toUpperCase() }));
    return [term, Object.assign(document.createElement("dd"), { textContent: words })];
  });
  document.querySelector("[data-page-keys]")?.replaceChildren(...lines);
  document.getElementById("shortcuts")?.showModal();
}

const ACTIONS = { j: () => move(1), k: () => move(-1), "/": search, "?": listKeys };

document.addEventListener("keydown", (event) => {
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (isOff || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  if (press(event.key)) event.preventDefault();
  else if (ACTIONS[event.key]) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
});
