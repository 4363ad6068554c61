// <a data-help href="/…/?page=/e/…"> leads to the form of a request, which is told the page and its title as they are
// when it is followed; the server wrote the address of the page, which a filter may have changed since.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.("a[data-help]");
  if (!link) return;
  const url = new URL(link.href);
  if (!url.searchParams.has("page")) return;
  url.searchParams.set("page", location.pathname + location.search);
  url.searchParams.set("title", document.title.replace(/ · Livret$/, ""));
  link.href = url.href;
}, { capture: true });
