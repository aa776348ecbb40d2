// Keys of the MARC editor: each presses the button of the field in which the cursor stands. All of them work without this file.
const body = () => document.querySelector("[data-marc]");
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const form = body(), here = document.activeElement;
  if (!form?.contains(here)) return;
  const name = "Alt+" + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const row = here.closest("[data-row]");
  const button = row?.querySelector(`[data-key="${CSS.escape(name)}"]`);
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  button.click();
}, true);

// Enter in a box of one line would press the first button, which saves: here it goes on to the next box.
addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key !== "Enter" || event.ctrlKey || event.altKey || !body()?.contains(here)) return;
  if (!here.matches("input, .marc-row textarea")) return;
  event.preventDefault();
  const boxes = [...body().querySelectorAll("input:not([type=hidden]), textarea, select")];
  boxes[boxes.indexOf(here) + 1]?.focus();
});

// What was typed is not lost by leaving the page.
let touched = false;
addEventListener("input", (event) => { if (body()?.contains(event.target)) touched = true; });
addEventListener("submit", () => { touched = false; });
addEventListener("beforeunload", (event) => touched && event.preventDefault());
