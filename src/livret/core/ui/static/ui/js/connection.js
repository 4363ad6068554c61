// A request that fails says so, by the notice <div data-failure="network|server|refused">, until the next one succeeds.
const notices = () => document.querySelectorAll("[data-failure]");
const show = (kind) => notices().forEach((notice) => { notice.hidden = notice.dataset.failure !== kind; });

document.addEventListener("htmx:sendError", () => show("network"));
document.addEventListener("htmx:timeout", () => show("network"));
document.addEventListener("htmx:responseError", ({ detail }) => show(detail.xhr.status >= 500 ? "server" : "refused"));
document.addEventListener("htmx:afterOnLoad", ({ detail }) => { if (detail.successful) show(null); });
addEventListener("offline", () => show("network"));
addEventListener("online", () => show(null));
document.addEventListener("keydown", ({ key }) => { if (key === "Escape") show(null); });
