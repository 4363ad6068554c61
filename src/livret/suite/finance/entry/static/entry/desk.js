// The desk of entry: X ticks the draft of the line that has the focus; the link data-tick-all ticks all that are ready.
const boxes = () => [...document.querySelectorAll("[data-ticks] tbody input[type=checkbox]:not(:disabled)")];

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select, dialog[open]");
  const isOff = document.documentElement.dataset.shortcuts === "off";
  if (event.key !== "x" || isTyping || isOff || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.activeElement.closest?.("tr")?.querySelector("input[type=checkbox]:not(:disabled)");
  if (!box) return;
  box.checked = !box.checked;
  event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-tick-all]")) return;
  event.preventDefault();
  const isWhole = boxes().every((box) => box.checked);
  boxes().forEach((box) => { box.checked = !isWhole; });
});
