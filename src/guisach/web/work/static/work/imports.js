// Sending files: too much is said before it is sent, and a bar shows that something is going on. Works without.
const form = document.querySelector("[data-upload]");
const field = form?.querySelector("input[type=file]"), fault = form?.querySelector("[data-upload-fault]");
field?.addEventListener("change", () => {
  const isTooMuch = [...field.files].reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most);
  fault.hidden = !isTooMuch;
  fault.textContent = isTooMuch ? form.dataset.tooLarge : "";
  field.setCustomValidity(fault.textContent);
});
form?.addEventListener("submit", () => {
  form.querySelector("[data-upload-bar]").hidden = false;
  form.querySelector("button[type=submit]").disabled = true;
});
addEventListener("pageshow", () => { // back from the next page
  if (!form) return;
  form.querySelector("[data-upload-bar]").hidden = true;
  form.querySelector("button[type=submit]").disabled = false;
});
