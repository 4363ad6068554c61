// <html data-worker="/preferences/worker.js"> keeps a page for when there is no connection.
const { worker } = document.documentElement.dataset;

if (worker && navigator.serviceWorker) addEventListener("load", () => navigator.serviceWorker.register(worker, { scope: "/" }));
