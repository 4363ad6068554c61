// Amounts as people type them, in cents: "1 234,56", "1234.56", "100+20"; null when the text is none.
const language = () => document.documentElement.lang || "fr";

export function centsOf(text) {
  const plain = text.replace(/[\s\u00a0\u202f'’]/g, "").replace(/−/g, "-");
  if (!plain) return 0;
  const terms = plain.match(/[+-]?[0-9.,]+/g) ?? [];
  if (terms.join("") !== plain) return null;
  const cents = terms.map(termCents);
  return cents.includes(null) ? null : cents.reduce((sum, one) => sum + one, 0);
}

function termCents(term) {
  const grouped = term.match(/^([+-]?\d{1,3})((?:[.]\d{3})+),(\d+)$/) ?? term.match(/^([+-]?\d{1,3})((?:,\d{3})+)[.](\d+)$/);
  const written = grouped ? `${grouped[1]}${grouped[2].replace(/[.,]/g, "")}.${grouped[3]}` : term.replace(",", ".");
  return /^[+-]?(\d+\.?\d{0,2}|\.\d{1,2})$/.test(written) ? Math.round(Number(written) * 100) : null;
}

export const typed = (cents) => (cents / 100).toFixed(2).replace(".", ",");
export const shown = (cents) => new Intl.NumberFormat(language(), { minimumFractionDigits: 2 }).format(cents / 100);
export const field = (row, name) => row?.querySelector(`[name$="-${name}"]`);
export const signed = (row) => (centsOf(field(row, "debit").value) ?? 0) - (centsOf(field(row, "credit").value) ?? 0);
