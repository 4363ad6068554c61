// <input data-complete="accounts"> offers what the address in data-accounts of its form finds for the words typed.
// Arrows choose, Enter or Tab takes, Escape closes; the first choice is taken unless a known number was typed.
// A party chosen among the accounts gives its account and itself.
// The style sheet puts the choices under the input that is expanded.
import { field } from "./amounts.js";
import { form, nodesOf } from "./rows.js";

const list = Object.assign(document.createElement("ul"), { id: "choices", className: "choices", role: "listbox" });
list.popover = "manual";
form.append(list);
let asked;
let input;

const isOpen = () => list.matches(":popover-open");
const options = () => [...list.querySelectorAll("[role=option]")];
const current = () => list.querySelector("[aria-selected=true]");

function close() {
  if (isOpen()) list.hidePopover();
  input?.setAttribute("aria-expanded", "false");
  input?.removeAttribute("aria-activedescendant");
}

function mark(option) {
  current()?.removeAttribute("aria-selected");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
}

async function ask() {
  const words = input.value.trim();
  asked?.abort();
  if (!words) return close();
  asked = new AbortController();
  const query = new URLSearchParams({ q: words, day: form.elements.date.value });
  try {
    const answer = await fetch(`${form.dataset[input.dataset.complete]}?${query}`, { signal: asked.signal });
    if (answer.ok && input === document.activeElement) show(await answer.text());
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function show(html) {
  list.replaceChildren(...nodesOf(html));
  if (!options().length) return close();
  if (!isOpen()) list.showPopover();
  input.setAttribute("aria-expanded", "true");
  mark(options()[0]);
}

function take(option) {
  const row = input.closest("[data-row]");
  const isAmongAccounts = option.dataset.party !== undefined;
  const kind = input.dataset.complete === "parties" || isAmongAccounts ? "auxiliary" : "account";
  if (isAmongAccounts) input.value = option.dataset.account;
  field(row, kind).value = option.dataset.number;
  row.querySelector(`[data-name=${kind}]`).textContent = option.dataset.label;
  if (option.dataset.account && !field(row, "account").value) field(row, "account").value = option.dataset.account;
  row.dispatchEvent(new CustomEvent("grid:taken", { bubbles: true, detail: { kind, ...option.dataset } }));
  input.dispatchEvent(new CustomEvent("grid:changed", { bubbles: true }));
  close();
}

form.addEventListener("focusin", ({ target }) => {
  if (!target.matches("[data-complete]")) return;
  input = target;
  input.removeAttribute("list");
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id]]) input.setAttribute(name, value);
  input.setAttribute("aria-expanded", "false");
});
form.addEventListener("focusout", ({ target }) => { if (target === input) { asked?.abort(); close(); } });
form.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-complete]")) return;
  target.closest("[data-row]").querySelector(`[data-name=${target.dataset.complete === "accounts" ? "account" : "auxiliary"}]`).textContent = "";
  ask();
});
// Before the keys of the grid, which go on once the choice is taken.
form.addEventListener("keydown", (event) => {
  if (!isOpen() || event.target !== input || event.ctrlKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    const all = options();
    mark(all[(all.indexOf(current()) + step + all.length) % all.length]);
    event.preventDefault();
  } else if (event.key === "Escape") {
    close();
    event.preventDefault();
  } else if (["Enter", "Tab"].includes(event.key) && current()) take(current());
}, true);
list.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[role=option]");
  event.preventDefault();
  if (option) take(option);
});
