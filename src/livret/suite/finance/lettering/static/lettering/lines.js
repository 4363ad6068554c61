// <form data-letter> adds up its ticked lines, <input type="checkbox" data-cents="-1200">, as they are ticked.
// A line of a partial lettering brings the others of it along: data-code="aa".
const shown = (cents) => new Intl.NumberFormat(document.documentElement.lang || "fr", { minimumFractionDigits: 2 }).format(cents / 100);

function addUp(form) {
  const cents = [...form.querySelectorAll("[data-cents]:checked")].map((one) => Number(one.dataset.cents));
  const sum = (values) => values.reduce((total, one) => total + one, 0);
  const sums = { debit: sum(cents.filter((one) => one > 0)), credit: 0 - sum(cents.filter((one) => one < 0)), left: sum(cents) };
  for (const [name, value] of Object.entries(sums)) form.querySelector(`[data-sum="${name}"]`).textContent = shown(value);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-letter]");
  if (!form || !target.matches("[data-cents]")) return;
  const { code } = target.dataset;
  for (const one of code ? form.querySelectorAll(`[data-code="${CSS.escape(code)}"]`) : []) one.checked = target.checked;
  addUp(form);
});
for (const form of document.querySelectorAll("[data-letter]")) addUp(form);
