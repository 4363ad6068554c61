// <form data-compose>: marks of Markdown around the selection, canned answers at the cursor, Ctrl Enter sends.
// <a data-writes="client|internal"> chooses who reads and goes to the words.
const words = () => document.querySelector("[data-compose] textarea");

function put(area, text, from = area.selectionStart, to = area.selectionEnd) {
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

function surround(area, mark) {
  const { selectionStart: start, selectionEnd: end } = area;
  put(area, mark + area.value.slice(start, end) + mark, start, end);
  if (start === end) area.setSelectionRange(start + mark.length, start + mark.length);
}

function prefix(area, mark) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const lines = area.value.slice(start, area.selectionEnd).split("\n");
  put(area, lines.map((line) => mark + line).join("\n"), start, area.selectionEnd);
}

document.addEventListener("click", (event) => {
  const at = (selector) => event.target.closest?.(selector);
  const area = words();
  if (!area || event.ctrlKey || event.metaKey) return;
  if (at("[data-mark]")) surround(area, at("[data-mark]").dataset.mark);
  else if (at("[data-prefix]")) prefix(area, at("[data-prefix]").dataset.prefix);
  else if (at("[data-insert]")) {
    event.preventDefault();
    at("dialog")?.close();
    put(area, at("[data-insert]").dataset.insert);
  } else if (at("[data-writes]")) {
    event.preventDefault();
    const choice = area.form.querySelector(`[name=audience][value=${at("[data-writes]").dataset.writes}]`);
    if (choice) choice.checked = true;
    area.focus();
  }
});

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("[data-compose]");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector(".form__end button"));
  }
});
