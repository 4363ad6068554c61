// After a swap the focus goes to the list of errors, else to the heading of <div data-takes-focus>.
// On a full page the browser does it by the autofocus attribute.
document.addEventListener("htmx:afterSettle", ({ target }) => {
  const errors = target.matches?.(".error-summary") ? target : target.querySelector?.(".error-summary");
  const taker = target.closest?.("[data-takes-focus]");
  const heading = taker?.querySelector("h1, h2, h3");
  if (heading && !errors) heading.tabIndex = -1;
  (errors ?? heading)?.focus();
});
