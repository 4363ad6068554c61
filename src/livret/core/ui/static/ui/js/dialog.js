// <a href="review/" data-opens="id"> opens the dialog #id instead of going to the page that does the same.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    dialog.showModal();
  }
  // A press on the veil closes the dialog: the target is the dialog itself only outside its content.
  if (event.target.matches?.("dialog[open]") && !isInside(event, event.target)) event.target.close();
});

function isInside({ clientX, clientY }, element) {
  const box = element.getBoundingClientRect();
  return clientX >= box.left && clientX <= box.right && clientY >= box.top && clientY <= box.bottom;
}
