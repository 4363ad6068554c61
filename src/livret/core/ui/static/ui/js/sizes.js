// <input type="file" data-most="20000000" data-too-large="..."> says that a file is too large before it is sent.
document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("input[type=file][data-most]")) return;
  const sizes = [...target.files].map((file) => file.size);
  const isTooLarge = sizes.some((size) => size > Number(target.dataset.most));
  target.setCustomValidity(isTooLarge ? target.dataset.tooLarge : "");
  if (isTooLarge) target.reportValidity();
});
