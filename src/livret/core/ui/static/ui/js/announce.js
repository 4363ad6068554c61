// document.dispatchEvent(new CustomEvent("ui:announce", { detail: "Copied" })) has screen readers say it.
// <p data-announce> inside swapped content is said once the swap is done.
const live = () => document.getElementById("live");
let wait;

function announce(words) {
  const region = live();
  if (!region || !words) return;
  region.textContent = "";
  clearTimeout(wait);
  wait = setTimeout(() => { region.textContent = words; }, 60);
}

document.addEventListener("ui:announce", ({ detail }) => announce(detail));
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const words = target.matches?.("[data-announce]") ? target : target.querySelector?.("[data-announce]");
  if (words) announce(words.textContent.trim());
});
