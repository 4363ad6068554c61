// <form data-grid>: an entry typed without the mouse. Enter goes on, "=" balances, Ctrl D copies from above, F2 opens
// the details, Ctrl ↑ ↓ change lines, Alt Del empties one; Ctrl S, Ctrl Enter and Alt Enter save, review, go on.
import { centsOf, field, shown, signed, typed } from "./amounts.js";
import { addRow, form, rows } from "./rows.js";

const COLUMNS = ["account", "auxiliary", "label", "debit", "credit"];
const columnOf = (input) => COLUMNS.find((name) => input.name?.endsWith(`-${name}`));
const missing = (but) => -rows().filter((row) => row !== but).reduce((sum, row) => sum + signed(row), 0);

function recount() {
  const sums = { debit: 0, credit: 0 };
  for (const row of rows()) for (const side of ["debit", "credit"]) sums[side] += centsOf(field(row, side).value) ?? 0;
  form.querySelector("[data-total=debit]").textContent = shown(sums.debit);
  form.querySelector("[data-total=credit]").textContent = shown(sums.credit);
  form.querySelector("[data-total=difference]").textContent = shown(Math.abs(sums.debit - sums.credit));
  form.querySelector("[data-missing]").hidden = sums.debit === sums.credit;
}

// What is missing shows, pale, on the side where it would balance a line that has no amount yet.
function propose(row) {
  for (const one of rows()) for (const side of ["debit", "credit"]) field(one, side).removeAttribute("placeholder");
  const cents = missing(row);
  if (signed(row) || !cents) return;
  field(row, cents > 0 ? "debit" : "credit").placeholder = typed(Math.abs(cents));
}

function balance(row) {
  const cents = missing(row);
  field(row, "debit").value = cents > 0 ? typed(cents) : "";
  field(row, "credit").value = cents < 0 ? typed(-cents) : "";
  row.dispatchEvent(new CustomEvent("grid:changed", { bubbles: true }));
}

function next(input) {
  const row = input.closest("[data-row]");
  const column = columnOf(input);
  if (input.placeholder && !input.value && ["debit", "credit"].includes(column)) balance(row);
  const isDone = column === "credit" || (column === "debit" && input.value);
  if (!isDone) return field(row, COLUMNS[COLUMNS.indexOf(column) + 1]);
  const following = row.nextElementSibling ?? addRow();
  return field(following, "account");
}

function onward(input) {
  if (columnOf(input)) return next(input);
  const head = [...form.querySelectorAll(".grid__head :is(input, select)")];
  return head[head.indexOf(input) + 1] ?? field(rows()[0], "account");
}

function above(input) {
  const column = columnOf(input);
  const row = input.closest("[data-row]")?.previousElementSibling;
  const source = column && row ? field(row, column) : null;
  if (!source) return;
  input.value = source.value || (column === "label" ? form.elements.label.value : "");
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function empty(row) {
  row.querySelectorAll("input:not([type=checkbox])").forEach((one) => { one.value = ""; });
  row.querySelectorAll("input:checked").forEach((one) => { one.checked = false; });
  row.querySelectorAll("[data-name]").forEach((one) => { one.textContent = ""; });
  row.dispatchEvent(new CustomEvent("grid:changed", { bubbles: true }));
}

const submit = (name) => form.requestSubmit(form.querySelector(`.button[name=${name}]`));
const aside = (row, step) => (step < 0 ? row.previousElementSibling : row.nextElementSibling);
const go = (input) => { input?.focus(); input?.select?.(); };

function act(event) {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  const row = target.closest("[data-row]");
  const command = ctrlKey || metaKey;
  if (command && key === "Enter") return submit("review");
  if (altKey && key === "Enter") return submit("next");
  if (command && key === "s") return submit("save");
  if (command && key === "d") return above(target);
  if (!row) return key === "Enter" && target.matches(".grid__head *") ? go(onward(target)) : false;
  if (key === "F2") return row.querySelector("[popover]").showPopover();
  if (altKey && key === "Delete") return empty(row);
  if (command && /^Arrow(Up|Down)$/.test(key) && columnOf(target)) {
    const other = aside(row, key === "ArrowUp" ? -1 : 1) ?? (key === "ArrowDown" ? addRow() : null);
    return go(field(other, columnOf(target)));
  }
  if (key === "=" && /-(debit|credit)$/.test(target.name ?? "")) return balance(row);
  if (key === "Enter" && columnOf(target)) return go(onward(target));
  return false;
}

form.addEventListener("keydown", (event) => {
  if (!event.defaultPrevented && act(event) !== false) event.preventDefault();
});
form.addEventListener("input", recount);
form.addEventListener("grid:changed", recount);
form.addEventListener("focusin", ({ target }) => { if (columnOf(target)) propose(target.closest("[data-row]")); });

const { journal, date, piece_ref: piece } = form.elements;
if (!document.querySelector("main [autofocus]")) ([journal, date].find((one) => !one.value) ?? piece).focus();
