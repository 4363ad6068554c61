// A accepts the suggestion of the movement in focus: <li><a>…</a> … <button data-accept></li>.
const FIELDS = "input, textarea, select, [contenteditable], dialog[open]";

document.addEventListener("keydown", (event) => {
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (event.key !== "a" || isOff || event.ctrlKey || event.metaKey || event.altKey || event.target.closest(FIELDS)) return;
  event.target.closest("[data-rows] > li")?.querySelector("[data-accept]")?.click();
});
