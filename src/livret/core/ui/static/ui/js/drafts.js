// <div data-draft="filing:<account>" data-restored="…"> keeps what is typed in its form for this tab and this person, so
// that a session that ends loses no words; <div data-draft-done="filing:<account>"> on a later page says that it was sent.
// Files and hidden fields are not kept. What the server sent filled in is left as it is.
const kept = "textarea[name], input[name]:is([type=text], [type=search], :not([type]))";
const box = document.querySelector("[data-draft]");
const key = (name) => `draft:${name}`;
const fields = () => [...(box?.querySelectorAll(kept) ?? [])];

function keep() {
  const typed = fields().filter((one) => one.value !== one.defaultValue).map((one) => [one.name, one.value]);
  if (typed.length) sessionStorage.setItem(key(box.dataset.draft), JSON.stringify(typed));
  else sessionStorage.removeItem(key(box.dataset.draft));
}

function restore() {
  const typed = new Map(JSON.parse(sessionStorage.getItem(key(box.dataset.draft)) ?? "[]"));
  const lost = fields().filter((one) => typed.has(one.name) && !one.value);
  for (const one of lost) one.value = typed.get(one.name);
  if (lost.length) document.dispatchEvent(new CustomEvent("ui:announce", { detail: box.dataset.restored }));
}

for (const done of document.querySelectorAll("[data-draft-done]")) sessionStorage.removeItem(key(done.dataset.draftDone));
if (box) {
  restore();
  document.addEventListener("input", ({ target }) => { if (box.contains(target)) keep(); });
}
