// Single keys: <a data-key="e"> is pressed by E, a field is focused; J and K move along the rows; ? lists them.
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

const ACTIONS = { j: () => move(1), k: () => move(-1), "/": search, "?": () => document.getElementById("shortcuts")?.showModal() };

document.addEventListener("keydown", (event) => {
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (isOff || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  if (press(event.key)) event.preventDefault();
  else if (ACTIONS[event.key]) {
    event.preventDefault();
    ACTIONS[event.key]();
  }
});
