// The queue: X ticks the line that has the focus, P takes and A assigns what is ticked, else that line.
// A refresh of the lines keeps what is ticked; the count of <output data-ticked> follows.
const boxes = () => [...document.querySelectorAll("#queue-lines tbody input[type=checkbox]")];
const ticked = () => boxes().filter((box) => box.checked);
const here = () => document.activeElement.closest?.("tr")?.querySelector("input[type=checkbox]");

function count() {
  const shown = document.querySelector("[data-ticked]");
  if (!shown) return;
  shown.dataset.label ??= shown.textContent;
  const language = document.documentElement.lang;
  shown.textContent = `${shown.dataset.label}${language === "fr" ? "\u00a0" : ""}: ${ticked().length}`;
}

function take() {
  if (!ticked().length && here()) here().checked = true;
  count();
  return ticked().length > 0;
}

const ACTIONS = {
  x: () => { if (here()) here().checked = !here().checked; count(); },
  p: () => { if (take()) document.querySelector(".bulk [data-key=p]").click(); },
  a: () => { if (take()) document.querySelector(".bulk select").focus(); },
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]");
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (event.defaultPrevented || isTyping || isOff || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!ACTIONS[event.key]) return;
  event.preventDefault();
  ACTIONS[event.key]();
});

document.addEventListener("change", count);

let kept = [];
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "queue-lines") kept = ticked().map((box) => box.value);
});
document.addEventListener("htmx:afterSwap", () => {
  boxes().forEach((box) => { box.checked ||= kept.includes(box.value); });
  count();
});
