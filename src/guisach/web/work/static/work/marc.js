// Keys of the MARC editor: each presses the button of the field in which the cursor stands. All of them work without this file.
const body = () => document.querySelector("[data-marc]");
function press(name) {
  const button = document.activeElement.closest("[data-row]")?.querySelector(`[data-key="${CSS.escape(name)}"]`);
  button?.click();
  return Boolean(button);
}
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const form = body(), name = "Alt+" + (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  if (!form?.querySelector(`[data-key="${CSS.escape(name)}"]`)) return;
  if (isUnderWay) strokes.push(name);
  else if (!form.contains(document.activeElement) || !press(name)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
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

// The rows come back from the server a moment after a key. Whoever types faster than that means the new box, not the
// old one: strokes wait until it is there, and are then written into it.
let isUnderWay = false;
const strokes = [], written = new WeakSet();
const changed = (box, name) => box.dispatchEvent(new Event(name, { bubbles: true }));
function write() {
  while (strokes.length && !isUnderWay) {
    const key = strokes.shift(), box = document.activeElement;
    if (key.startsWith("Alt+")) press(key);
    else if (key === "Tab") {
      const boxes = [...body().querySelectorAll("input:not([type=hidden]), textarea, select")];
      const next = boxes[boxes.indexOf(box) + 1];
      written.delete(box);
      changed(box, "change");
      if (!isUnderWay) next?.focus();
    } else if (box.matches("input, textarea")) {
      const at = key === "Backspace" && box.selectionStart === box.selectionEnd ? Math.max(0, box.selectionStart - 1) : box.selectionStart;
      box.setRangeText(key === "Backspace" ? "" : key, at, box.selectionEnd, "end");
      written.add(box);
      changed(box, "input");
    }
  }
}
addEventListener("keydown", (event) => {
  if (!isUnderWay || event.ctrlKey || event.altKey || event.metaKey || !body()) return;
  if (event.key.length !== 1 && !["Tab", "Backspace"].includes(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  strokes.push(event.key);
}, true);
addEventListener("change", (event) => written.delete(event.target));
addEventListener("focusout", (event) => { if (!isUnderWay && written.delete(event.target)) changed(event.target, "change"); });
addEventListener("htmx:beforeRequest", (event) => { if (body()?.contains(event.target)) isUnderWay = true; });
addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt.id === "marc-body" || event.detail.target?.id === "marc-body") { isUnderWay = false; write(); } });
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:sendAbort"]) addEventListener(name, () => { isUnderWay = false; write(); });
