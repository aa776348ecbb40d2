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

// On a wide screen there is room for what a narrow one folds away.
const wide = matchMedia("(min-width: 62rem)");
const unfold = () => { if (wide.matches) for (const details of document.querySelectorAll("details[data-open-wide]")) details.open = true; };
for (const name of ["htmx:oobAfterSwap", "htmx:afterSettle"]) addEventListener(name, unfold);
unfold();

// The entry of the page that is open stands in view, however narrow the screen.
document.querySelector(".mainnav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

// A button that fills a box: <button type="button" data-fill="#id_ddc" data-value="636">.
addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-fill]");
  const box = button && document.querySelector(button.dataset.fill);
  if (!box) return;
  box.value = button.dataset.value;
  box.focus();
});
