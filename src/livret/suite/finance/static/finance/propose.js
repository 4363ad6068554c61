// <div data-proposal>: what a room proposes to add to the entry typed, asked each time an amount or an account changes.
// Alt T puts it in the rows, Alt Shift T leaves it out for as long as the page stays; its buttons do the same, and do
// without this script too.
import { field, typed } from "./amounts.js";
import { addRow, form, nodesOf, rows } from "./rows.js";

const zone = form.querySelector("[data-proposal]");
const NAMES = ["account", "auxiliary", "label", "debit", "credit"];
const isBlank = (row) => NAMES.every((name) => !field(row, name).value);
let asked;
let isLeft = false;
let shown = "";

async function ask() {
  if (isLeft) return;
  asked?.abort();
  asked = new AbortController();
  const body = new FormData(form);
  body.append("tax", "peek");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: asked.signal });
    show(answer.ok ? (await answer.text()).trim() : "");
  } catch (error) {
    if (error.name !== "AbortError") show("");
  }
}

function show(html) {
  if (html !== shown) zone.replaceChildren(...nodesOf(html));
  shown = html;
}

function put(row, { account, label, cents, vatCode }) {
  const values = { account, label, vat_code: vatCode, debit: cents > 0 ? typed(cents) : "", credit: cents < 0 ? typed(-cents) : "" };
  for (const [name, value] of Object.entries(values)) field(row, name).value = value;
}

function take() {
  const filled = rows().filter((row) => !isBlank(row));
  for (const { dataset } of zone.querySelectorAll("[data-line]")) {
    const line = { ...dataset, cents: Number(dataset.cents) };
    const blank = () => rows().find((row, place) => isBlank(row) && rows().slice(place).every(isBlank));
    put(line.place ? filled[Number(line.place)] : blank() ?? addRow(), line);
  }
  show("");
  rows()[0].dispatchEvent(new CustomEvent("grid:changed", { bubbles: true }));
  field(rows().find(isBlank) ?? addRow(), "account").focus();
}

function leave() {
  isLeft = true;
  asked?.abort();
  show("");
  field(rows().find(isBlank) ?? rows().at(-1), "account").focus();
}

form.addEventListener("change", ({ target }) => { if (/-(account|debit|credit|vat_code)$/.test(target.name)) ask(); });
form.addEventListener("grid:changed", ask);
form.addEventListener("click", (event) => {
  const answer = { take, leave }[event.target.closest("[data-proposal] button[name=tax]")?.value];
  if (!answer) return;
  event.preventDefault();
  answer();
});
form.addEventListener("keydown", (event) => {
  if (!event.altKey || event.code !== "KeyT" || !zone.querySelector("[data-line]")) return;
  event.preventDefault();
  (event.shiftKey ? leave : take)();
});
