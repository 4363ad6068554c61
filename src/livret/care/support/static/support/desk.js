// The desk of a request: the links of <… data-dialog-links> and <a data-in-dialog> open their form in the dialog #act,
// and <form data-presence> says every 15 seconds that the page is open, and whether words wait in its form.
const DIALOG = "act";
const dialog = () => document.getElementById(DIALOG);
const composer = () => document.querySelector("[data-compose] textarea");

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("[data-dialog-links] a[href], a[data-in-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  window.htmx.ajax("GET", link.href, { target: `#${DIALOG}`, select: "#act-page", swap: "ignoreTitle:true" });
});

// Cancelling goes back to the page, which is there already behind the dialog.
document.addEventListener("click", (event) => {
  if (!event.target.closest?.(`#${DIALOG} .form__end a`)) return;
  event.preventDefault();
  dialog().close();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id !== DIALOG || dialog().open) return;
  dialog().showModal();
  const first = "select, textarea, input:not([type=hidden]), .picker a";
  dialog().querySelector(first)?.focus();
});

document.addEventListener("htmx:configRequest", (event) => {
  if (!event.target.matches("[data-presence]")) return;
  if (document.hidden) event.preventDefault();
  event.detail.parameters.is_writing = composer()?.value.trim() ? "1" : "";
});

// The same words again are not put in place: a screen reader would say them every 15 seconds.
let present = "";
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "present" || detail.xhr.status !== 200) return;
  detail.shouldSwap = detail.xhr.responseText !== present;
  present = detail.xhr.responseText;
});
