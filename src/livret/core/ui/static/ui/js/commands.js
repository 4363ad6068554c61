// Ctrl or Cmd + K opens the command menu; arrows move among what was found; without script it is a page.
const menu = () => document.getElementById("commands");

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k" && menu()) {
    event.preventDefault();
    if (menu().open) menu().close();
    else menu().showModal();
    return;
  }
  const list = event.target.closest?.("#commands");
  if (!list || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const stops = [list.querySelector("input"), ...list.querySelectorAll(".commands__list a")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = stops[stops.indexOf(document.activeElement) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});

// Enter in the field takes the first thing found.
document.addEventListener("submit", (event) => {
  const first = event.target.closest?.("#commands .commands__search") && menu().querySelector(".commands__list a");
  if (first) {
    event.preventDefault();
    first.click();
  }
});
