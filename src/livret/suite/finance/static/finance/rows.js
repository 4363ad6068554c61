// The rows of the grid, and what the server says in HTML as nodes; what was said cannot run.
export const form = document.querySelector("form[data-grid]");
const body = form.querySelector("[data-rows-of-grid]");

export const rows = () => [...body.querySelectorAll("[data-row]")];
export const nodesOf = (html) => new DOMParser().parseFromString(html, "text/html").body.childNodes;

// A copy of the template that bears its number, in attributes and in words.
function numbered(number) {
  const made = document.querySelector("template[data-new-row]").content.cloneNode(true);
  const walk = document.createTreeWalker(made, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    for (const one of walk.currentNode.attributes ?? [walk.currentNode]) {
      if (/__(prefix|n)__/.test(one.nodeValue)) one.nodeValue = one.nodeValue.replaceAll("__prefix__", number).replaceAll("__n__", number + 1);
    }
  }
  return made;
}

export function addRow() {
  const count = form.querySelector("[name$=TOTAL_FORMS]");
  const number = Number(count.value);
  body.append(numbered(number));
  count.value = number + 1;
  return rows().at(-1);
}
