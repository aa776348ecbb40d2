// Helps of the pages on which files are brought in; every page works without them.
// Sending files: too much is said before it is sent, and a bar shows that something is going on.
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

// Columns: what such a column usually has is set when its field is chosen, and can then be changed at once.
const columns = document.querySelector("[data-usual]"), usual = JSON.parse(columns?.dataset.usual || "{}");
columns?.addEventListener("change", ({ target }) => {
  if (!target.matches("select")) return;
  const name = target.name, told = usual[target.value] || { sep: [] }, form = target.form.elements;
  for (const box of target.form.querySelectorAll(`[name="${name}_sep"]`)) box.checked = told.sep.includes(box.value);
  form[`${name}_ranges`].checked = Boolean(told.ranges);
  form[`${name}_isbd`].checked = false;
  form[`${name}_was`].value = target.value;
  target.closest(".column").classList.remove("column--look");
});
