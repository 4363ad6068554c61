// Keeps the page that says there is no connection, with its styles, and shows it when a page cannot be reached.
// Nothing else is kept: figures and documents always come from the platform.
const SHELF = "offline";
const PAGE = "{{ page_url }}";

async function keep() {
  const shelf = await caches.open(SHELF);
  const answer = await fetch(PAGE, { cache: "reload" });
  const html = await answer.clone().text();
  const parts = [...html.matchAll(/<link[^>]+href="([^"]+)"/g)].map(([, address]) => address);
  await Promise.all([shelf.put(PAGE, answer), shelf.addAll(parts)]);
}

addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { mode, destination } = event.request;
  if (mode === "navigate") event.respondWith(fetch(event.request).catch(() => caches.match(PAGE)));
  else if (destination === "style") event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
});
