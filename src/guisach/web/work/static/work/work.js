// Small helps of the workbench; every page works without them.
// Numbers with − and +: <span class="stepper"> … <button data-step="-1" hidden> <input type="number"> <button data-step="1" hidden>.
for (const button of document.querySelectorAll("[data-step]")) {
  const field = button.parentElement.querySelector("input");
  button.hidden = false;
  button.addEventListener("click", () => {
    const most = Number(field.max || Infinity), least = Number(field.min || 0);
    field.value = Math.min(most, Math.max(least, Number(field.value || 0) + Number(button.dataset.step)));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
