// <form data-theme-choice> changes the theme at once; the server remembers it, and does it all without script.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-choice]") || !event.submitter) return;
  event.preventDefault();
  const { value } = event.submitter;
  const root = document.documentElement;
  if (value === "system") delete root.dataset.theme;
  else root.dataset.theme = value;
  form.querySelectorAll("[name=theme]").forEach((button) => button.setAttribute("aria-pressed", String(button === event.submitter)));
  await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), redirect: "manual" });
});
