// Says at once when a chosen file is too large, before it travels. The server decides.
for (const input of document.querySelectorAll("form[data-upload] input[data-largest]")) {
  input.addEventListener("change", () => {
    const largest = Number(input.dataset.largest);
    const tooLarge = [...input.files].some((file) => file.size > largest);
    input.setCustomValidity(tooLarge ? input.dataset.tooLarge : "");
    if (tooLarge) input.reportValidity();
  });
}
