// The details of a line: the day a party's terms make it due, the euros of an amount in a currency, the open lines of the
// party to letter with. The key of the details says in words which are filled.
import { centsOf, field, signed, typed } from "./amounts.js";
import { form, nodesOf } from "./rows.js";

const day = () => form.elements.piece_date.value || form.elements.date.value;

function amount(row, cents) {
  field(row, "debit").value = cents > 0 ? typed(cents) : "";
  field(row, "credit").value = cents < 0 ? typed(-cents) : "";
  row.dispatchEvent(new CustomEvent("grid:changed", { bubbles: true }));
}

function dueOn({ dueDays, endOfMonth }) {
  const due = new Date(`${day()}T00:00:00Z`);
  if (Number.isNaN(due.valueOf())) return "";
  due.setUTCDate(due.getUTCDate() + Number(dueDays));
  if (endOfMonth !== undefined) due.setUTCMonth(due.getUTCMonth() + 1, 0);
  return due.toISOString().slice(0, 10);
}

function marks(row) {
  const words = [...row.querySelectorAll(".grid__fields .field")]
    .filter((one) => one.querySelector("input").value)
    .map((one) => one.querySelector("label").textContent.trim());
  if (row.querySelector(".grid__letters :checked")) words.push(row.querySelector(".grid__letters legend").textContent);
  row.querySelector("[data-filled]").replaceChildren(...words.map((word) => {
    return Object.assign(document.createElement("span"), { className: "grid__mark", textContent: word });
  }));
}

async function showOpen(row) {
  const zone = row.querySelector("[data-open-lines]");
  const query = new URLSearchParams({ day: form.elements.date.value, row: field(row, "place").name.split("-")[1] });
  for (const name of ["account", "auxiliary"]) query.set(name, field(row, name).value);
  zone.querySelectorAll(":checked").forEach((one) => query.append("held", one.value));
  const answer = await fetch(`${form.dataset.open}?${query}`);
  if (answer.ok) zone.replaceChildren(...nodesOf(await answer.text()));
}

async function convert(row) {
  const query = new URLSearchParams({ currency: field(row, "currency").value, day: day() });
  const foreign = Number(field(row, "currency_amount").value.replace(/\s/g, "").replace(",", "."));
  if (!query.get("currency") || !foreign || signed(row)) return;
  const answer = await fetch(`${form.dataset.rate}?${query}`);
  const rate = answer.ok ? (await answer.json()).per_euro : null;
  if (rate && !signed(row)) amount(row, Math.round((foreign / Number(rate)) * 100));
}

function letter(row) {
  const ticked = [...row.querySelectorAll(".grid__letters :checked")];
  const proposed = -ticked.reduce((sum, one) => sum + Number(one.dataset.cents), 0);
  const isFree = !signed(row) || String(signed(row)) === row.dataset.proposed;
  if (isFree) {
    amount(row, proposed);
    row.dataset.proposed = proposed;
  }
}

form.addEventListener("grid:taken", ({ detail, target }) => {
  if (detail.kind !== "auxiliary" || detail.dueDays === undefined) return;
  const due = field(target, "due_on");
  if (!due.value) due.value = dueOn(detail);
  marks(target);
});
form.addEventListener("change", ({ target }) => {
  const row = target.closest("[data-row]");
  if (!row) return;
  if (/-currency(_amount)?$/.test(target.name)) convert(row);
  if (target.matches(".grid__letters input")) letter(row);
  if (/-(debit|credit)$/.test(target.name) && /[+]|.-/.test(target.value) && centsOf(target.value)) target.value = typed(centsOf(target.value));
  marks(row);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show-open]");
  if (!button) return;
  event.preventDefault();
  showOpen(button.closest("[data-row]"));
});
form.addEventListener("toggle", ({ target, newState }) => {
  const row = target.closest?.("[data-row]");
  if (!row || !target.matches(".grid__details")) return;
  if (newState === "closed") return row.querySelector("[data-details]").focus();
  showOpen(row);
  target.querySelector("input:not([type=hidden])")?.focus();
}, true);
