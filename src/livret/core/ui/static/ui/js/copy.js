// <button data-copy="FR76…" data-copied="Copied"> copies the value, shows it for a moment and has it said.
const SHOWN_MS = 1500;

document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.dataset.done = "";
  document.dispatchEvent(new CustomEvent("ui:announce", { detail: button.dataset.copied }));
  setTimeout(() => delete button.dataset.done, SHOWN_MS);
});
