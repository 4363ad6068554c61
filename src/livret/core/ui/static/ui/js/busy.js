// <form data-once> is sent once: its button shows that it is busy and a second press does nothing.
// The button stays enabled so that its name and value leave with the form.
function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]") || event.submitter?.formMethod === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "";
  (event.submitter ?? form.querySelector("button"))?.setAttribute("aria-busy", "true");
}, true);

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.elt.closest?.("[data-once]");
  if (form) release(form);
});

// A page that comes back from the browser's memory must be usable again.
addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach(release));
